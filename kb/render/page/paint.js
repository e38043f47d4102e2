// What is painted: links, nodes above them, labels above all; all else faded while some are lit.
const colours = {};
let batches = []; // nodes of one kind and colour, filled together
let buckets = []; // links of one colour and strength, stroked together: thousands of single strokes are slow
let order = []; // nodes by how much they deserve a label
let lit = null; // the set of nodes that stand out
let lamp = null; // the node that they surround
const STROKES = 250;
const big = all.length > 1500;
// Symbols of small pictures shrink slower than the picture, so that they stay symbols in a small window.
const swell = (scale) => (all.length <= 300 && scale < 1 ? scale ** -0.45 : 1);

function derived(program) {
  // A closed program is tied to what its observations lead to.
  const made = new Map();
  for (const { b } of program.links.filter((link) => link.a === program && link.b.entry === program.i))
    for (const link of b.links) {
      const end = other(link, b);
      if (end !== program && !(end.entry >= 0)) made.set(end, { a: program, b: end, name: link.name, hub: link.hub });
    }
  return [...made.values()];
}
function current() {
  const shown = links.filter((link) => !link.quiet && link.a.shown && link.b.shown && !(about.shortcuts.includes(link.name) && open.has(link.a)));
  // What was added to a program only repeats its shortcuts; they are there again.
  for (const program of closed) if (program.shown && !program.added) shown.push(...derived(program).filter((link) => link.b.shown));
  return shown;
}
// On the map templates are a ring around their instrument; elsewhere they hold the picture together.
const worth = (node) => (node.kind.always ? 1e6 : (node.kind.hub && about.colour === "type" ? 5 : node.kind.weight) * (node.links.length + 1));
function prepare() {
  const sorted = new Map();
  for (const link of current()) {
    const plain = about.colour === "type" && colourBy.name === "type";
    const known = (node) => colourBy.values[node.group[colourBy.name]];
    const colour = plain || !known(link.a) || !known(link.b) ? colours.edge : colourOf(link.a.kind.hub ? link.b : link.a);
    // Long links are fainter, else they cover what lies between.
    const length = Math.hypot(link.a.x - link.b.x, link.a.y - link.b.y);
    const far = link.hub || !about.edge.far ? 0 : Math.min(3, Math.floor(length / about.edge.far));
    const key = `${colour} ${link.hub} ${far}`;
    if (!sorted.has(key)) sorted.set(key, { colour, alpha: link.hub ? about.edge.hub : about.edge.alpha / (1 + far), links: [] });
    sorted.get(key).links.push(link);
  }
  const alike = new Map();
  for (const node of all) {
    if (!node.shown) continue;
    const colour = colourOf(node);
    const key = `${node.kind.name} ${colour}`;
    if (!alike.has(key)) alike.set(key, { kind: node.kind, colour, nodes: [] });
    alike.get(key).nodes.push(node);
  }
  // Hubs above, else they are buried under their neighbours.
  batches = [...alike.values()].sort((one, two) => Number(one.kind.hub) - Number(two.kind.hub) || one.kind.weight - two.kind.weight);
  buckets = [...sorted.values()].sort((one, two) => one.alpha - two.alpha);
  order = all.filter((node) => node.shown).sort((one, two) => two.focus - one.focus || worth(two) - worth(one) || one.i - two.i);
  order.forEach((node, rank) => (node.rank = rank));
}
function screen() {
  const scale = network.getScale();
  const zero = network.canvasToDOM({ x: 0, y: 0 });
  const [width, height] = [picture.clientWidth, picture.clientHeight];
  const seen = { left: -zero.x / scale, top: -zero.y / scale, right: (width - zero.x) / scale, bottom: (height - zero.y) / scale };
  return { scale, x: zero.x, y: zero.y, width, height, seen };
}
function stroke(ctx, some, seen) {
  let count = 0;
  ctx.beginPath();
  for (const { a, b } of some) {
    if ((a.x < seen.left && b.x < seen.left) || (a.x > seen.right && b.x > seen.right)) continue;
    if ((a.y < seen.top && b.y < seen.top) || (a.y > seen.bottom && b.y > seen.bottom)) continue;
    ctx.moveTo(a.x, a.y);
    ctx.lineTo(b.x, b.y);
    if (++count % STROKES === 0) {
      ctx.stroke();
      ctx.beginPath();
    }
  }
  ctx.stroke();
}
// The outline of a node: a circle, or the corners of its kind's shape, given for a radius of 7.5.
function trace(ctx, { x, y, kind }, size) {
  if (!kind.points) {
    ctx.moveTo(x + size, y);
    ctx.arc(x, y, size, 0, 2 * Math.PI);
    return;
  }
  const k = size / 7.5;
  kind.points.forEach(([px, py], i) => (i ? ctx.lineTo(x + k * px, y + k * py) : ctx.moveTo(x + k * px, y + k * py)));
  ctx.closePath();
}
function fill(ctx, { nodes: some, colour }, { scale, seen }) {
  ctx.fillStyle = colour;
  ctx.strokeStyle = colours.paper;
  ctx.lineWidth = 1.2 / scale;
  const larger = swell(scale);
  let count = 0;
  ctx.beginPath();
  for (const node of some) {
    const { x, y } = node;
    const size = node.size * larger;
    if (x + size < seen.left || x - size > seen.right || y + size < seen.top || y - size > seen.bottom) continue;
    if (size * scale < 1.1) {
      const half = Math.max(size, 0.75 / scale);
      ctx.fillRect(x - half, y - half, 2 * half, 2 * half); // too small for a shape
      continue;
    }
    trace(ctx, node, size);
    if (size * scale > 5) ctx.stroke(); // sets nodes that overlap apart
    if (++count % 60 === 0 || size * scale > 5) {
      ctx.fill();
      ctx.beginPath();
    }
  }
  ctx.fill();
}
function ring(ctx, { x, y, size }, scale, width) {
  ctx.beginPath();
  ctx.arc(x, y, 1.14 * size * swell(scale) + 3.5 / scale, 0, 2 * Math.PI);
  ctx.lineWidth = width / scale;
  ctx.strokeStyle = colours.mark;
  ctx.stroke();
}
function paintNodes(ctx) {
  const view = screen();
  for (const batch of batches) fill(ctx, batch, view);
  for (const node of order) {
    if (!node.focus) break; // they come first
    fill(ctx, { nodes: [node], colour: colourOf(node) }, view);
    ring(ctx, node, view.scale, 1.6);
  }
}
network.on("beforeDrawing", (ctx) => {
  const { scale, seen } = screen();
  ctx.lineWidth = about.edge.width / scale;
  for (const bucket of buckets) {
    ctx.strokeStyle = bucket.colour;
    ctx.globalAlpha = bucket.alpha;
    stroke(ctx, bucket.links, seen);
  }
  ctx.globalAlpha = 1;
});
network.on("afterDrawing", (ctx) => {
  const view = screen();
  if (lit) {
    const { seen, scale } = view;
    ctx.globalAlpha = 0.82;
    ctx.fillStyle = colours.paper;
    ctx.fillRect(seen.left, seen.top, seen.right - seen.left, seen.bottom - seen.top);
    ctx.globalAlpha = 0.8;
    ctx.lineWidth = 1.4 / scale;
    ctx.strokeStyle = colours.faint;
    stroke(ctx, neighbours(lamp), seen);
    ctx.globalAlpha = 1;
    for (const node of lit) if (node.shown) fill(ctx, { nodes: [node], colour: colourOf(node) }, view);
    ring(ctx, lamp, scale, 2.5);
  }
  keep(view);
  write(ctx, view);
});
// Labels look for their places when the view rests; while it moves they keep their sides, which is quick and quiet.
const MANY = 40;
let rested = null;
let choosing = 0;
function write(ctx, view) {
  const moving = rested && order.length > MANY && (rested.x !== view.x || rested.y !== view.y || rested.scale !== view.scale);
  if (!moving) rested = view;
  else {
    clearTimeout(choosing);
    choosing = setTimeout(() => {
      rested = null;
      redraw();
    }, PAUSE);
  }
  const ratio = network.canvas.pixelRatio;
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textBaseline = "middle";
  ctx.textAlign = "center";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5;
  ctx.strokeStyle = colours.paper;
  for (const label of labels(view, Boolean(moving))) {
    ctx.font = label.font;
    ctx.fillStyle = label.faint ? colours.faint : colours.ink;
    for (const { text, x, y } of linesOf(label)) {
      ctx.strokeText(text, x, y);
      ctx.fillText(text, x, y);
    }
  }
  ctx.restore();
}

// While the view of a large picture moves, the last sharp drawing moves along, under sharp labels; a moment later it is
// drawn anew.  Thousands of translucent links take longer than a frame without a graphics card.
const HEAVY = 900;
const PAUSE = 130;
const last = { canvas: document.createElement("canvas"), view: null };
const renderer = network.renderer;
const sharp = renderer._redraw.bind(renderer);
let timer = 0;
function keep(view) {
  last.view = null;
  if (order.length < HEAVY) return;
  const { canvas } = network.canvas.frame;
  if (last.canvas.width !== canvas.width || last.canvas.height !== canvas.height) Object.assign(last.canvas, { width: canvas.width, height: canvas.height });
  const ctx = last.canvas.getContext("2d");
  ctx.globalCompositeOperation = "copy";
  ctx.drawImage(canvas, 0, 0);
  last.view = view;
}
renderer._redraw = (hidden) => {
  const view = screen();
  const k = last.view && view.scale / last.view.scale;
  const [dx, dy] = last.view ? [view.x - last.view.x * k, view.y - last.view.y * k] : [0, 0];
  const same = last.view && k === 1 && !dx && !dy;
  const close = k > 0.55 && k < 1.9 && Math.abs(dx + (k - 1) * view.width * 0.5) < view.width * 0.4 && Math.abs(dy + (k - 1) * view.height * 0.5) < view.height * 0.4;
  if (!close || same || !renderer.allowRedraw || view.width !== last.view.width || view.height !== last.view.height) return sharp(hidden);
  renderer.redrawRequested = false;
  const ratio = network.canvas.pixelRatio;
  const ctx = network.canvas.getContext();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, last.canvas.width, last.canvas.height);
  ctx.drawImage(last.canvas, dx * ratio, dy * ratio, last.canvas.width * k, last.canvas.height * k);
  write(ctx, view);
  clearTimeout(timer);
  timer = setTimeout(redraw, PAUSE);
};
