import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'

// docs/security.md says which test shows what; a name that no test has is a promise that nobody keeps.

const text = await readFile('docs/security.md', 'utf8')
const named = [...text.matchAll(/`(test\/[a-z0-9/-]+\.test\.ts)`: "([^"]+)"/g)].map(
  ([, file = '', name = '']) => ({
    file,
    name,
  }),
)

async function namesIn(file: string): Promise<string[]> {
  if (!existsSync(file)) return []
  const source = await readFile(file, 'utf8')
  // A name stands alone or as the first argument after `it(` or a table, on a line of its own where it is long.
  return [...source.matchAll(/(?:\bit\(|\)\()\s*(['"`])((?:(?!\1).)+)\1,/g)].map(([, , name = '']) => name)
}

describe('docs/security.md', () => {
  it('names tests that exist, and no other', async () => {
    expect(named.length).toBeGreaterThan(30)
    const missing: string[] = []
    for (const { file, name } of named)
      if (!(await namesIn(file)).includes(name)) missing.push(`${file}: ${name}`)
    expect(missing).toEqual([])
  })

  it('has a test beside each threat', () => {
    const rows = text.split('\n').filter(line => line.startsWith('| ') && line.split(' | ').length === 3)
    const threats = rows.filter(row => !row.startsWith('| threat |'))
    expect(threats.length).toBeGreaterThan(20)
    expect(threats.filter(row => !row.includes('.test.ts`: "'))).toEqual([])
  })

  it('passes over no test of test/security', async () => {
    const files = (await readdir('test/security')).filter(file => file.endsWith('.test.ts'))
    for (const file of files.filter(own => own !== 'threats.test.ts')) {
      const told = named.filter(test => test.file === `test/security/${file}`).map(({ name }) => name)
      expect((await namesIn(`test/security/${file}`)).filter(name => !told.includes(name))).toEqual([])
    }
  })
})
