import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

/** The rules of the code, kept by a test: who may import whom, where time and chance may be touched, how tests are named. */

const root = resolve(import.meta.dirname, '..')
const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))

const sources = [...filesUnder('functions'), ...filesUnder('lib')]
const tests = filesUnder('test')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

type Import = { file: string; target: string; isType: boolean }

function importsOf(file: string): Import[] {
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm
  return [...read(file).matchAll(pattern)].map(([, type, target = '']) => ({
    file,
    isType: type !== undefined,
    target: target.startsWith('.')
      ? relative(root, resolve(root, dirname(file), target)).replace(/\.js$/, '.ts')
      : target,
  }))
}

/** Own layers by path prefix; packages by name; `type:` allows types only. */
const layers: { from: string; may: RegExp[]; mayAsTypes?: RegExp[] }[] = [
  { from: 'functions/', may: [/^lib\/edge\//, /^lib\/(?:(?:door|resolver)-)?app\.ts$/, /^lib\/engine\//] },
  { from: 'lib/core/', may: [/^lib\/core\//, /^zod/, /^node:crypto$/] },
  { from: 'lib/engine/', may: [/^lib\/core\//, /^lib\/engine\//, /^node:crypto$/] },
  { from: 'lib/report/', may: [/^lib\/core\//, /^lib\/report\//, /^node:crypto$/] },
  {
    from: 'lib/edge/',
    may: [/^lib\/core\//, /^lib\/edge\//, /^@middy\//],
    mayAsTypes: [/^lib\/engine\//, /^aws-lambda$/],
  },
  {
    from: 'lib/adapters/',
    may: [
      /^lib\/core\//,
      /^lib\/adapters\//,
      /^lib\/config\.ts$/,
      /^@aws-sdk\//,
      /^got$/,
      /^standardwebhooks$/,
      /^node:/,
    ],
    mayAsTypes: [/^lib\/engine\/(?:webhook\/)?ports\.ts$/],
  },
  { from: 'lib/template/', may: [/^lib\/core\/backoff\.ts$/, /^lib\/template\//, /^zod/] },
  { from: 'lib/index.ts', may: [/^lib\/core\//] },
  { from: 'lib/config.ts', may: [/^lib\/core\//] },
  {
    from: 'lib/app.ts',
    may: [/^lib\/config\.ts$/, /^lib\/adapters\//, /^lib\/engine\//, /^@aws-sdk\//],
  },
  ...['door', 'resolver'].flatMap(name => [
    { from: `lib/${name}-config.ts`, may: [/^lib\/config\.ts$/, /^lib\/core\//] },
    {
      from: `lib/${name}-app.ts`,
      may: [new RegExp(`^lib/${name}-config\\.ts$`), /^lib\/adapters\//, /^lib\/engine\//, /^@aws-sdk\//],
    },
  ]),
  {
    // The same for the commands.
    from: 'lib/operator-app.ts',
    may: [/^lib\/app\.ts$/, /^lib\/adapters\//, /^lib\/engine\//, /^@aws-sdk\//],
    mayAsTypes: [/^lib\/cli\/operate\/read-config\.ts$/],
  },
  {
    from: 'lib/local/',
    may: [/^lib\/local\//, /^node:/, /^(?!lib\/|functions\/|got$)[@a-z]/],
    mayAsTypes: [/^lib\/core\//],
  },
  {
    from: 'lib/cli/',
    // The one exception to "never adapters": the embedded stack needs the machine's real clock, and the CLI is what starts it.
    may: [
      /^lib\/(cli|core|engine|local|report)\//,
      /^lib\/(app|config|operator-app)\.ts$/,
      /^lib\/adapters\/system\.ts$/,
      /^node:/,
      /^(?!lib\/)[@a-z]/,
    ],
  },
]

describe('layers', () => {
  it('let every source file belong to one of them', () => {
    expect(sources.filter(file => !layers.some(({ from }) => file.startsWith(from)))).toEqual([])
  })

  it.each(layers)('$from imports only what it may', ({ from, may, mayAsTypes = [] }) => {
    const forbidden = sources
      .filter(file => file.startsWith(from))
      .flatMap(importsOf)
      .filter(
        ({ target, isType }) =>
          !may.some(rule => rule.test(target)) && !(isType && mayAsTypes.some(rule => rule.test(target))),
      )
    expect(forbidden).toEqual([])
  })

  it('let no source file import a test', () => {
    expect(sources.flatMap(importsOf).filter(({ target }) => target.startsWith('test/'))).toEqual([])
  })
})

describe('ambient time, chance and environment', () => {
  const ambient =
    /\bDate\.now\(|new Date\(\)|\bMath\.random\(|\bset(?:Timeout|Interval)\(|\brandomUUID\(|\bperformance\.now\(|AbortSignal\.timeout\(|hrtime/
  // The function host is the runtime around the code, as Lambda's own would be: it tells the handler how much time is left.
  const mayTouchTime = ['lib/adapters/system.ts', 'lib/local/function-host.ts']

  it('stay in the one file that may touch them', () => {
    const offenders = sources.filter(file => !mayTouchTime.includes(file) && ambient.test(read(file)))
    expect(offenders).toEqual([])
  })

  it('are read from process.env in the composition root and the command line only', () => {
    const offenders = sources.filter(
      file =>
        !/^lib\/(?:(?:door|resolver)-)?app\.ts$/.test(file) &&
        !file.startsWith('lib/cli/') &&
        !file.startsWith('lib/local/') &&
        /process\.env/.test(read(file)),
    )
    expect(offenders).toEqual([])
  })
})

describe('code', () => {
  it('switches no check off and leaves nothing for later', () => {
    const banned =
      /@ts-(?:ignore|nocheck|expect-error)|biome-ignore|\bas any\b|: any\b(?! [a-z])|\b(?:TODO|FIXME|XXX|HACK)\b/
    expect(
      [...sources, ...tests].filter(file => file !== 'test/tidy.test.ts' && banned.test(read(file))),
    ).toEqual([])
  })

  it('has no file named for nothing in particular', () => {
    const vague = /(?:^|[/-])(?:utils?|helpers?|common|misc|(?<!secrets-)manager|service|base|impl)(?:[-.]|$)/
    expect([...sources, ...tests].filter(file => vague.test(file))).toEqual([])
  })

  it('names files in kebab case', () => {
    expect([...sources, ...tests].filter(file => !/^[a-z0-9/-]+(?:\.test|\.d)?\.ts$/.test(file))).toEqual([])
  })

  it('keeps handlers under 40 lines, without a branch', () => {
    for (const file of filesUnder('functions')) {
      expect(read(file).split('\n').length).toBeLessThanOrEqual(40)
      expect(read(file)).not.toMatch(/\b(?:try|if|switch|process)\b/)
    }
  })

  it('has no dead file: each is imported, is a function, or is started by name', () => {
    const entries = ['lib/index.ts', 'lib/cli/main.ts', 'lib/local/function-host.ts']
    const used = new Set([...sources, ...tests].flatMap(importsOf).map(({ target }) => target))
    const dead = sources.filter(
      file =>
        !file.startsWith('functions/') &&
        !file.endsWith('.d.ts') &&
        !entries.includes(file) &&
        !used.has(file),
    )
    expect(dead).toEqual([])
  })

  it('says why in every catch', () => {
    const offenders = sources.flatMap(file =>
      [...read(file).matchAll(/catch(?: \([^)]*\))? \{\n([^\n]*)/g)]
        .filter(([, next = '']) => !/^\s*\/\//.test(next))
        .map(([text]) => `${file}: ${text}`),
    )
    expect(offenders).toEqual([])
  })
})

describe('tests', () => {
  const named = tests.filter(file => file.endsWith('.test.ts'))
  const namesOf = (file: string): string[] =>
    [...read(file).matchAll(/^\s*it(?:\.each(?:<[^>]*>)?\([\s\S]*?\))?\(\s*(['"`])(.+?)\1/gm)].map(
      ([, , name = '']) => name,
    )

  it('are promises in the present tense', () => {
    const vague = /^should\b|\bworks\b|\bhandles\b|happy path/i
    expect(
      named.flatMap(file =>
        namesOf(file)
          .filter(name => vague.test(name))
          .map(name => `${file}: ${name}`),
      ),
    ).toEqual([])
  })

  it('are neither focused nor skipped by hand, and do not sleep', () => {
    const banned =
      /\b(?:it|test|describe)\.(?:only|todo)\b|\bx(?:it|describe)\(|setTimeout\(|jest\.(?:mock|spyOn|useFakeTimers)/
    expect(tests.filter(file => file !== 'test/tidy.test.ts' && banned.test(read(file)))).toEqual([])
  })

  it('await what they expect of a promise', () => {
    const unawaited = /^\s*expect\([^\n]*\)\.(?:rejects|resolves)/m
    expect(tests.filter(file => unawaited.test(read(file)))).toEqual([])
  })
})
