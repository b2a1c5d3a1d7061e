import type { EpochMs } from '../time.js'
import type { Acted, Finding, SweepMode } from './finding.js'

/**
 * One sweep of a store, as it is kept between two invocations. Its parts follow each other: `payments` (the list, page by page), `doubts`
 * (one look each), `gone` (payments of the ledger that the list does not show, one look each), `act` (what the rules
 * allow). Each step is one `SweepPage` with the cursor after it, so that a kill repeats at most one step.
 */
export type SweepPart = 'payments' | 'doubts' | 'gone' | 'act'

/** Plain JSON: a sweep may be taken up by another container. */
export type Cursor = {
  sweepId: string
  mode: SweepMode
  startedAt: EpochMs
  part: SweepPart
  /** Number of the next page of results: a repeated step writes over its own page. */
  page: number
  /** Of the list. */
  offset: number
  totalCount?: number
  /** Where `doubts` (a requestId) or `gone` (a paymentId) stand. */
  after?: string
  /** Newest `updatedAt` seen, and the oldest of a payment that was passed over because it is being worked on. Unix seconds. */
  newestSeconds?: number
  passedOverSeconds?: number
}

/** What the rule needs to act on a finding later, and what makes sure that it still is the one that was found. */
export type Plan = {
  finding: Finding
  operationCode?: 0 | 1 | 2
  /** Why nothing is to be done about it, whatever the rule says. */
  refusal?: string
  updatedAtSeconds?: number
  /** Of a doubt: the proof, and the entry's `rev` when it was looked at. */
  verdict?: 'executed' | 'alreadySo' | 'notExecuted'
  madePaymentId?: number
  rev?: number
  /** Of a dead letter: its body and its group, sent again as they are. */
  body?: string
  groupId?: string
}

/** The results of one step. */
export type SweepPage = {
  plans: Plan[]
  payments: number
  unreadable: number
  apiCalls: number
  /** The payments of the page, ascending, each as its distance to the one before, in base 36. */
  ids: string
  /** Of offline payments: the externalId (a long one as a digest) and the payment. Full sweep only. */
  externalIds: [string, number][]
  /** What was done: the place of the plan among all of the sweep, and the result. */
  acted: { at: number; acted: Acted; why?: string; actionRequestId?: string }[]
}

export const emptyPage: SweepPage = {
  plans: [],
  payments: 0,
  unreadable: 0,
  apiCalls: 0,
  ids: '',
  externalIds: [],
  acted: [],
}

export function encodeIds(ids: number[]): string {
  let before = 0
  return [...new Set(ids)]
    .sort((a, b) => a - b)
    .map(id => {
      const step = (id - before).toString(36)
      before = id
      return step
    })
    .join(' ')
}

export function decodeIds(text: string): number[] {
  let id = 0
  return text === '' ? [] : text.split(' ').map(step => (id += Number.parseInt(step, 36)))
}
