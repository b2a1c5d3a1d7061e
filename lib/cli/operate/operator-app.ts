import { createReconcileApp, type ReconcileApp } from '../../app.js'
import type { OperatorConfig } from './read-config.js'

/** Everything that the commands need, behind ports; no function carries it. */
export type OperatorApp = ReconcileApp & { config: OperatorConfig }

/** The one place that constructs for the commands. Nothing is connected or fetched here. */
export function createOperatorApp(config: OperatorConfig, write: (line: string) => void): OperatorApp {
  const app = createReconcileApp(config, write)
  return { ...app, config }
}
