import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, describe, expect, it } from '@jest/globals'
import { createSecretWriter } from '../../lib/adapters/secret-writer.js'
import { Unavailable } from '../../lib/core/errors.js'
import { startEmbeddedSecrets } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { catchError, expectNoSentinel, sentinelToken } from '../support/sentinel.js'

afterEach(endAll)

async function aWriter() {
  const { client, put, failNext } = await startEmbeddedSecrets()
  const writer = createSecretWriter({ client }, { prefix: 'payops/' })
  const read = async (version: string) => {
    const asked = { SecretId: 'payops/luma7x2', VersionStage: version }
    return (await client.send(new GetSecretValueCommand(asked))).SecretString
  }
  return { writer, put, failNext, read }
}

describe('createSecretWriter', () => {
  it('makes the secret that is not there', async () => {
    const { writer, read } = await aWriter()
    const made = await writer.change('luma7x2', content => ({ ...content, accessToken: 'new' }))
    expect(made).toEqual({ name: 'payops/luma7x2', wasThere: false })
    expect(await read('AWSCURRENT')).toBe('{"accessToken":"new"}')
  })

  it('gives what the secret holds to be changed, and keeps the version before', async () => {
    const { writer, put, read } = await aWriter()
    put('payops/luma7x2', '{"accessToken":"old","note":"kept"}')
    const changed = await writer.change('luma7x2', content => ({ ...content, accessToken: 'new' }))
    expect(changed.wasThere).toBe(true)
    expect(await read('AWSCURRENT')).toBe('{"accessToken":"new","note":"kept"}')
    expect(await read('AWSPREVIOUS')).toBe('{"accessToken":"old","note":"kept"}')
  })

  it.each(['no JSON', '["a list"]', '"a text"'])('begins anew where the secret is %s', async text => {
    const { writer, put, read } = await aWriter()
    put('payops/luma7x2', text)
    await writer.change('luma7x2', content => ({ ...content, accessToken: 'new' }))
    expect(await read('AWSCURRENT')).toBe('{"accessToken":"new"}')
  })

  it('is unavailable in an outage, and says nothing of the secret', async () => {
    const { writer, put, failNext } = await aWriter()
    put('payops/luma7x2', JSON.stringify({ accessToken: sentinelToken }))
    failNext(1)
    const error = await catchError(() => writer.change('luma7x2', () => ({ accessToken: sentinelToken })))
    expect(error).toBeInstanceOf(Unavailable)
    expectNoSentinel(error)
  })
})
