import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..', '..')
const node = join(root, 'node_modules', 'node', 'bin', 'node')

/** A real pseudo-terminal: Python's standard library has one, Node has none. The size is set before the command begins. */
const inTerminal = `
import fcntl, os, pty, struct, sys, termios
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    sys.stdout.buffer.write(chunk)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`

export type Shown = {
  code: number | null
  /** Everything that the terminal was sent, escape sequences as well; stdout and stderr are one there. */
  raw: string
  /** Its lines as they stood when they were left, without what only steers. */
  lines: string[]
}

/** Runs Node in the repository in a terminal of 80 columns and 24 rows, with nothing of this process's environment but PATH. */
export function runInTerminal(argv: string[], env: Record<string, string> = {}): Promise<Shown> {
  const child = spawn('python3', ['-c', inTerminal, node, ...argv], {
    cwd: root,
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let raw = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text
  })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', code => done({ code, raw, lines: readLines(raw) }))
  })
}

/** What begins a line anew counts as the end of one, and where wrapping is off the terminal itself cuts at its edge. */
function readLines(raw: string): string[] {
  const [first = '', ...unwrapped] = raw.split(`${escapeByte}[?7l`)
  const cut = unwrapped.flatMap(part => {
    const [inside = '', after = ''] = part.split(`${escapeByte}[?7h`)
    return [...toLines(inside).map(line => line.slice(0, 80)), ...toLines(after)]
  })
  return [...toLines(first), ...cut]
}

const toLines = (raw: string): string[] =>
  raw
    .replaceAll(`${escapeByte}[1G`, '\r')
    .replaceAll(new RegExp(`${escapeByte}(?:\\[[0-?]*[ -/]*[@-~]|[78=>])`, 'g'), '')
    .split(/\r*\n|\r/)

export const escapeByte = String.fromCharCode(27)
