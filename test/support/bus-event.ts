/** A request as the bus hands it to acceptOperation. */
export const aBusEvent = (id: string, detail: unknown) => ({
  version: '0',
  id,
  'detail-type': 'Payment Operation Requested',
  source: 'erp',
  account: '000000000000',
  time: '2026-11-22T08:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail,
})
