import { describe } from '@jest/globals'
import { MemoryLedger } from '../support/memory-ledger.js'
import { ledgerContract } from './ledger-contract.js'

describe('MemoryLedger', () => ledgerContract(async () => new MemoryLedger()))
