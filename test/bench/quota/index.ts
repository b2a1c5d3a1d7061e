export { renderQuota } from './render-quota.js'
export { type QuotaBenchOptions, type QuotaResult, runQuotaBench } from './run-quota-bench.js'
