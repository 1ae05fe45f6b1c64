// Draws instructions per byte as bars: a row for each contestant, a panel for each body.

const LABEL = 250;
const PANEL = 142;
const BAR = 88; // the longest
const ROW = 24;
const TOP = 74;

const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

// `groups`: the panels. `rows`: {title, ours, per: Map of group to number}, in the order that they are drawn in.
export function draw(groups, rows) {
  const width = LABEL + PANEL * groups.length + 16;
  const height = TOP + ROW * rows.length + 22;
  const most = Math.max(...rows.flatMap(({ per }) => [...per.values()]));
  const bars = rows.flatMap(({ title, ours, per }, i) => {
    const y = TOP + ROW * i;
    const kind = ours ? 'ours' : 'theirs';
    const cells = groups.flatMap((group, k) => {
      const x = LABEL + PANEL * k;
      const length = Math.max(1, (per.get(group) / most) * BAR);
      return [
        `<rect class="${kind}" x="${x}" y="${y + 4}" width="${length.toFixed(1)}" height="${ROW - 8}" rx="2"/>`,
        `<text class="number" x="${(x + length + 5).toFixed(1)}" y="${y + 16}">${per.get(group).toFixed(1)}</text>`,
      ];
    });
    const weight = ours ? ' class="strong"' : '';
    return [`<text${weight} x="${LABEL - 12}" y="${y + 16}" text-anchor="end">${escaped(title)}</text>`, ...cells];
  });
  const heads = groups.map((group, k) => `<text class="strong" x="${LABEL + PANEL * k}" y="${TOP - 10}">${group}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title about">
<title id="title">Instructions per byte, of rill and of other parsers</title>
<desc id="about">A row of bars for each parser, a column for each body; shorter is better. docs/footprint.md has the numbers as a table.</desc>
<style>
  text { font-family: "DejaVu Sans", Verdana, Helvetica, Arial, sans-serif; font-size: 12.5px; fill: #1f2933; }
  .number { font-size: 11.5px; fill: #52606d; }
  .strong { font-weight: bold; }
  .card { fill: #fafaf7; stroke: #cbd2d9; }
  .ours { fill: #1f5f99; }
  .theirs { fill: #b3bcc5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; }
    .number { fill: #b3bcc5; }
    .card { fill: #1b232c; stroke: #3e4c59; }
    .ours { fill: #6db3f2; }
    .theirs { fill: #5b6875; }
  }
</style>
<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10"/>
<text class="strong" x="18" y="26">Instructions per byte of body, x86-64</text>
<text class="number" x="${width - 18}" y="26" text-anchor="end">shorter is better</text>
${heads.join('\n')}
${bars.join('\n')}
</svg>
`;
}
