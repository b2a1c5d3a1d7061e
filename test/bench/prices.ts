/** Inputs of the cost table: list prices in US dollars, us-east-1, without free tiers. To be checked by the reader. */
export const prices = {
  lambdaRequestsPerMillion: 0.2,
  /** arm64, first tier. */
  lambdaGbSecond: 0.0000133334,
  sqsFifoRequestsPerMillion: 0.5,
  dynamodbWriteUnitsPerMillion: 0.625,
  dynamodbReadUnitsPerMillion: 0.125,
  eventBridgeCustomEventsPerMillion: 1,
  secretsManagerCallsPer10000: 0.05,
  cloudWatchLogsGb: 0.5,
}

/** With less memory than this a function has less than one vCPU, in proportion: Lambda's documentation, "Configure memory". */
export const memoryMbOfOneCpu = 1_769
