/** AWS checks what is done to several messages as what is done to one. */
const batches: Record<string, string> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
}

/** The action of IAM that a call of a service needs: `sqs:SendMessage`. */
export const actionOf = (service: string, called: string): string =>
  `${service}:${(service === 'sqs' ? batches[called] : undefined) ?? called}`
