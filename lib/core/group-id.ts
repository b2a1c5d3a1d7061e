import { createHash } from 'node:crypto'

/** SQS takes 1 to 128 letters, digits and ASCII punctuation; an `externalId` may hold anything, so it is hashed where it must be. */
export const toGroupId = (orderKey: string): string =>
  /^[\x21-\x7e]{1,128}$/.test(orderKey) ? orderKey : createHash('sha256').update(orderKey).digest('hex')
