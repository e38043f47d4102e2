// Labels are of one size on the screen.  Each stands where it covers the fewest symbols and lines; one that would lie on
// another waits until there is room.
const FACE = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const measure = document.createElement("canvas").getContext("2d");
const LONGEST = 38;
function labelOf(node) {
  if (!node.text || node.text.of !== node.short) {
    const size = node.kind.always ? 15 : node.focus || node.kind.weight >= 1 ? 12.5 : 11.5;
    const font = `${node.kind.always || node.focus ? "600 " : ""}${size}px ${FACE}`;
    measure.font = font;
    const most = node.side > 0 || about.named ? 1.7 * LONGEST : LONGEST;
    const text = node.short.length > most ? `${node.short.slice(0, most - 1).trimEnd()}…` : node.short;
    const lines = about.named ? wrapped(text, 24) : [text];
    node.text = { of: node.short, lines, font, width: Math.max(...lines.map((line) => measure.measureText(line).width)), height: lines.length * (size + 3) };
  }
  return node.text;
}
function wrapped(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= most) lines.push(word);
    else lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines;
}
// Where a label may stand around its node, the first the best: left and top of its box.
function around({ x, y, r, side }, { width: w, height: h }) {
  const d = 0.7 * r + 1;
  const spots = [
    [x - w / 2, y + r], [x + r, y - h / 2], [x - r - w, y - h / 2], [x - w / 2, y - r - h],
    [x + d, y + d - 4], [x - d - w, y + d - 4], [x + d, y - d - h + 4], [x - d - w, y - d - h + 4],
  ];
  return side > 0 ? [spots[side], ...spots] : spots;
}
const ROW = 40;
const LINES = 2500; // more lines than this are faint, and too many to look for
let fitted = 1; // the scale at which everything is seen
// What lies in the way of labels: symbols and lines, by rows of the window.
function obstacles(near, view) {
  const [symbols, lines] = [[], []];
  const rows = (from, to) => [Math.max(-2, Math.floor(from / ROW)), Math.min(Math.ceil(view.height / ROW) + 1, Math.floor(to / ROW))];
  for (const node of near.slice(0, 900)) {
    const { x, y, r } = place(node, view);
    if (r < 2.5) continue;
    const [first, end] = rows(y - r, y + r);
    for (let row = first; row <= end; row++) (symbols[row + 2] ??= []).push([x, y, r, node]);
  }
  const drawn = lit ? neighbours(lamp) : buckets.reduce((sum, bucket) => sum + bucket.links.length, 0) <= LINES ? buckets.flatMap((bucket) => bucket.links) : [];
  for (const { a, b } of drawn) {
    const [p, q] = [place(a, view), place(b, view)].sort((one, two) => one.y - two.y);
    const [first, end] = rows(p.y, q.y);
    if (q.y - p.y < 1) q.y = p.y + 1; // a level line has a slope too
    const line = { p, q, slope: (q.x - p.x) / (q.y - p.y) };
    for (let row = first; row <= end; row++) {
      const [one, two] = [Math.max(p.y, row * ROW), Math.min(q.y, (row + 1) * ROW)].map((y) => p.x + (y - p.y) * line.slope);
      (lines[row + 2] ??= []).push([Math.min(one, two), Math.max(one, two), line]);
    }
  }
  const inRows = (kept, box) => [Math.floor(box[1] / ROW), Math.floor(box[3] / ROW)].flatMap((row, i, both) => (i && row === both[0] ? [] : kept[row + 2] || []));
  return {
    symbols: (box, mine) => inRows(symbols, box).reduce((count, [x, y, r, node]) => count + Number(node !== mine && x + r > box[0] && x - r < box[2] && y + r > box[1] && y - r < box[3]), 0),
    lines: ([left, top, right, bottom]) => {
      const crossing = new Set();
      for (const [from, to, line] of inRows(lines, [left, top, right, bottom])) {
        const { p, q, slope } = line;
        if (to < left || from > right || q.y < top || p.y > bottom) continue;
        const [one, two] = [Math.max(p.y, top), Math.min(q.y, bottom)].map((y) => p.x + (y - p.y) * slope);
        if (Math.max(one, two) > left && Math.min(one, two) < right) crossing.add(line);
      }
      return crossing.size;
    },
  };
}
const place = (node, view) => ({ x: node.x * view.scale + view.x, y: node.y * view.scale + view.y, r: node.size * view.scale, side: node.side });
const meets = (one, two, gap) => one[0] < two[2] + gap && one[2] > two[0] - gap && one[1] < two[3] && one[3] > two[1];
function labels(view) {
  const allowed = about.labels * (view.scale / fitted) ** 2;
  const most = 220;
  const made = [];
  const taken = [];
  const near = order.filter((node) => {
    const { x, y } = place(node, view);
    return x > -60 && y > -20 && x < view.width + 60 && y < view.height + 20;
  });
  const way = obstacles(near, view);
  const panel = document.querySelector("header");
  const covered = [0, 0, panel.offsetLeft + panel.offsetWidth, panel.offsetTop + panel.offsetHeight];
  const outside = (box) => box[0] < 2 || box[1] < 2 || box[2] > view.width - 2 || box[3] > view.height - 2 || meets(box, covered, 0);
  // Symbols that no label of another may cover.
  const solid = near.slice(0, 900).map((node) => [node, place(node, view)]).filter(([, { r }]) => r > 9).map(([node, { x, y, r }]) => [x - r * 0.8, y - r * 0.8, x + r * 0.8, y + r * 0.8, node]);
  for (const [text, x, y] of about.headings) {
    const font = `600 15px ${FACE}`;
    measure.font = font;
    const width = measure.measureText(text).width;
    const [left, top] = [x * view.scale + view.x - width / 2, y * view.scale + view.y];
    taken.push([left, top - 10, left + width, top + 10]);
    made.push({ lines: [text], font, left, middle: top, width, height: 20, faint: true });
  }
  const wanted = lit ? [lamp, ...near.filter((node) => lit.has(node) && node !== lamp)] : near.filter((node) => node.rank < allowed || node.kind.always);
  for (const node of wanted) {
    if (made.length >= most) break;
    const { lines, font, width, height } = labelOf(node);
    const spot = place(node, view);
    spot.r += 3 + 5 * node.focus;
    let best = null;
    around(spot, { width, height }).some(([left, top], turn) => {
      const box = [left, top, left + width, top + height];
      if (solid.some((used) => used[4] !== node && meets(used, box, 0)) || taken.some((used) => meets(used, box, 3))) return false;
      const over = way.symbols(box, node);
      const cost = 3 * over + way.lines(box) + 4 * outside(box) + (turn ? 0.3 + 0.04 * turn : 0);
      if (!best || cost < best.cost) best = { box, over, cost };
      return !cost;
    });
    if (!best || (best.over > 2 && !node.focus && node !== lamp && !node.kind.always && !big)) continue;
    taken.push(best.box);
    made.push({ node, lines, font, left: best.box[0], middle: best.box[1] + height / 2, width, height, faint: node.kind.weight < 0.5 && !lit });
  }
  if (about.named) made.push(...names(view, taken));
  return made;
}
// Names of links stand upon their line, where it is long enough for them.
function names(view, taken) {
  const found = new Map();
  for (const { links: some } of buckets)
    for (const link of some) {
      const ends = `${link.a.i} ${link.b.i}`;
      if (!found.has(ends)) found.set(ends, { ...link, names: new Set() });
      found.get(ends).names.add(link.name);
    }
  const made = [];
  const font = `11px ${FACE}`;
  measure.font = font;
  for (const { a, b, names: said } of found.values()) {
    if (lit && a !== lamp && b !== lamp) continue;
    const text = [...said].join(", ");
    const width = measure.measureText(text).width;
    const [p, q] = [place(a, view), place(b, view)];
    if (Math.hypot(p.x - q.x, p.y - q.y) < p.r + q.r + Math.min(width, 60)) continue;
    for (const part of [0.5, 0.42, 0.58, 0.34, 0.66]) {
      const [x, y] = [p.x + (q.x - p.x) * part, p.y + (q.y - p.y) * part];
      const box = [x - width / 2, y - 7, x + width / 2, y + 7];
      if ([p, q].some((end) => meets([end.x - end.r, end.y - end.r, end.x + end.r, end.y + end.r], box, 2)) || taken.some((used) => meets(used, box, 3))) continue;
      taken.push(box);
      made.push({ lines: [text], font, left: box[0], middle: y, width, height: 14, faint: true });
      break;
    }
  }
  return made;
}
// The lines of a label with their places.
function linesOf({ lines, left, middle, width, height }) {
  const tall = height / lines.length;
  return lines.map((text, i) => ({ text, x: left + width / 2, y: middle - height / 2 + (i + 0.5) * tall }));
}
