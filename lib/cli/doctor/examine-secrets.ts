import type { Finding } from '../../core/diagnose.js'
import { checkSecret, type SecretFinding } from '../../engine/check-secret.js'
import type { OperatorApp } from '../../operator-app.js'

/** One cheap read for each store, one store after the other. */
export async function examineSecrets(
  app: Pick<OperatorApp, 'credentials' | 'api'>,
  storeHashes: string[],
  stage: string,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const storeHash of storeHashes) findings.push(toFinding(await checkSecret(app, storeHash), stage))
  return findings
}

function toFinding({ storeHash, verdict, code, why }: SecretFinding, stage: string): Finding {
  const subject = `store ${storeHash}`
  if (verdict === 'works') return { part: 'secrets', verdict: 'fine', subject, why }
  return {
    part: 'secrets',
    verdict: 'wrong',
    subject,
    why: code === undefined ? why : `${code}: ${why}`,
    next: `npx payops secrets ${verdict === 'notKnown' ? 'check' : 'set'} ${storeHash} --stage ${stage}`,
  }
}
