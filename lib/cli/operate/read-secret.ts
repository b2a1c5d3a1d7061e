import { text as readAll } from 'node:stream/consumers'
import password from '@inquirer/password'
import { WrongUsage } from '../wrong-usage.js'

/**
 * A secret, asked for without echo where a person sits, else the one line that comes through the pipe. The question goes to
 * stderr: stdout is for what the command has to say.
 */
export async function readSecret(what: string): Promise<() => string> {
  const { stdin, stderr } = process
  const typed = stdin.isTTY ? await ask(what, stderr) : (await readAll(stdin)).replace(/\r?\n$/, '')
  if (typed === '' || /[\r\n]/.test(typed))
    throw new WrongUsage([`${what}: one line is needed, typed at the prompt or piped to stdin`])
  return () => typed
}

async function ask(what: string, output: NodeJS.WriteStream): Promise<string> {
  try {
    // Not even its length shows, and no key makes it visible.
    return await password({ message: what, mask: false, toggleMask: false }, { output })
  } catch (error) {
    // Ctrl-C at the prompt; everything else is a bug.
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error
    throw new WrongUsage([`${what}: not given; nothing was stored`])
  }
}
