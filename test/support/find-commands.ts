import { runNode } from './run-command.js'

/** The commands that a program's help lists, and those of each that has its own, as words: `['dlq', 'list']`. */
export async function findCommands(program: string, words: string[] = []): Promise<string[][]> {
  const { stdout } = await runNode([program, ...words, '--help'])
  const [, list = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(stdout) ?? []
  const names = [...list.matchAll(/^ {2}(\w[\w-]*)/gm)].flatMap(([, name = '']) =>
    name === 'help' ? [] : name,
  )
  if (names.length === 0) return [words]
  const found: string[][] = []
  for (const name of names) found.push(...(await findCommands(program, [...words, name])))
  return found
}
