/**
 * AWS answers within a second or it is better asked again; left to itself the SDK only warns of a request that takes longer
 * than its time-out. Endpoints and credentials are the SDK's own business.
 */
export const clientSettings = {
  maxAttempts: 3,
  // The steps of a call are put together once a client, not once a call.
  cacheMiddleware: true,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
}

/** The bus is told at the end of an invocation, and the adapter has tries of its own: each is short. */
export const busSettings = {
  ...clientSettings,
  maxAttempts: 1,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 1_500 },
}

/** Who calls the door waits, and comes again by itself: each of its calls ends well within the time-out of the function. */
export const doorSettings = {
  ...clientSettings,
  maxAttempts: 2,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 1_200 },
}

/** Without the step that prepares each call's input and output for a logger, which there is none of. */
export function withoutLogger<T extends { middlewareStack: { remove(name: string): boolean } }>(
  client: T,
): T {
  client.middlewareStack.remove('loggerMiddleware')
  return client
}
