import { region } from '../../support/embedded.js'
import type { Template } from './template-mends.js'

/** moto reads from it which service is meant, and verifies nothing. */
const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=local/20261122/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`

/** CloudFormation's CreateStack: moto has made everything when it answers. Returns the status and what it says. */
export async function deployTemplate(
  url: string,
  template: Template,
  stackName = 'payops',
): Promise<{ status: number; text: string }> {
  const body = new URLSearchParams({
    Action: 'CreateStack',
    Version: '2010-05-15',
    StackName: stackName,
    TemplateBody: JSON.stringify(template),
    'Capabilities.member.1': 'CAPABILITY_IAM',
  })
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: authorization('cloudformation') },
    body,
  })
  return { status: answer.status, text: await answer.text() }
}
