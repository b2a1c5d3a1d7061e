/**
 * Sorts and filters the table. It runs in the reader's browser, so it is kept as text; what it must know about the order
 * of a column it finds in the page, as places that were settled when the report was written.
 */
export const pageScript = `'use strict';
(() => {
  const byId = id => document.getElementById(id)
  const table = byId('findings')
  if (table === null) return
  const order = JSON.parse(byId('order').textContent)
  const body = table.tBodies[0]
  const rows = [...body.rows].map((element, index) => ({
    element,
    ...order[index],
    text: [...element.cells].map(cell => cell.textContent).join(' ').toLowerCase(),
  }))

  const headers = [...table.tHead.rows[0].cells]
  headers.forEach((header, column) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = header.textContent
    header.replaceChildren(button)
    header.setAttribute('aria-sort', 'none')
    button.addEventListener('click', () => {
      const direction = header.getAttribute('aria-sort') === 'ascending' ? -1 : 1
      for (const other of headers) other.setAttribute('aria-sort', 'none')
      header.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending')
      rows.sort((a, b) => direction * (a.ranks[column] - b.ranks[column]))
      body.append(...rows.map(row => row.element))
    })
  })

  const [text, kind, store, shown] = ['text', 'kind', 'store', 'shown'].map(byId)
  const bars = [...byId('bars').tBodies[0].rows]
  const filter = () => {
    const words = text.value.toLowerCase().split(/\\s+/).filter(word => word !== '')
    let count = 0
    for (const row of rows) {
      const isShown =
        (kind.value === '' || row.kind === kind.value) &&
        (store.value === '' || row.store === store.value) &&
        words.every(word => row.text.includes(word))
      row.element.hidden = !isShown
      if (isShown) count += 1
    }
    shown.textContent = count + ' of ' + rows.length + ' shown'
    for (const bar of bars) bar.classList.toggle('chosen', bar.dataset.kind === kind.value)
  }
  for (const control of [text, kind, store]) control.addEventListener('input', filter)
  byId('filters').addEventListener('submit', event => event.preventDefault())

  for (const bar of bars) {
    if (bar.classList.contains('none')) continue
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = bar.cells[0].textContent
    button.title = 'Show these only, or all again'
    bar.cells[0].replaceChildren(button)
    button.addEventListener('click', () => {
      kind.value = kind.value === bar.dataset.kind ? '' : bar.dataset.kind
      filter()
    })
  }
  byId('filters').hidden = false
  filter()
})()
`
