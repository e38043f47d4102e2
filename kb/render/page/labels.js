// Labels are of one size on the screen.  Each stands where it covers the fewest symbols and lines; one that would lie on
// another waits until there is room.
const FACE = 'system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const measure = document.createElement("canvas").getContext("2d");
const LONGEST = 38;
function labelOf(node) {
  const broken = about.named || headings.length > 0; // few nodes in rows have room for lines below each other
  const most = !broken ? Infinity : window.innerWidth < 520 ? 14 : 26;
  if (!node.text || node.text.of !== node.short || node.text.most !== most) {
    const size = node.kind.always ? 15 : node.focus || node.kind.weight >= 1 ? 12.5 : 11.5;
    const font = `${node.kind.always || node.focus ? "600 " : ""}${size}px ${FACE}`;
    measure.font = font;
    const longest = broken ? 1.7 * LONGEST : LONGEST;
    const text = node.short.length > longest ? `${node.short.slice(0, longest - 1).trimEnd()}…` : node.short;
    const lines = wrapped(text, most);
    node.text = { of: node.short, most, lines, font, width: Math.max(...lines.map((line) => measure.measureText(line).width)), height: lines.length * (size + 3) };
  }
  return node.text;
}
// Text in lines of about equal length, as few as there can be.
function wrapped(text, most) {
  const into = (room) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      if (lines.at(-1) && lines.at(-1).length + word.length >= room) lines.push(word);
      else lines.push(`${lines.pop()} ${word}`.trim());
    }
    return lines;
  };
  if (text.length <= most) return [text];
  const fewest = into(most).length;
  let room = Math.ceil(text.length / fewest);
  while (into(room).length > fewest) room++;
  return into(room);
}
// Where a label may stand around its node, the first the best: left and top of its box.
function around({ x, y, r, side }, { width: w, height: h }) {
  const d = 0.7 * r + 1;
  const spots = [
    [x - w / 2, y + r], [x + r, y - h / 2], [x - r - w, y - h / 2], [x - w / 2, y - r - h],
    [x + d, y + d - 4], [x - d - w, y + d - 4], [x + d, y - d - h + 4], [x - d - w, y - d - h + 4],
    [x - w / 4, y + r], [x - 0.75 * w, y + r], [x - w / 4, y - r - h], [x - 0.75 * w, y - r - h],
  ];
  return side > 0 ? [spots[side], ...spots] : spots;
}
const [WIDE, HIGH] = [96, 24];
const GAP = 3; // between labels side by side
const LINES = 2500; // more lines than this are faint, and too many to look for
let fitted = 1; // the scale at which everything is seen
// Things by the cells of the window that they are in, so that few are looked at for each label.
class Cells {
  constructor({ width, height }) {
    this.columns = Math.ceil(width / WIDE) + 2; // those at the rim hold what is outside
    this.rows = Math.ceil(height / HIGH) + 2;
    this.kept = Array.from({ length: this.columns * this.rows }, () => []);
    this.asked = 0;
  }
  column(x) {
    return Math.min(Math.max(Math.floor(x / WIDE) + 1, 0), this.columns - 1);
  }
  row(y) {
    return Math.min(Math.max(Math.floor(y / HIGH) + 1, 0), this.rows - 1);
  }
  add(thing, left, top, right, bottom) {
    const [from, to, last] = [this.column(left), this.column(right), this.row(bottom)];
    for (let row = this.row(top); row <= last; row++) for (let column = from; column <= to; column++) this.kept[row * this.columns + column].push(thing);
  }
  // Whether a test holds for something near a box; each thing is tested once.
  some([left, top, right, bottom], test) {
    const [from, to, last] = [this.column(left), this.column(right), this.row(bottom)];
    this.asked++;
    for (let row = this.row(top); row <= last; row++)
      for (let column = from; column <= to; column++)
        for (const thing of this.kept[row * this.columns + column]) {
          if (thing.asked === this.asked) continue;
          thing.asked = this.asked;
          if (test(thing)) return true;
        }
    return false;
  }
}
// What lies in the way of labels: symbols and lines.
function obstacles(near, view) {
  const [symbols, lines] = [new Cells(view), new Cells(view)];
  for (const node of near.slice(0, 900)) {
    const { x, y, r } = place(node, view);
    const large = r > 9 || node.kind.always || node.focus;
    if (r >= 2.5) symbols.add({ x, y, r, node, inner: large ? 0.8 * r : -Infinity, asked: 0 }, x - r, y - r, x + r, y + r);
  }
  const drawn = lit ? neighbours(lamp) : buckets.reduce((sum, bucket) => sum + bucket.links.length, 0) <= LINES ? buckets.flatMap((bucket) => bucket.links) : [];
  for (const { a, b } of drawn) {
    let [p, q] = [place(a, view), place(b, view)];
    if (p.y > q.y) [p, q] = [q, p];
    if (q.y - p.y < 1) q.y = p.y + 1; // a level line has a slope too
    const line = { x: p.x, top: p.y, bottom: q.y, slope: (q.x - p.x) / (q.y - p.y), asked: 0 };
    const last = lines.row(line.bottom);
    for (let row = lines.row(line.top); row <= last; row++) {
      const [above, below] = [row > 0 ? (row - 1) * HIGH : -Infinity, row < lines.rows - 1 ? row * HIGH : Infinity];
      const one = line.x + (Math.max(line.top, above) - line.top) * line.slope;
      const two = line.x + (Math.min(line.bottom, below) - line.top) * line.slope;
      lines.add(line, Math.min(one, two), (row - 0.5) * HIGH, Math.max(one, two), (row - 0.5) * HIGH);
    }
  }
  return {
    // How many symbols a box covers; and of large ones, which no label of another may cover, more than the rim.
    symbols(box, mine) {
      const found = { over: 0, blocked: 0 };
      symbols.some(box, ({ x, y, r, node, inner }) => {
        if (node === mine || x + r <= box[0] || x - r >= box[2] || y + r <= box[1] || y - r >= box[3]) return;
        found.over++;
        if (x + inner > box[0] && x - inner < box[2] && y + inner > box[1] && y - inner < box[3]) found.blocked++;
      });
      return found;
    },
    // What the lines through a box cost, one along the text more than one across it; no more than needed to be too much.
    lines(box, most = Infinity) {
      const [left, top, right, bottom] = box;
      let sum = 0;
      lines.some(box, (line) => {
        if (line.bottom < top || line.top > bottom) return;
        const one = line.x + (Math.max(line.top, top) - line.top) * line.slope;
        const two = line.x + (Math.min(line.bottom, bottom) - line.top) * line.slope;
        const across = Math.min(Math.max(one, two), right) - Math.max(Math.min(one, two), left);
        if (across >= 0) sum += 0.8 + 0.6 * Math.min(across / (bottom - top), 4);
        return sum >= most;
      });
      return sum;
    },
  };
}
const place = (node, view) => {
  const { scale } = view;
  return { x: node.x * scale + view.x, y: node.y * scale + view.y, r: node.size * scale * swell(scale), side: node.side };
};
const meets = (one, two, gap) => one[0] < two[2] + gap && one[2] > two[0] - gap && one[1] < two[3] && one[3] > two[1];
// While the view moves, ``quick`` leaves each label on its side of its node.
function labels(view, quick = false) {
  const allowed = about.labels * (view.scale / fitted) ** 2;
  const most = 220;
  const made = [];
  const taken = new Cells(view);
  const take = (box) => taken.add({ box, asked: 0 }, ...box);
  const free = (box) => !taken.some([box[0] - GAP, box[1], box[2] + GAP, box[3]], ({ box: used }) => meets(used, box, GAP));
  const near = order.filter((node) => {
    const { x, y } = place(node, view);
    return x > -60 && y > -20 && x < view.width + 60 && y < view.height + 20;
  });
  const way = quick && !about.named ? null : obstacles(near, view);
  const panel = document.querySelector("header");
  const covered = [0, 0, panel.offsetLeft + panel.offsetWidth, panel.offsetTop + panel.offsetHeight];
  const outside = (box) => box[0] < 2 || box[1] < 2 || box[2] > view.width - 2 || box[3] > view.height - 2 || meets(box, covered, 0);
  if (headings.length) {
    const font = `600 15px ${FACE}`;
    measure.font = font;
    const wide = headings.map(({ text }) => measure.measureText(text).width);
    const tight = headings.some(({ x }, i) => i && (x - headings[i - 1].x) * view.scale < (wide[i] + wide[i - 1]) / 2 + 8);
    headings.forEach((heading, i) => {
      const text = tight ? heading.text.replace("cycle ", "") : heading.text;
      const width = tight ? measure.measureText(text).width : wide[i];
      const [left, middle] = [heading.x * view.scale + view.x - width / 2, heading.y * view.scale + view.y];
      const box = [left, middle - 10, left + width, middle + 10];
      if (!free(box)) return;
      take(box);
      made.push({ lines: [text], font, left, middle, width, height: 20, faint: true });
    });
  }
  const wanted = lit ? [lamp, ...near.filter((node) => lit.has(node) && node !== lamp)] : near.filter((node) => node.rank < allowed || node.kind.always);
  for (const node of wanted) {
    if (made.length >= most) break;
    const { lines, font, width, height } = labelOf(node);
    const spot = place(node, view);
    spot.r += 3 + 5 * node.focus;
    const must = node.focus || node === lamp || node.kind.always;
    let best = null;
    const spots = around(spot, { width, height });
    for (let turn = quick ? (node.spot ?? 0) : 0; turn < spots.length; turn++) {
      const [left, top] = spots[turn];
      const box = [left, top, left + width, top + height];
      if (free(box)) {
        if (quick) best = { box, over: 0, turn };
        else {
          const { over, blocked } = way.symbols(box, node);
          const cut = outside(box);
          let cost = 5 * blocked + 3 * over + 8 * cut + (turn ? 0.3 + 0.04 * turn + 10 * (node.side > 0) : 0);
          if (((!blocked && !cut) || must) && (!best || cost < best.cost)) cost += way.lines(box, best ? best.cost - cost : Infinity);
          if (((!blocked && !cut) || must) && (!best || cost < best.cost)) best = { box, over, cost, turn };
          if (best && best.cost < 0.3) break; // no other can be better
        }
      }
      if (quick) break;
    }
    if (!quick) node.spot = best?.turn ?? 0;
    if (!best || (best.over > 2 && !must && !big)) continue;
    take(best.box);
    made.push({ node, lines, font, left: best.box[0], middle: best.box[1] + height / 2, width, height, faint: node.kind.weight < 0.5 && !lit });
  }
  if (about.named) made.push(...names(view, free, take, way));
  return made;
}
// Names of links stand upon their line, where it is long enough for them.
function names(view, free, take, way) {
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
      if (way.symbols(box).over || !free(box)) continue;
      take(box);
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
