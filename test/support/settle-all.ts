/** Like `Promise.all`, but a failure is told only when all have ended: nothing runs on into what closes after it. */
export async function settleAll<T>(work: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
