import { type CollectionTag, parseDocument, type ScalarTag } from 'yaml'
import { type Declaration, TemplateError } from './declaration.js'
import { readMapping, readOptionalMapping, readText, refuseUnknownKeys } from './node-shape.js'
import { listFunctionUrls, readFunctions } from './read-functions.js'
import { readResources } from './read-resources.js'
import { resolveToText } from './resolve-intrinsics.js'
import { resolveVariables } from './resolve-variables.js'

// CloudFormation's short tags in their long form, so that both spellings are read by one rule.
const shortTag = (tag: string, name: string): ScalarTag => ({
  tag,
  resolve: text => ({ [name]: text }),
})
const longTag: CollectionTag = {
  tag: '!GetAtt',
  collection: 'seq',
  resolve: sequence => ({ 'Fn::GetAtt': 'items' in sequence ? sequence.items.map(String) : [] }),
}
const CLOUDFORMATION_TAGS = [
  shortTag('!Ref', 'Ref'),
  shortTag('!GetAtt', 'Fn::GetAtt'),
  shortTag('!Sub', 'Fn::Sub'),
  longTag,
]

const TOP_LEVEL_KEYS = [
  'custom',
  'frameworkVersion',
  'functions',
  'package',
  'params',
  'provider',
  'resources',
  'service',
  'configValidationMode',
]

/**
 * The text of a serverless.yml to what it declares for a stage; `params` go before the template's own, as `--param` does. Pure;
 * whatever it cannot make is a TemplateError naming it.
 */
export function readTemplate(text: string, stage: string, params: Record<string, string> = {}): Declaration {
  const document = readMapping(resolveVariables(parseYaml(text), stage, params), 'template')
  refuseUnknownKeys(document, TOP_LEVEL_KEYS, 'template')
  const provider = readOptionalMapping(document['provider'], 'provider')
  const region = readText(provider['region'] ?? 'us-east-1', 'provider.region')
  const { Resources } = readOptionalMapping(document['resources'], 'resources')
  const functions = readOptionalMapping(document['functions'], 'functions')
  const resources = readResources(
    readOptionalMapping(Resources, 'resources.Resources'),
    region,
    listFunctionUrls(functions),
  )
  const prefix = `${resolveToText(document['service'], resources.names, 'service')}-${stage}`
  const { queues, table, bus, passedOver } = resources
  return {
    region,
    queues,
    table,
    bus,
    passedOver,
    functions: readFunctions(functions, provider, prefix, resources),
  }
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { customTags: CLOUDFORMATION_TAGS, merge: true })
  // An unknown tag is only a warning to the parser; a value read without it would mean something else.
  const problem = document.errors[0] ?? document.warnings[0]
  if (problem) throw new TemplateError(problem.message)
  return document.toJS()
}
