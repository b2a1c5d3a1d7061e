/** A text as one word of a command that is printed to be copied: a key is a producer's to choose, and may hold what a shell runs. */
export const shellWord = (text: string): string =>
  /^[\w.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
