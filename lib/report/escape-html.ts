const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as text, between tags and inside quoted attributes. Control characters, which no page may hold, become U+FFFD. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, character => entities[character] ?? '')
    .replace(/\p{Cc}/gu, character => (/[\t\n]/.test(character) ? character : '\ufffd'))

/** JSON inside a script element: only `<` could end it, or begin a comment there. */
export const embedJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')
