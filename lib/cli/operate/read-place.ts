import { type Environment, speaksToThisMachine } from './complete-environment.js'

/** Where AWS is: the real one, or emulators on this machine, which may lack a service that must not be asked for elsewhere. */
export type Place = { isEmbedded: boolean; serves: { lambda: boolean; cloudwatch: boolean } }

export function readPlace(env: Environment): Place {
  const isEmbedded = speaksToThisMachine(env)
  const serves = (service: string): boolean =>
    !isEmbedded ||
    ['AWS_ENDPOINT_URL', `AWS_ENDPOINT_URL_${service}`].some(name => (env[name]?.trim() ?? '') !== '')
  return { isEmbedded, serves: { lambda: serves('LAMBDA'), cloudwatch: serves('CLOUDWATCH') } }
}
