import { SQSClient } from '@aws-sdk/client-sqs'
import type { LetterBox, Log } from '../engine/ports.js'
import { clientSettings, withoutLogger } from './client-settings.js'
import { createLetterBox, type LetterBoxUrls } from './letter-box.js'

/** On a client of its own; the functions carry none of it. */
export const openLetterBox = ({ log }: { log: Log }, urls: LetterBoxUrls): LetterBox =>
  createLetterBox({ log, client: withoutLogger(new SQSClient(clientSettings)) }, urls)
