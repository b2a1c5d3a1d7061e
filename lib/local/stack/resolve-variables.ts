import { TemplateError } from './declaration.js'
import { isMapping, readOptionalMapping } from './node-shape.js'

// Serverless variables: `${sls:stage}`, `${param:x}`, `${opt:stage}`, `${self:a.b}`, each with an optional fallback after
// a comma: a quoted text, or another variable without its braces. The innermost is resolved first, so that one may stand
// inside another. `${AWS::Region}` and `${LogicalId}` have no source before a single colon: they are CloudFormation's.

const VARIABLE = /\$\{([a-zA-Z]+:(?!:)[^${}]*)\}/

// A variable that leads back to itself would never end; no sensible template nests this deep.
const DEPTH_MAX = 20

type Scope = { document: unknown; stage: string; params: Record<string, string> }

/**
 * The document with every Serverless variable replaced; `params` are those of the command line. One that is unknown, or has neither
 * value nor fallback, is an error naming it.
 */
export function resolveVariables(
  document: unknown,
  stage: string,
  params: Record<string, string> = {},
): unknown {
  return resolveNode(document, { document, stage, params }, 'template', 0)
}

function resolveNode(node: unknown, scope: Scope, path: string, depth: number): unknown {
  if (typeof node === 'string') return resolveText(node, scope, path, depth)
  if (Array.isArray(node))
    return node.map((item, index) => resolveNode(item, scope, `${path}[${index}]`, depth))
  if (!isMapping(node)) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, resolveNode(value, scope, `${path}.${key}`, depth)]),
  )
}

function resolveText(text: string, scope: Scope, path: string, depth: number): unknown {
  if (depth > DEPTH_MAX)
    throw new TemplateError(`${path}: the variables in "${text}" lead back to themselves`)
  const match = VARIABLE.exec(text)
  if (!match) return text
  const [whole, expression = ''] = match
  const value = resolveNode(lookUpWithFallback(expression, scope, path), scope, path, depth + 1)
  // A variable that is the whole text keeps its type: a number stays a number.
  if (whole === text) return value
  if (typeof value === 'object')
    throw new TemplateError(`${path}: \${${expression}} is no text but stands inside one`)
  return resolveText(
    text.replace(whole, () => String(value)),
    scope,
    path,
    depth + 1,
  )
}

function lookUpWithFallback(expression: string, scope: Scope, path: string): unknown {
  for (const alternative of expression.split(',').map(part => part.trim())) {
    const value = lookUp(alternative, scope, path)
    if (value !== undefined) return value
  }
  throw new TemplateError(`${path}: \${${expression}} has no value`)
}

function lookUp(alternative: string, { document, stage, params }: Scope, path: string): unknown {
  const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(alternative)
  if (quoted) return quoted[1] ?? quoted[2]
  const [source = '', address = ''] = alternative.split(/:(.*)/)
  if (source === 'sls' && address === 'stage') return stage
  if (source === 'opt') return address === 'stage' ? stage : undefined
  if (source === 'param') return params[address] ?? lookUpParameter(document, stage, address)
  if (source === 'self') return follow(document, address.split('.'))
  throw new TemplateError(`${path}: the variable \${${alternative}} is not known to the embedded stack`)
}

function lookUpParameter(document: unknown, stage: string, name: string): unknown {
  return follow(document, ['params', stage, name]) ?? follow(document, ['params', 'default', name])
}

function follow(node: unknown, keys: string[]): unknown {
  return keys.reduce<unknown>(
    (at, key) => (isMapping(at) ? readOptionalMapping(at, key)[key] : undefined),
    node,
  )
}
