import { type EnvironmentValue, TemplateError } from './declaration.js'
import { isMapping, readText } from './node-shape.js'

/** The account of the emulators: fauxqs builds its ARNs with it. */
export const ACCOUNT_ID = '000000000000'

/** What the template's own resources are called, by logical id. A queue has no `ref` yet: its URL exists only once it runs. */
export type Names = {
  region: string
  resources: Record<string, { ref: string | undefined; arn: string }>
  /** Keys of the functions that have a URL, by the logical id that Serverless gives the URL. */
  functionUrls: Record<string, string>
}

/** A text, a number or an intrinsic function (`!Ref`, `!GetAtt`, `!Sub`) to what it means; a URL of the stack's own stays open. */
export function resolveValue(node: unknown, names: Names, path: string): EnvironmentValue {
  if (!isMapping(node)) return resolvePlain(node, path)
  const [name = '', argument] = Object.entries(node)[0] ?? []
  if (name === 'Ref') return resolveReference(readText(argument, path), names, path)
  if (name === 'Fn::GetAtt') return resolveAttribute(argument, names, path)
  if (name === 'Fn::Sub') return resolveSubstitution(readText(argument, path), names, path)
  throw new TemplateError(`${path}: ${name || 'an empty mapping'} is not known to the embedded stack`)
}

/** As `resolveValue`, where such a URL makes no sense. */
export function resolveToText(node: unknown, names: Names, path: string): string {
  const value = resolveValue(node, names, path)
  if (typeof value === 'string') return value
  const owner = 'queueUrlOf' in value ? value.queueUrlOf : value.functionUrlOf
  throw new TemplateError(`${path}: the URL of ${owner} is not known before it runs`)
}

function resolvePlain(node: unknown, path: string): string {
  if (typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean') return String(node)
  throw new TemplateError(`${path}: a text or a reference is expected`)
}

function resolveReference(id: string, names: Names, path: string): EnvironmentValue {
  const pseudo = pseudoParameters(names.region)[id]
  if (pseudo !== undefined) return pseudo
  return findResource(id, names, path).ref ?? { queueUrlOf: id }
}

function resolveAttribute(argument: unknown, names: Names, path: string): EnvironmentValue {
  const [id = '', attribute = ''] = Array.isArray(argument)
    ? argument.map(String)
    : String(argument).split('.')
  const functionUrlOf = attribute === 'FunctionUrl' ? names.functionUrls[id] : undefined
  if (functionUrlOf !== undefined) return { functionUrlOf }
  if (attribute !== 'Arn')
    throw new TemplateError(`${path}: !GetAtt ${id}.${attribute} is not known to the embedded stack`)
  return findResource(id, names, path).arn
}

function resolveSubstitution(text: string, names: Names, path: string): string {
  return text.replace(/\$\{([^${}]+)\}/g, (_, inner: string) => {
    const [id = '', attribute] = inner.split('.')
    return resolveToText(attribute === undefined ? { Ref: id } : { 'Fn::GetAtt': inner }, names, path)
  })
}

function findResource(id: string, names: Names, path: string): { ref: string | undefined; arn: string } {
  const resource = names.resources[id]
  if (!resource) throw new TemplateError(`${path}: ${id} is no queue, table or bus of this template`)
  return resource
}

const pseudoParameters = (region: string): Record<string, string> => ({
  'AWS::Region': region,
  'AWS::AccountId': ACCOUNT_ID,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
})
