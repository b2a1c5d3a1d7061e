import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import { afterEach, describe, expect, it } from '@jest/globals'
import { systemClock, systemRandom } from '../../../lib/adapters/system.js'
import { type BusEvent, startEventBus } from '../../../lib/local/stack/event-bus.js'

const endings: (() => unknown)[] = []

async function aBus() {
  const events: BusEvent[] = []
  const bus = await startEventBus({
    clock: systemClock,
    random: systemRandom,
    region: 'us-east-1',
    bus: { name: 'trial', arn: 'arn:aws:events:us-east-1:000000000000:event-bus/trial' },
    onEvent: event => events.push(event),
  })
  const client = new EventBridgeClient({
    endpoint: bus.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  endings.push(bus.stop, () => client.destroy())
  return {
    bus,
    events,
    put: (Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries })),
  }
}

const anEntry = (changes: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  EventBusName: 'trial',
  Source: 'erp',
  DetailType: 'Payment Operation Requested',
  Detail: '{"paymentId":117}',
  ...changes,
})

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

describe('startEventBus', () => {
  it('makes an entry an event in the envelope of EventBridge', async () => {
    const { put, events } = await aBus()
    const result = await put([anEntry({ Time: new Date('2026-11-22T08:04:11.500Z'), Resources: ['r'] })])
    expect(result).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] })
    expect(events).toEqual([
      {
        version: '0',
        id: result.Entries?.[0]?.EventId,
        'detail-type': 'Payment Operation Requested',
        source: 'erp',
        account: '000000000000',
        time: '2026-11-22T08:04:11Z',
        region: 'us-east-1',
        resources: ['r'],
        detail: { paymentId: 117 },
      },
    ])
  })

  it('refuses some entries of a call and accepts the others', async () => {
    const { put, events } = await aBus()
    const entries = [
      anEntry({ Detail: 'no json' }),
      anEntry({ Detail: '[1]' }),
      anEntry({ Source: '' }),
      anEntry({ Source: 'aws.ec2' }),
      anEntry(),
    ]
    const { FailedEntryCount, Entries = [] } = await put(entries)
    expect(FailedEntryCount).toBe(4)
    expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      undefined,
    ])
    expect(events).toHaveLength(1)
  })

  it('fails as many entries as it is told to', async () => {
    const { bus, put, events } = await aBus()
    bus.failNextEntries(1)
    const { FailedEntryCount, Entries = [] } = await put([
      anEntry({ Source: 'first' }),
      anEntry({ Source: 'second' }),
    ])
    expect([FailedEntryCount, Entries[0]?.ErrorCode]).toEqual([1, 'InternalFailure'])
    expect(events.map(({ source }) => source)).toEqual(['second'])
  })

  it('accepts an event for a bus that does not exist, and drops it', async () => {
    const { put, events } = await aBus()
    const result = await put([anEntry({ EventBusName: 'misspelt' })])
    expect(result).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] })
    expect(events).toEqual([])
  })

  it('refuses more than ten entries at once', async () => {
    const { put } = await aBus()
    await expect(put(Array.from({ length: 11 }, () => anEntry()))).rejects.toThrow('between 1 and 10')
  })

  it('refuses a call of more than 1 MiB', async () => {
    const { put, events } = await aBus()
    const Detail = JSON.stringify({ text: 'x'.repeat(1024 * 1024) })
    await expect(put([anEntry({ Detail })])).rejects.toThrow('over the limit')
    expect(events).toEqual([])
  })
})
