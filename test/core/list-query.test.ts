import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { listQuery, type PaymentsQuery } from '../../lib/core/list-query.js'

const page = { offset: 0, limit: 249 }

describe('listQuery', () => {
  it.each<[Partial<PaymentsQuery>, string]>([
    [{}, ''],
    [{ orderBy: 'ASC' }, '&orderBy=ASC'],
    [{ orderBy: 'DESC', sortBy: 'updatedAt' }, '&orderBy=DESC&sortBy=updatedAt'],
    [{ sortBy: 'moduleName' }, '&sortBy=moduleName'],
    [{ sortBy: 'processingStatus' }, '&sortBy=processingStatus'],
    [{ sortBy: 'appliedStatus' }, '&sortBy=appliedStatus'],
    [{ sortBy: 'createdAt' }, '&sortBy=createdAt'],
    [{ sortBy: 'customerId' }, '&sortBy=customerId'],
    [{ sortBy: 'externalCustomerId' }, '&sortBy=externalCustomerId'],
    [{ sortBy: 'fundingStatus' }, '&sortBy=fundingStatus'],
    [{ sortBy: 'totalAmount' }, '&sortBy=totalAmount'],
    [{ searchBy: 'id', q: '117' }, '&searchBy=id&q=117'],
    [{ searchBy: 'customerId', q: '6041' }, '&searchBy=customerId&q=6041'],
    [{ searchBy: 'externalId', q: 'A-1' }, '&searchBy=externalId&q=A-1'],
    [{ searchBy: 'externalCustomerId', q: 'ERP 7' }, '&searchBy=externalCustomerId&q=ERP+7'],
    [{ q: 'A&limit=1#' }, '&q=A%26limit%3D1%23'],
    [{ customerName: 'Müller & Söhne' }, '&customerName=M%C3%BCller+%26+S%C3%B6hne'],
    [{ invoiceId: 1117 }, '&invoiceId=1117'],
    [{ processingStatus: 0 }, '&processingStatus=0'],
    [{ processingStatus: 4 }, '&processingStatus=4'],
    [{ channelIds: [1] }, '&channelIds=1'],
    [{ channelIds: [1, 1_019_348] }, '&channelIds=1&channelIds=1019348'],
    [{ channelIds: [] }, ''],
  ])('writes %j as published', (filters, query) => {
    expect(String(listQuery({ ...page, ...filters }))).toBe(`offset=0&limit=249${query}`)
  })

  it('writes everything at once, in one order whatever that of the fields', () => {
    const filters: Required<PaymentsQuery> = {
      channelIds: [2, 1],
      processingStatus: 3,
      invoiceId: 1117,
      customerName: 'silk',
      q: 'A',
      searchBy: 'externalId',
      sortBy: 'createdAt',
      orderBy: 'ASC',
      limit: 10,
      offset: 20,
    }
    expect(String(listQuery(filters))).toBe(
      'offset=20&limit=10&orderBy=ASC&sortBy=createdAt&searchBy=externalId&q=A&customerName=silk&invoiceId=1117&processingStatus=3&channelIds=2&channelIds=1',
    )
  })

  it.each<[string, Partial<PaymentsQuery>]>([
    ['a page of none', { limit: 0 }],
    ['a page of more than published', { limit: 250 }],
    ['a page of no number', { limit: Number.NaN }],
    ['a page of a half', { limit: 1.5 }],
    ['an offset below zero', { offset: -1 }],
    ['an offset without end', { offset: Number.POSITIVE_INFINITY }],
    ['an invoice that is no number', { invoiceId: Number.NaN }],
    ['a channel with a fraction', { channelIds: [1, 1.5] }],
  ])('never asks for %s', (_, filters) => {
    expect(() => listQuery({ ...page, ...filters })).toThrow('Bug: ')
  })

  it('never writes a filter that was not asked for', () => {
    const filters = fc.record(
      {
        orderBy: fc.constantFrom('ASC' as const, 'DESC' as const),
        searchBy: fc.constantFrom('id' as const, 'externalId' as const),
        q: fc.string({ unit: 'grapheme' }),
        customerName: fc.string({ unit: 'grapheme' }),
        invoiceId: fc.nat(),
        processingStatus: fc.constantFrom(0 as const, 3 as const),
        channelIds: fc.array(fc.nat(), { minLength: 1 }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(filters, asked => {
        const search = new URLSearchParams(String(listQuery({ ...page, ...asked })))
        const expected = Object.entries({ ...page, ...asked })
        expect([...new Set(search.keys())].sort()).toEqual(expected.map(([name]) => name).sort())
        for (const [name, value] of expected) expect(search.getAll(name)).toEqual([value].flat().map(String))
      }),
    )
  })
})
