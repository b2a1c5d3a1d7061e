import { gunzipSync, gzipSync } from 'node:zlib'
import { assert } from '../core/errors.js'
import type { SweepPage } from '../core/reconcile/sweep.js'
import { type Item, readNumber, readText } from './ledger-item.js'

/**
 * A page of results as items of DynamoDB, which hold 400 KB each: compressed (findings repeat themselves, and a write is
 * paid by the kilobyte), and in parts where dead letters with long bodies are among them. The first part comes last and
 * tells how many there are: whoever finds it, finds all.
 */

const partLength = 350_000

export function packPage(pk: string, page: SweepPage): Item[] {
  const text = gzipSync(JSON.stringify(page)).toString('base64')
  const count = Math.max(1, Math.ceil(text.length / partLength))
  return Array.from({ length: count }, (_, index) => ({
    pk: { S: partKey(pk, index) },
    parts: { N: String(count) },
    content: { S: text.slice(index * partLength, (index + 1) * partLength) },
  })).reverse()
}

export async function unpackPage(
  pk: string,
  getItem: (pk: string) => Promise<Item | undefined>,
): Promise<SweepPage> {
  const read = async (index: number): Promise<Item> => {
    const item = await getItem(partKey(pk, index))
    assert(item !== undefined, `the cursor counts ${pk}, which is not there`)
    return item
  }
  const first = await read(0)
  const texts = [readText(first, 'content')]
  for (let index = 1; index < readNumber(first, 'parts'); index += 1)
    texts.push(readText(await read(index), 'content'))
  return JSON.parse(gunzipSync(Buffer.from(texts.join(''), 'base64')).toString()) as SweepPage
}

const partKey = (pk: string, index: number): string => (index === 0 ? pk : `${pk}.${index}`)
