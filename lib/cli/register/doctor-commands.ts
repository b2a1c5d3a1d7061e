import type { Register } from './register.js'

/** Whether all is there that the template declares, and works. */
export const registerDoctor: Register = () => undefined
