import { afterAll, beforeAll, describe } from '@jest/globals'
import { endAll } from '../../support/endings.js'
import { expectNoSentinel, sentinelToken } from '../../support/sentinel.js'
import { describeJudgedBy, motoServer } from '../find-judge.js'
import { deployToMoto, type MotoDeployment } from './a-moto-deployment.js'
import { batches } from './batches.js'
import { deadLetters } from './dead-letters.js'
import { differences } from './differences.js'
import { madeResources } from './made-resources.js'
import { mainJob } from './main-job.js'
import { putSecret } from './put-secret.js'
import { reconciliation } from './reconciliation.js'
import { rotation } from './rotation.js'
import { webhooks } from './webhooks.js'

/** One moto server for all of it: each group has payments of its own, and leaves the queues empty. */

describeJudgedBy(motoServer, 'what is packaged, on moto', () => {
  let deployment: MotoDeployment
  const aws = () => deployment
  beforeAll(async () => {
    deployment = await deployToMoto()
    await putSecret(deployment, 'luma7x2', sentinelToken)
  })
  afterAll(async () => {
    try {
      expectNoSentinel(deployment.lines)
    } finally {
      await endAll()
    }
  })

  describe('what CloudFormation made', () => madeResources(aws))
  describe('the main job', () => mainJob(aws))
  describe('batches', () => batches(aws))
  describe('dead letters', () => deadLetters(aws))
  describe('webhooks', () => webhooks(aws))
  describe('the rotation of a secret', () => rotation(aws))
  describe('reconciliation', () => reconciliation(aws))
  describe('moto, unlike AWS,', () => differences(aws))
})
