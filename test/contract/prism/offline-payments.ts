import fc from 'fast-check'
import type { CreateOfflinePayment } from '../../../lib/core/request.js'

/** Short enough to be seen in a failure, and of any script. */
const text = () => fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
/** More than zero, of at most four places: what a store takes. */
const anAmount = () =>
  fc.tuple(fc.bigInt(1n, 10n ** 9n), fc.integer({ min: 0, max: 4 })).map(([units, places]) => {
    const digits = units.toString().padStart(places + 1, '0')
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`
  })

/** What we take for valid and a store does too. Each invoice comes once: the document has no two equal line items. */
export const aValidNewPayment = (): fc.Arbitrary<CreateOfflinePayment['payment']> =>
  fc.record(
    {
      lineItems: fc.uniqueArray(
        fc.record({ invoiceId: fc.integer({ min: 1101, max: 1400 }), amount: anAmount() }),
        { minLength: 1, maxLength: 5, selector: ({ invoiceId }) => invoiceId },
      ),
      currency: fc.constant('USD'),
      details: fc.record({ memo: fc.string({ unit: 'grapheme', maxLength: 40 }) }, { requiredKeys: [] }),
      customerId: text(),
      externalId: text().filter(id => id.trim() === id && id.length <= 255),
      externalCustomerId: text(),
      payerName: text(),
      payerCustomerId: text(),
      processingStatus: fc.constantFrom(1, 2, 3, 4),
      channelId: fc.integer({ min: 1, max: 1_000_000 }),
    },
    { requiredKeys: ['lineItems', 'currency', 'details', 'customerId', 'externalId'] },
  )
