/** As a store's client secret looks: it could be base64 as well, so that both keys are tried, which is the dearer case. */
export const doorStore = {
  storeHash: 'luma7x2',
  webhookSecret: '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
}

export type DoorQuestion =
  | { kind: 'load'; bundle: string }
  /** Hands over webhooks of distinct orders, one after the other. */
  | { kind: 'receive'; firstOrder: number; webhooks: number; bodyBytes: number }

/** Of each webhook. */
export type DoorAnswer = { wallMs: number[]; cpuMs: number[] }
