import { parseArgs } from 'node:util'
import { readAmounts } from '../support/read-amounts.js'
import { measureStores, type StoresMeasured } from './measure-stores.js'

const help = `Usage: npm run stores -- [options]

  --stores <n>     how many stores (default 200)
  --ailing <n>     how many of them fail, in every way (default 20)
  --payments <n>   requests of each store (default 30)
  --limit <n>      calls that a store allows in a minute (default 20)
  --rounds <n>     how often both are measured, in turn (default 1)
  --help           this text

Exit code: 0 when the well stores beside the failing ones need at most 1.1 times the time that they take alone, else 1.`

const ratioMax = 1.1

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: '200' },
    ailing: { type: 'string', default: '20' },
    payments: { type: 'string', default: '30' },
    limit: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

async function main(): Promise<boolean> {
  const { help: _, ...texts } = values
  const amounts = readAmounts(texts, ['ailing'])
  const { stores, ailing, payments, limit } = amounts
  const plan = {
    stores,
    ailing,
    payments,
    quota: { limit, windowMs: 60_000 },
    delayScale: 1,
  }
  const rounds: { alone: StoresMeasured; beside: StoresMeasured }[] = []
  for (let round = 0; round < amounts.rounds; round += 1) {
    const [first, second] = [round % 2 === 0, round % 2 !== 0]
    const one = await measureStores(plan, first)
    const other = await measureStores(plan, second)
    rounds.push(first ? { alone: one, beside: other } : { alone: other, beside: one })
  }
  const well = plan.stores - plan.ailing
  console.log(
    `${plan.stores} stores, ${plan.payments} requests each, ${plan.quota.limit} calls a store and minute`,
  )
  for (const { alone, beside } of rounds) {
    console.log(`${well} stores alone:                 ${describe(alone)}`)
    console.log(
      `${well} stores beside ${plan.ailing} that fail:  ${describe(beside)}; ${beside.callsOfAiling} calls of those`,
    )
  }
  const ratio = sum(rounds.map(({ beside }) => beside.tookMs)) / sum(rounds.map(({ alone }) => alone.tookMs))
  const measured = rounds.flatMap(({ alone, beside }) => [alone, beside])
  const wrong = sum(measured.map(taken => taken.wrong))
  const secretReads = Math.max(...measured.map(taken => taken.secretReadsMax))
  const containers = Math.max(...measured.map(taken => taken.containers))
  console.log(
    `ratio: ${ratio.toFixed(3)}, at most ${ratioMax}; effects that are not there exactly once: ${wrong}`,
  )
  console.log(
    `secret of a store read at most ${secretReads} times by ${containers} containers, whatever its requests`,
  )
  const isMet = ratio <= ratioMax && wrong === 0 && secretReads <= containers
  console.log(isMet ? 'stores: passed' : 'stores: FAILED')
  return isMet
}

const sum = (numbers: number[]): number => numbers.reduce((all, one) => all + one, 0)
const describe = ({ tookMs, effects }: StoresMeasured): string =>
  `${(tookMs / 1_000).toFixed(1)} s, ${effects} effects`

if (values.help) console.log(help)
else process.exitCode = (await main()) ? 0 : 1
