import * as z from 'zod/mini'

/** A CloudFormation template as `serverless package` writes it, as far as the rules read it. */

export type Properties = Record<string, unknown>
/** `isKept`: it stays where it is when the template drops or replaces it. */
export type Resource = { id: string; type: string; properties: Properties; isKept: boolean }
export type Template = { resources: Resource[] }

/** `where` is a path into the template; `mend` says what to do about it. */
export type Problem = { where: string; problem: string; mend: string }
export type Rule = { name: string; find(template: Template): Problem[] }

const mapping = z.record(z.string(), z.unknown())
const packaged = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.optional(mapping),
      DeletionPolicy: z.optional(z.string()),
      UpdateReplacePolicy: z.optional(z.string()),
    }),
  ),
})

/** Throws for what is no template at all. */
export function parseTemplate(json: unknown): Template {
  const parsed = z.safeParse(packaged, json)
  if (!parsed.success) throw new Error(`this is no CloudFormation template: ${z.prettifyError(parsed.error)}`)
  const resources = Object.entries(parsed.data.Resources)
  return {
    resources: resources.map(([id, { Type, Properties, DeletionPolicy, UpdateReplacePolicy }]) => ({
      id,
      type: Type,
      properties: Properties ?? {},
      isKept: DeletionPolicy === 'Retain' && UpdateReplacePolicy === 'Retain',
    })),
  }
}

export const ofType = ({ resources }: Template, type: string): Resource[] =>
  resources.filter(resource => resource.type === type)

export const findOf = (template: Template, type: string, id: string | undefined): Resource | undefined =>
  ofType(template, type).find(resource => resource.id === id)

export const readMapping = (value: unknown): Properties => {
  const parsed = z.safeParse(mapping, value)
  return parsed.success ? parsed.data : {}
}

/** IAM and CloudFormation take one where they take several. */
export const readList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

export const readNumber = (value: unknown, otherwise: number): number =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : otherwise

/** The resource that `Ref`, `Fn::GetAtt` or a `Fn::Sub` of nothing else names, with the attribute and what follows it. */
export type Reference = { id: string; attribute: string; suffix: string }

export function readReference(value: unknown): Reference | undefined {
  const { Ref, 'Fn::GetAtt': got, 'Fn::Sub': sub } = readMapping(value)
  if (typeof Ref === 'string') return { id: Ref, attribute: '', suffix: '' }
  if (got !== undefined) {
    const [id = '', attribute = ''] = Array.isArray(got) ? got.map(String) : String(got).split('.')
    return { id, attribute, suffix: '' }
  }
  const [, id, attribute = '', suffix = ''] =
    (typeof sub === 'string' && /^\$\{(\w+)(?:\.(\w+))?\}([^$]*)$/.exec(sub)) || []
  return id === undefined ? undefined : { id, attribute, suffix }
}

/** As a person would write it into the template. */
export const showValue = (value: unknown): string =>
  value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)
