const width = 80

/** Words to lines of at most 80 columns, each indented; a word that is longer than a line is cut in pieces. */
export function fitText(text: string, indent = ''): string[] {
  const room = width - indent.length
  const lines: string[] = []
  let current = ''
  for (const word of plain(text)
    .split(' ')
    .flatMap(word => word.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? [''])) {
    const longer = current === '' ? word : `${current} ${word}`
    if (longer.length > room) {
      lines.push(current)
      current = word
    } else {
      current = longer
    }
  }
  return [...lines, current].map(line => `${indent}${line}`.trimEnd())
}

/** What could steer a terminal is replaced: ids and messages may come from anywhere. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')
