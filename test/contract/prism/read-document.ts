import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { documentPath } from './judges.js'

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', 'trace'] as const
type Example = { value: unknown }
type Media = { schema: { 'x-examples'?: Record<string, unknown> }; examples?: Record<string, Example> }
type Response = { content?: Record<string, Media> }
type Operation = { responses: Record<string, Response | { $ref: string }> }
type Document = {
  paths: Record<string, { [method in (typeof methods)[number]]?: Operation }>
  components: { responses: Record<string, Response> }
}

/** An answer that the document says may come: `POST /payments/{paymentId}/operations 400`, with its examples. */
export type Published = { answer: string; status: number; examples: unknown[] }

export function readPublishedAnswers(): Published[] {
  const document: Document = parse(readFileSync(documentPath, 'utf8'))
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    methods.flatMap(method =>
      Object.entries(operations[method]?.responses ?? {}).map(([status, response]) => ({
        answer: `${method.toUpperCase()} ${path} ${status}`,
        status: Number(status),
        examples: readExamples(resolveResponse(document, response)),
      })),
    ),
  )
}

function resolveResponse({ components }: Document, response: Response | { $ref: string }): Response {
  if (!('$ref' in response)) return response
  return components.responses[response.$ref.replace('#/components/responses/', '')] ?? {}
}

const readExamples = ({ content = {} }: Response): unknown[] =>
  Object.values(content).flatMap(({ schema, examples = {} }) => [
    ...Object.values(schema['x-examples'] ?? {}),
    ...Object.values(examples).map(({ value }) => value),
  ])
