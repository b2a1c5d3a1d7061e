/**
 * CONTRACT.md, "Operation request", read a second time and written down without the production schemas: the judge of what
 * the parser lets through and of what it refuses.
 */

export type Judgement = {
  valid: boolean
  /** Where store and requestId could be read: only then an invalid request has an outcome. */
  requestId?: string
  storeHash?: string
}

type Value = Record<string, unknown>
export type KeyAndStore = { requestId: string; storeHash?: string }

const common = ['requestId', 'storeHash', 'type', 'metadata']
const keysByType: Record<string, string[]> = {
  performOperation: [...common, 'paymentId', 'operationCode'],
  updateProcessingStatus: [...common, 'paymentId', 'processingStatus'],
  createOfflinePayment: [...common, 'payment'],
  updateOfflinePayment: [...common, 'paymentId', 'payment'],
  deletePayment: [...common, 'paymentId'],
}
const paymentKeys = [
  'lineItems',
  'currency',
  'details',
  'customerId',
  'externalId',
  'externalCustomerId',
  'payerName',
  'payerCustomerId',
  'processingStatus',
]

const isObject = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const hasOnly = (value: Value, known: string[]): boolean =>
  Object.keys(value).every(key => known.includes(key))
const matches = (value: unknown, pattern: RegExp): value is string =>
  typeof value === 'string' && pattern.test(value)
const isPositive = (value: unknown): boolean =>
  typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const orAbsent = (value: Value, key: string, isRight: (field: unknown) => boolean): boolean =>
  !Object.hasOwn(value, key) || isRight(value[key])

/** Of a body's text; what JSON cannot read is nobody's. */
export function judgeText(text: string, given: KeyAndStore): Judgement {
  if (Buffer.byteLength(text) > 256 * 1024) return { valid: false }
  try {
    return judgeValue(JSON.parse(text.replace(/^\uFEFF/, '')), given)
  } catch {
    // No JSON: invalid.
    return { valid: false }
  }
}

export function judgeValue(value: unknown, given: KeyAndStore): Judgement {
  if (!isObject(value)) return { valid: false }
  const requestId = Object.hasOwn(value, 'requestId') ? value['requestId'] : given.requestId
  const storeHash = Object.hasOwn(value, 'storeHash') ? value['storeHash'] : given.storeHash
  const isKeyRight = !Object.hasOwn(value, 'requestId') || matches(requestId, /^[\w.:/-]{1,128}$/)
  const isStoreRight = matches(storeHash, /^[a-z0-9]{1,32}$/)
  return {
    valid: isKeyRight && isStoreRight && isContentRight(value),
    ...(isKeyRight && { requestId: String(requestId) }),
    ...(isStoreRight && { storeHash }),
  }
}

function isContentRight(value: Value): boolean {
  const type = Object.hasOwn(value, 'type') ? value['type'] : 'performOperation'
  const known = typeof type === 'string' && Object.hasOwn(keysByType, type) ? keysByType[type] : undefined
  if (known === undefined || !hasOnly(value, known)) return false
  if (!orAbsent(value, 'metadata', isMetadata)) return false
  if (known.includes('paymentId') && !isPaymentId(value['paymentId'])) return false
  if (type === 'performOperation') return [0, 1, 2, 3].some(code => code === value['operationCode'])
  if (type === 'updateProcessingStatus') return isSettable(value['processingStatus'])
  if (type === 'createOfflinePayment') return isPayment(value['payment'], 'channelId', Number.isSafeInteger)
  if (type === 'updateOfflinePayment')
    return isPayment(value['payment'], 'fundingStatus', status => [0, 1, 2, 3].some(one => one === status))
  return true
}

const isSettable = (status: unknown): boolean => [1, 2, 3, 4].some(one => one === status)
const isMetadata = (value: unknown): boolean =>
  isObject(value) &&
  Object.keys(value).length <= 10 &&
  Object.entries(value).every(([key, text]) => key !== '__proto__' && typeof text === 'string')

/** Digits and a point are all that may reach the URL: a number that is written in another way there is none. */
function isPaymentId(value: unknown): boolean {
  const number = matches(value, /^\d{1,17}(\.\d{1,8})?$/) ? Number(value) : value
  return isPositive(number) && /^\d+(\.\d+)?$/.test(String(number))
}

function isPayment(value: unknown, extraKey: string, isExtra: (field: unknown) => boolean): boolean {
  if (!isObject(value) || !hasOnly(value, [...paymentKeys, extraKey])) return false
  const { lineItems, details } = value
  return (
    Array.isArray(lineItems) &&
    lineItems.length > 0 &&
    lineItems.every(isLineItem) &&
    matches(value['currency'], /^[A-Z]{3}$/) &&
    isObject(details) &&
    hasOnly(details, ['memo']) &&
    orAbsent(details, 'memo', memo => typeof memo === 'string') &&
    isText(value['customerId']) &&
    orAbsent(value, 'externalId', isExternalId) &&
    ['externalCustomerId', 'payerName', 'payerCustomerId'].every(key => orAbsent(value, key, isText)) &&
    orAbsent(value, 'processingStatus', isSettable) &&
    orAbsent(value, extraKey, isExtra)
  )
}

const isExternalId = (id: unknown): boolean =>
  typeof id === 'string' && id !== '' && id.length <= 255 && id.trim() === id && id.isWellFormed()
const isLineItem = (item: unknown): boolean =>
  isObject(item) &&
  hasOnly(item, ['invoiceId', 'amount']) &&
  isPositive(item['invoiceId']) &&
  matches(item['amount'], /^\d{1,18}(\.\d{1,18})?$/) &&
  /[1-9]/.test(item['amount'])
