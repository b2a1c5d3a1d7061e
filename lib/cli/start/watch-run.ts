import type { OutcomeSeen } from './outcome-seen.js'

export type WatchOptions = {
  env: Record<string, string>
  queueUrls: Record<string, string>
  signal: AbortSignal
  print(line: string): void
  onOutcome(listener: (outcome: OutcomeSeen) => void): void
}

/** Stays up until Ctrl-C: says where the queues are, so that the AWS CLI can speak to them, and prints outcomes as they come. */
export async function watchRun({ env, queueUrls, signal, print, onOutcome }: WatchOptions): Promise<void> {
  print('')
  print('Up. To speak to it with the AWS CLI, in another terminal:')
  for (const [name, value] of Object.entries(env)) print(`export ${name}=${value}`)
  print('')
  for (const [queue, url] of Object.entries(queueUrls)) print(`${queue}: ${url}`)
  print('')
  print('Outcomes are printed as they come; failures lie in the dead-letter queues. Ctrl-C ends it.')
  onOutcome(outcome => print(describeOutcome(outcome)))
  if (signal.aborted) return
  await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function describeOutcome({ status, storeHash, requestId, effect, error }: OutcomeSeen): string {
  const end = error === undefined ? effect : `${error.code}: ${error.message}`
  return `${status.padEnd(9)} ${storeHash} ${requestId} ${end}`
}
