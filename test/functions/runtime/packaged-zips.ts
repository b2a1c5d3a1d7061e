import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { packageDeployment } from '../../support/package-deployment.js'
import { readZip } from '../../support/read-zip.js'

/** A packaged function: its key in serverless.yml, the files of its zip, and the empty directory into which they were written. */
export type UnpackedFunction = { functionKey: string; files: string[]; directory: string }

/** What `serverless package` makes of serverless.yml and dist/, each zip unpacked where nothing else is. */
export async function unpackZips(): Promise<UnpackedFunction[]> {
  const directory = await packageDeployment('--stage', 'trial')
  const zips = (await readdir(directory)).filter(file => file.endsWith('.zip')).sort()
  return Promise.all(zips.map(file => unpack(directory, file)))
}

async function unpack(directory: string, file: string): Promise<UnpackedFunction> {
  const functionKey = file.replace(/\.zip$/, '')
  const taskRoot = join(directory, 'unpacked', functionKey)
  const entries = readZip(await readFile(join(directory, file)))
  for (const { path, content } of entries) {
    await mkdir(dirname(join(taskRoot, path)), { recursive: true })
    await writeFile(join(taskRoot, path), content)
  }
  return { functionKey, files: entries.map(({ path }) => path), directory: taskRoot }
}
