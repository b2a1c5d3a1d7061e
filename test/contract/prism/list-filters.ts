import type { PaymentsQuery } from '../../../lib/core/list-query.js'

const sorts = [
  'moduleName',
  'processingStatus',
  'appliedStatus',
  'createdAt',
  'customerId',
  'externalCustomerId',
  'fundingStatus',
  'updatedAt',
  'totalAmount',
] as const

/** Every parameter of the list with every value that is published for it; the judged store has something for each. */
export const listFilters: Partial<PaymentsQuery>[] = [
  { limit: 1 },
  { offset: 300, limit: 249 },
  ...sorts.flatMap(sortBy => (['ASC', 'DESC'] as const).map(orderBy => ({ sortBy, orderBy }))),
  { orderBy: 'ASC' },
  { q: '5' },
  { searchBy: 'id', q: '117' },
  { searchBy: 'customerId', q: '6041' },
  { searchBy: 'externalId', q: 'A-1' },
  { searchBy: 'externalCustomerId', q: 'C-1' },
  { customerName: 'Birch & Sons' },
  { invoiceId: 1117 },
  ...([0, 1, 2, 3, 4] as const).map(processingStatus => ({ processingStatus })),
  { channelIds: [1] },
  { channelIds: [1, 2] },
  { customerName: 'Birch & Sons', processingStatus: 3, sortBy: 'totalAmount', orderBy: 'ASC' },
]
