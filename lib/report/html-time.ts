import { escapeHtml } from './escape-html.js'

const instants = /(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z/g

/** Text with its instants short enough to read. Every time of the page is UTC, and it says so; the seconds are in the tool tip. */
export const renderTimes = (text: string): string =>
  escapeHtml(text).replace(
    instants,
    (iso, day, minute) => `<time datetime="${iso}" title="${iso}">${day} ${minute}</time>`,
  )
