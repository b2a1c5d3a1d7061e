/** Calm and dense, on a screen of either light and on paper. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ink: #1c2530; --muted: #5d6978; --paper: #fff; --ground: #f4f6f8; --line: #dfe4ea; --track: #e9edf2;
  --accent: #2f6f9f; --bad: #b3261e; --bad-ground: #fdecea; --good: #1f6b3a; --good-ground: #e8f5ec; --note-ground: #eaf1f7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e9ef; --muted: #9aa7b5; --paper: #1a2027; --ground: #12161b; --line: #2d3742; --track: #28313b;
    --accent: #6fb0de; --bad: #ff9d94; --bad-ground: #3a1f1d; --good: #8fd3a8; --good-ground: #1a2f22; --note-ground: #1d2a36;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1500px; padding: 28px 24px 40px; background: var(--ground); color: var(--ink);
  font: 14px/1.45 -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
h1 { margin: 0; font-size: 24px; letter-spacing: -0.01em; }
h2 { margin: 0 0 12px; font-size: 16px; }
header p { margin: 4px 0 0; color: var(--muted); }
header .notice { margin-top: 8px; padding: 6px 12px; border-radius: 6px; background: var(--note-ground); color: var(--ink); }
header .notice.bad { background: var(--bad-ground); color: var(--bad); font-weight: 600; }
header .notice.good { background: var(--good-ground); color: var(--good); }
section { margin-top: 20px; padding: 18px 20px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 12px; padding: 0; background: none; border: 0; }
.tile { display: flex; flex-direction: column; padding: 14px 16px; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
.tile .label { color: var(--muted); font-size: 12.5px; }
.tile .count { font-size: 28px; font-weight: 650; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile.bad .count, .bad { color: var(--bad); }
.more { display: block; color: var(--muted); font-size: 11px; overflow-wrap: anywhere; }
time { white-space: nowrap; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 7px 8px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; unicode-bidi: isolate; }
thead th { color: var(--muted); font-size: 12px; font-weight: 600; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.money, td.amount, .keep { white-space: nowrap; }
.money { display: inline-block; min-width: 128px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
button { padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: inherit; cursor: pointer; }
button:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }

#bars th, #bars td { padding: 4px 8px; vertical-align: middle; }
#bars tbody th { width: 260px; font-weight: 500; }
#bars tbody tr:last-child > * { border-bottom: 0; }
#bars .bar { width: auto; }
#bars svg { display: block; width: 100%; height: 12px; border-radius: 3px; overflow: hidden; }
#bars .track { fill: var(--track); }
#bars .fill { fill: var(--accent); }
#bars .number { width: 70px; }
#bars .sum { width: 290px; color: var(--muted); }
#bars .none { color: var(--muted); }
#bars .chosen th { color: var(--accent); font-weight: 700; }
details { margin-top: 12px; }
summary { color: var(--accent); cursor: pointer; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 10px 28px; margin: 12px 0 0; }
dt { font-weight: 600; }
dd { margin: 0; color: var(--muted); }
dd em { display: block; color: var(--ink); font-style: normal; }

#filters { display: flex; flex-wrap: wrap; gap: 10px 18px; align-items: center; margin-bottom: 12px; }
#filters[hidden] { display: none; }
#filters label { color: var(--muted); font-size: 12.5px; }
#filters input, #filters select { margin-left: 4px; padding: 5px 8px; border: 1px solid var(--line); border-radius: 5px;
  background: var(--ground); color: var(--ink); font: inherit; }
#filters input { width: 230px; }
#shown { margin-left: auto; color: var(--muted); font-variant-numeric: tabular-nums; }
#findings { table-layout: fixed; font-size: 12.5px; }
#findings thead th { position: sticky; top: 0; background: var(--paper); box-shadow: inset 0 -1px var(--line); }
#findings th, #findings td { padding: 7px 6px; }
#findings th { overflow-wrap: normal; }
#findings td:empty::before { content: '\\2013'; color: var(--muted); }
#findings thead button { position: relative; }
#findings thead button::after { position: absolute; bottom: 0; left: calc(100% + 2px); color: var(--accent); }
#findings thead .number button::after { right: calc(100% + 2px); left: auto; }
#findings [aria-sort='ascending'] button::after { content: '\\2191'; }
#findings [aria-sort='descending'] button::after { content: '\\2193'; }
#findings tbody tr:hover { background: var(--note-ground); }
#findings strong { font-weight: 600; }
#findings .store { width: 6.5%; } #findings .payment { width: 6.5%; } #findings .finding { width: 13%; }
#findings .amount { width: 10%; } #findings .asked { width: 11.5%; padding-left: 14px; } #findings .sent { width: 11.5%; }
#findings .says { width: 12.5%; } #findings .since { width: 11.5%; } #findings .done { width: 9%; } #findings .decided { width: 8%; }
#findings .finding { padding-left: 14px; }
#stores th.store { font-weight: 600; }
footer { margin-top: 20px; color: var(--muted); font-size: 12px; }
@media (max-width: 1050px) {
  .wide { overflow-x: auto; }
  #findings { width: 1100px; }
}
@media (max-width: 800px) {
  #bars tbody th, #bars .sum { width: auto; }
  #bars .bar { width: 25%; }
  dl { grid-template-columns: 1fr; }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  :root { --ink: #000; --muted: #444; --paper: #fff; --ground: #fff; --line: #bbb; --track: #eee; --accent: #555; --note-ground: #fff;
    --bad: #8c1d18; --bad-ground: #fff; --good: #000; --good-ground: #fff; color-scheme: light; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  #filters { display: none; }
  summary { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  section { padding: 0; border: 0; }
  tr, .tile { break-inside: avoid; }
  #findings { font-size: 8pt; width: 100%; }
  #findings thead th { position: static; }
  .fill, .track { print-color-adjust: exact; }
}
`
