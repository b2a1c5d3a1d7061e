import fc from 'fast-check'

/** Requests that the contract allows, as values: what the near-valid ones are made from. */

const texts = fc.oneof(
  { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }) },
)
const amounts = fc.constantFrom('20.00', '0.01', '10', '999999999999999999.99', '010.5000')
const identity = {
  requestId: fc.stringMatching(/^[A-Za-z0-9._:/-]{1,12}$/),
  storeHash: fc.constantFrom('abc', 'luma7x2', 'z'.repeat(32)),
  metadata: fc.dictionary(
    texts.filter(key => key !== '__proto__'),
    texts,
    { maxKeys: 3, noNullPrototype: true },
  ),
}
const paymentId = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<number | string>(117, 118, '117', '00118', 119) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<number | string>(1.5, '117.50', Number.MAX_SAFE_INTEGER, '9007199254740991'),
  },
)
const offlineFields = {
  lineItems: fc.array(fc.record({ invoiceId: fc.integer({ min: 1, max: 9_999 }), amount: amounts }), {
    minLength: 1,
    maxLength: 2,
  }),
  currency: fc.constantFrom('USD', 'EUR'),
  details: fc.record({ memo: texts }, { requiredKeys: [], noNullPrototype: true }),
  customerId: texts,
  externalId: fc.constantFrom('A-1', 'A-10', 'Überweisung 7', 'x'.repeat(255)),
  externalCustomerId: texts,
  payerName: texts,
  payerCustomerId: texts,
  processingStatus: fc.constantFrom(1, 2, 3, 4),
}
const demanded = ['lineItems', 'currency', 'details', 'customerId'] as const
const newPayment = fc.record(
  { ...offlineFields, channelId: fc.integer() },
  { requiredKeys: [...demanded], noNullPrototype: true },
)
const changedPayment = fc.record(
  { ...offlineFields, fundingStatus: fc.nat(3) },
  { requiredKeys: [...demanded], noNullPrototype: true },
)

const performOperation = fc.record(
  { ...identity, type: fc.constant('performOperation'), paymentId, operationCode: fc.nat(3) },
  { requiredKeys: ['paymentId', 'operationCode'], noNullPrototype: true },
)
const updateProcessingStatus = fc.record(
  {
    ...identity,
    type: fc.constant('updateProcessingStatus'),
    paymentId,
    processingStatus: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ['type', 'paymentId', 'processingStatus'], noNullPrototype: true },
)
const createOfflinePayment = fc.record(
  { ...identity, type: fc.constant('createOfflinePayment'), payment: newPayment },
  { requiredKeys: ['type', 'payment'], noNullPrototype: true },
)
const updateOfflinePayment = fc.record(
  { ...identity, type: fc.constant('updateOfflinePayment'), paymentId, payment: changedPayment },
  { requiredKeys: ['type', 'paymentId', 'payment'], noNullPrototype: true },
)
const deletePayment = fc.record(
  { ...identity, type: fc.constant('deletePayment'), paymentId },
  { requiredKeys: ['type', 'paymentId'], noNullPrototype: true },
)

export const validRequests: fc.Arbitrary<object> = fc.oneof(
  performOperation,
  updateProcessingStatus,
  createOfflinePayment,
  updateOfflinePayment,
  deletePayment,
)
