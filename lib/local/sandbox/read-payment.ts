import { succeed } from './answers.js'
import { gatewayModule, type Payment } from './payment.js'

/** Endpoint 4 publishes as numeric strings what the detail and the list publish as numbers. */
export const readOperations = ({ allowedOperations, allowedStatuses }: Payment) =>
  succeed(
    { allowedOperations: allowedOperations.map(String), allowedStatuses: allowedStatuses.map(String) },
    'Success',
  )

/** The transactions behind a payment; what a gateway tells of a card is there for gateway payments only. */
export const readTransactions = ({ id, moduleName, moduleData }: Payment) =>
  succeed(
    moduleData.transactions.map(({ type }) =>
      moduleName === gatewayModule
        ? {
            type,
            gateway: 'test',
            transactionId: String(521_000 + id),
            authCode: '',
            event: 'capture',
            card: { type: 'Visa', last4: '1111', expiryYear: 2050, expiryMonth: 12 },
            rawTransaction: '',
          }
        : { type, rawTransaction: '' },
    ),
  )

/** As the list shows it: there, `details` is either whole or missing. */
export function describeForList(payment: Payment): Partial<Payment> {
  const { details, ...rest } = payment
  return details.memo ? payment : rest
}
