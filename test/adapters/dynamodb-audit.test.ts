import { afterEach, describe, expect, it } from '@jest/globals'
import { createAudit } from '../../lib/adapters/dynamodb-audit.js'
import { createHistory } from '../../lib/adapters/dynamodb-history.js'
import { createLedger } from '../../lib/adapters/dynamodb-ledger.js'
import { systemRandom } from '../../lib/adapters/system.js'
import { Unavailable } from '../../lib/core/errors.js'
import { anEdit, auditContract } from '../contract/audit-contract.js'
import { startEmbeddedTable } from '../support/embedded.js'
import { endAll } from '../support/endings.js'
import { createLeapingClock } from '../support/leaping-clock.js'
import { catchError } from '../support/sentinel.js'

afterEach(endAll)

async function anAudit() {
  const table = await startEmbeddedTable()
  const deps = { clock: createLeapingClock(), random: systemRandom, dynamodb: table.dynamodb }
  return {
    ...table,
    audit: createAudit(deps, table.tableName),
    ledger: createLedger(deps, table.tableName),
    history: createHistory(deps, table.tableName),
  }
}

describe('createAudit', () => {
  auditContract(anAudit)

  it('is unavailable when DynamoDB is', async () => {
    const { audit, stop } = await anAudit()
    await stop()
    expect(await catchError(() => audit.record(anEdit))).toBeInstanceOf(Unavailable)
  })
})
