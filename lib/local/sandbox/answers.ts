/** What the API says, before faults and headers: the HTTP status is the body's `code`. */
export type Answer = { code: number; data: unknown; meta: Record<string, unknown> & { message: string } }

export const succeed = (data: unknown, message = 'SUCCESS'): Answer => ({
  code: 200,
  data,
  meta: { message },
})

const refuse = (code: number, errMsg: string, message: string): Answer => ({
  code,
  data: { errMsg },
  meta: { message },
})

/** The published refusals, word for word; that a 400 calls itself "Not Found Error" is the API's own oddity. */
export const refusals = {
  operationNotAllowed: refuse(400, 'The payment operation is not allowed.', 'Not Found Error'),
  statusNotAllowed: refuse(400, 'The payment processing status is not allowed.', 'Not Found Error'),
  noSuchPayment: refuse(404, 'Payment does not exist', 'Not Found Error'),
  // A 404 of these words is published for invoices; a create and an update publish no refusal but 422.
  noSuchInvoice: refuse(422, 'Invoice does not exist', 'Parameter Error'),
  invalidCurrency: refuse(422, 'Invalid currency code', 'Parameter Error'),
  notOffline: refuse(422, 'The payment is not an offline payment.', 'Parameter Error'),
  notAnObject: refuse(422, 'The request body must be a JSON object.', 'Parameter Error'),
  notJson: refuse(400, 'The request body is not valid JSON.', 'Parameter Error'),
  tooLarge: refuse(413, 'The request body is too large.', 'Payload Too Large'),
  wrongMediaType: refuse(415, 'The request body must be application/json.', 'Unsupported Media Type'),
  badCredentials: refuse(401, 'The credentials are not valid.', 'Unauthorized'),
  // What the API says of a header pair that does not fit is not published, only that it is a server error.
  badCredentialPair: refuse(500, 'Internal server error', 'Internal Server Error'),
  noSuchPath: refuse(404, 'The path does not exist.', 'Not Found Error'),
  methodNotAllowed: refuse(405, 'The method is not allowed.', 'Method Not Allowed'),
  overQuota: refuse(429, 'Too many requests.', 'Too Many Requests'),
  serverError: refuse(500, 'Internal server error', 'Internal Server Error'),
  unavailable: refuse(503, 'Service unavailable', 'Service Unavailable'),
} as const

/** 422 by field: `{field: [reasons]}`. */
export const refuseFields = (fields: Record<string, string[]>): Answer => ({
  code: 422,
  data: fields,
  meta: { message: 'Parameter Error' },
})
