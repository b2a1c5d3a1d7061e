/**
 * Imported into each container by NODE_OPTIONS, beside the bundle: now and then it says what the process holds after a full
 * collection, so that what is seen to grow is kept, and not garbage that V8 has not come to yet. It measures the runtime, on the
 * machine's own time.
 */
import { readdirSync } from 'node:fs'

const everyMs = Number(process.env['PAYOPS_PROBE_MS'] ?? 5_000)

const collect: unknown = Reflect.get(globalThis, 'gc')

function report(): void {
  if (typeof collect === 'function') collect()
  const { rss, heapUsed, external } = process.memoryUsage()
  const sample = {
    probe: process.pid,
    atMs: Math.round(performance.now()),
    rss,
    heapUsed: heapUsed + external,
    descriptors: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().length,
  }
  console.log(JSON.stringify(sample))
}

// No reason to stay: the container lives as long as its parent wants.
setInterval(report, everyMs).unref()
