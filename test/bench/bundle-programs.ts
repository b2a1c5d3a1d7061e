import { build } from 'esbuild'

/** The bench's own processes, each started by its file's name. Packages stay where they are installed. */
export async function bundlePrograms(names: string[], place: string): Promise<void> {
  await build({
    entryPoints: names.map(name => `test/bench/${name}.ts`),
    outdir: place,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'error',
  })
}
