import type { Register } from './register.js'

/** What a person asks for, settles or sets: requests, doubts, secrets. */
export const registerMending: Register = () => undefined
