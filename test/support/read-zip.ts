import { inflateRawSync } from 'node:zlib'

export type ZipEntry = { path: string; content: Buffer }

const endOfDirectory = 0x06054b50
const directoryEntry = 0x02014b50

/** The files of a zip by its central directory, as `unzip` would write them; enough for what `serverless package` makes. */
export function readZip(zip: Buffer): ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || zip.readUInt32LE(end) !== endOfDirectory) throw new Error('this is no zip')
  const entries: ZipEntry[] = []
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== directoryEntry) throw new Error('the directory of the zip is broken')
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map(field => zip.readUInt16LE(at + field))
    const path = zip.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0))
    entries.push({ path, content: readContent(zip, at) })
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
  }
  return entries
}

function readContent(zip: Buffer, at: number): Buffer {
  const method = zip.readUInt16LE(at + 10)
  const packedBytes = zip.readUInt32LE(at + 20)
  const local = zip.readUInt32LE(at + 42)
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const packed = zip.subarray(start, start + packedBytes)
  if (method === 0) return packed
  if (method !== 8) throw new Error(`the zip packs by method ${method}`)
  return inflateRawSync(packed)
}
