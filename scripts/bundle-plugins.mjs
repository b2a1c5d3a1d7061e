// What keeps a function's bundle small and quick to start: what cannot be used in a Lambda container, or is switched off in
// payops, is left out; each with an end that says so. A build fails where one of them is not met any more.
import { readFile } from 'node:fs/promises'

const notHere = name => `throw new Error('${name} is not part of this bundle')`

/** Modules of packages that are replaced: by the end of their path, with the package that needs them, what takes their
 * place and why that is safe. */
const replacements = [
  // The default credential chain: profiles, single sign-on, a process and web identity do not exist in a Lambda container. Each
  // link skips itself, as it does where it is not configured; environment and container credentials stay.
  ...[
    ['sso', 'fromSSO'],
    ['ini', 'fromIni'],
    ['process', 'fromProcess'],
    ['web-identity', 'fromTokenFile'],
  ].map(([name, provider]) => ({
    of: '@aws-sdk/credential-provider-node',
    path: new RegExp(`/@aws-sdk/credential-provider-${name}/`),
    contents: `export const ${provider} = () => async () => {
  throw Object.assign(new Error('${provider} is not part of this bundle'), { tryNextLink: true })
}`,
  })),
  // The last link of that chain: container credentials, without the metadata of an EC2 instance.
  {
    of: '@aws-sdk/credential-provider-node',
    path: /\/@aws-sdk\/credential-provider-node\/dist-es\/remoteProvider\.js$/,
    contents: `import { fromHttp } from '@aws-sdk/credential-provider-http'
export const ENV_IMDS_DISABLED = 'AWS_EC2_METADATA_DISABLED'
const { env } = process
export const remoteProvider = async init =>
  env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI || env.AWS_CONTAINER_CREDENTIALS_FULL_URI
    ? fromHttp(init)
    : async () => {
        throw Object.assign(new Error('EC2 metadata is not part of this bundle'), { tryNextLink: true })
      }`,
  },
  // No call of ours is a stream of events.
  {
    of: '@smithy/core',
    path: /\/@smithy\/core\/dist-es\/submodules\/event-streams\/index\.js$/,
    contents: `export class EventStreamSerde { constructor() { ${notHere('an event stream')} } }
export const eventStreamSerdeProvider = () => { ${notHere('an event stream')} }`,
  },
  // Answers of Node's own HTTP are streams of Node's; asking whether one is the web's, or a blob, would load all of those first.
  {
    path: /\/@smithy\/core\/dist-es\/submodules\/serde\/util-stream\/stream-type-check\.js$/,
    contents: `export const isReadableStream = () => false
export const isBlob = () => false`,
  },
  // got's options that payops leaves off: HTTP/2, a cache of answers, a cache of names.
  {
    of: 'got',
    path: /\/got\/dist\/source\/core\/utils\/http2-client\.js$/,
    contents: `export default { globalAgent: undefined, auto() { ${notHere('HTTP/2')} } }`,
  },
  {
    of: 'got',
    path: /\/got\/dist\/source\/core\/utils\/dns-cache\.js$/,
    contents: `export default class { constructor() { ${notHere('the DNS cache')} } }`,
  },
  {
    of: 'got',
    path: /\/cacheable-request\//,
    contents: `export class CacheError extends Error {}
export default class { constructor() { ${notHere('the HTTP cache')} } }`,
  },
]

/** Whether a module's code is ours, in the place of its package's. */
export const isReplaced = file => replacements.some(({ path }) => path.test(file))

/** Node's own modules, as objects instead of ES modules: see `keepBuiltinsLazy`. */
const builtins = {
  'node:http': `module.exports = process.getBuiltinModule('node:http')`,
  'node:process': `module.exports = process`,
  // By inheritance: whoever copies an object's own members, as the bundler does for an import, loads the lazy ones.
  'node:util': `module.exports = Object.create(process.getBuiltinModule('node:util'))`,
  // got asks only whether an answer is one of HTTP/2's.
  'node:http2': `module.exports = { Http2ServerResponse: class {}, constants: {} }`,
}

const replaceModules = {
  name: 'replace-modules',
  setup: builder => {
    const met = new Set()
    for (const { path, contents } of replacements) {
      builder.onLoad({ filter: path }, args => {
        met.add(path)
        return { contents, resolveDir: args.path.replace(/[^/]*$/, '') }
      })
    }
    builder.onEnd(({ metafile }) => {
      const inputs = Object.keys(metafile?.inputs ?? {})
      // Of a package that is not in the bundle there is nothing to replace.
      const isThere = name => inputs.some(input => input.includes(`node_modules/${name}/`))
      const missed = replacements.filter(({ path, of }) => !met.has(path) && isThere(of))
      if (missed.length === 0) return {}
      return {
        errors: missed.map(({ path }) => ({ text: `${path} replaces nothing: has its package changed?` })),
      }
    })
  },
}

/**
 * An ES import of one of Node's modules reads all of its exports at once, also the lazy ones: `node:http` loads all of Node's
 * fetch that way, `node:process` opens stdin. As objects they stay as lazy as they are.
 */
const keepBuiltinsLazy = {
  name: 'keep-builtins-lazy',
  setup: builder => {
    builder.onResolve(
      { filter: /^(node:)?(fs|fs\/promises|http|http2|https|net|process|tls|util)$/ },
      ({ path }) => ({
        path: path.replace(/^(node:)?/, 'node:'),
        namespace: 'builtin',
      }),
    )
    builder.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: builtins[path] ?? `module.exports = process.getBuiltinModule('${path}')`,
    }))
  },
}

/** Of its package.json a client uses the version, for the user agent. */
const keepVersionsOnly = {
  name: 'keep-versions-only',
  setup: builder => {
    builder.onLoad({ filter: /\/@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'))
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
  },
}

export const bundlePlugins = [replaceModules, keepBuiltinsLazy, keepVersionsOnly]
