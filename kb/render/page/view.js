// The view: theme, what fills the window, flights to a node, and which nodes stand out.
const system = window.matchMedia("(prefers-color-scheme: dark)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const THEMES = ["system", "light", "dark"];
let chosenTheme = "system";
function ink(printed = false) {
  const dark = !printed && (chosenTheme === "dark" || (chosenTheme === "system" && system.matches));
  theme = Number(dark);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const style = getComputedStyle(document.documentElement);
  for (const name of ["paper", "ink", "faint", "edge", "mark"]) colours[name] = style.getPropertyValue(`--${name}`).trim();
  $("theme").textContent = `Theme: ${chosenTheme}`;
}
function paint(printed) {
  ink(printed);
  prepare();
  redraw();
  legend();
}
system.addEventListener("change", () => paint());
$("theme").onclick = () => {
  chosenTheme = THEMES[(THEMES.indexOf(chosenTheme) + 1) % THEMES.length];
  paint();
};

// As in the style sheet: panels lie above and below the picture where it is narrow, beside it where it is low.
const narrow = window.matchMedia("(max-width: 900px) and (min-height: 501px)");
const low = window.matchMedia("(max-height: 500px)");
function free() {
  // The part of the window that no panel covers.
  const header = document.querySelector("header");
  const tools = $("tools").offsetHeight + 16;
  const sheet = $("card").hidden ? 0 : 0.42 * window.innerHeight + 8; // as high as it may become: it is filled later
  if (narrow.matches) return { left: 0, right: 0, top: Math.min(header.offsetHeight + 12, window.innerHeight / 3), bottom: tools + sheet };
  const right = !$("table").hidden ? $("table").offsetWidth + 24 : !$("card").hidden ? $("card").offsetWidth + 24 : 0;
  return { left: header.offsetWidth + 24, right: window.innerWidth > 640 ? right : 0, top: 0, bottom: tools + 4 };
}
// The legend covers the picture where there is little room, so there it waits to be opened.
const tuck = () => ($("legend").querySelector("details").open = !narrow.matches && !low.matches);
for (const query of [narrow, low]) query.addEventListener("change", tuck);
tuck();
// Small pictures take the shape of the window, as far as that does not spoil them.
const STRETCHED = 1500;
const stretched = { x: 1, y: 1 };
function stretch(x, y) {
  const [across, down] = [x / stretched.x, y / stretched.y];
  if (Math.abs(across - 1) + Math.abs(down - 1) < 0.01) return;
  for (const point of [...all, ...headings]) {
    point.x *= across;
    point.y *= down;
  }
  Object.assign(stretched, { x, y });
  prepare();
}
// In a window that is higher than wide, a picture that is wider than high and has neither rows nor columns lies on its side.
let turned = false;
function turn(on) {
  if (on === turned) return;
  stretch(1, 1);
  for (const node of all) [node.x, node.y] = [node.y, node.x];
  turned = on;
  prepare();
}
// A point as it is in this window, and as it is in all.
const here = ({ x, y }) => (turned ? { x: y * stretched.x, y: x * stretched.y } : { x: x * stretched.x, y: y * stretched.y });
const anywhere = ({ x, y }) => (turned ? { x: y / stretched.y, y: x / stretched.x } : { x: x / stretched.x, y: y / stretched.y });
function bounds(seen) {
  const points = [...seen, ...headings];
  const far = (key, way) => points.reduce((best, point) => Math.max(best, way * point[key] + point.size), -Infinity);
  return { left: -far("x", -1), right: far("x", 1), top: -far("y", -1), bottom: far("y", 1) };
}
let whole = false; // whether the view is that of fit(), and not one that was chosen
function fit(animate) {
  const seen = all.filter((node) => node.shown);
  if (!seen.length) return;
  const room = free();
  const width = Math.max(picture.clientWidth - room.left - room.right, 80);
  const height = Math.max(picture.clientHeight - room.top - room.bottom, 80);
  let box = bounds(seen);
  const wide = (box.right - box.left) / stretched.x / Math.max((box.bottom - box.top) / stretched.y, 1);
  turn(!headings.length && !about.named && (turned ? 1 / wide : wide) > 1.1 && height > 1.2 * width);
  box = bounds(seen);
  if (all.length <= STRETCHED && about.stretch > 1) {
    const wish = ((width / height) * (box.bottom - box.top)) / stretched.y / Math.max((box.right - box.left) / stretched.x, 1);
    stretch(Math.min(Math.max(wish, 1), 1.25), Math.min(Math.max(1 / wish, 1), about.stretch));
    box = bounds(seen);
  }
  // How far labels reach beyond the nodes depends on the scale, which depends on them.
  const least = { left: about.margin[0] / 2, right: about.margin[0] / 2, top: about.margin[1] / 2, bottom: about.margin[1] / 2 };
  const rim = { ...least };
  for (let turn = 0; turn < (seen.length <= about.labels ? 4 : 1); turn++) {
    fitted = Math.min(Math.max(width - rim.left - rim.right, 80) / Math.max(box.right - box.left, 1), Math.max(height - rim.top - rim.bottom, 80) / Math.max(box.bottom - box.top, 1), 1.6);
    if (turn === 3 || seen.length > about.labels) break;
    const [x, y] = middle(box, rim);
    const view = { scale: fitted, x: room.left + width / 2 - x * fitted, y: room.top + height / 2 - y * fitted, width: picture.clientWidth, height: picture.clientHeight };
    // A guess will do until the last turn: looking for places of hundreds of labels takes most of the first draw.
    const over = labels(view, turn < 2).reduce((most, one) => ({ left: Math.max(most.left, room.left - one.left), right: Math.max(most.right, one.left + one.width - room.left - width), top: Math.max(most.top, room.top - one.middle + one.height / 2), bottom: Math.max(most.bottom, one.middle + one.height / 2 - room.top - height) }), { left: -30, right: -30, top: -30, bottom: -30 });
    for (const side in rim) rim[side] = Math.min(Math.max(rim[side] + over[side] + 8, 12), side === "left" || side === "right" ? (width > 640 ? 0.4 : 0.16) * width : 0.2 * height);
  }
  go(...middle(box, rim), fitted, animate);
  whole = true;
}
// The point of the picture that stands in the middle of the free part of the window.
function middle({ left, right, top, bottom }, rim) {
  return [(left + right) / 2 + (rim.right - rim.left) / 2 / fitted, (top + bottom) / 2 + (rim.bottom - rim.top) / 2 / fitted];
}
function go(x, y, scale, animate) {
  const room = free();
  const animation = animate && !still.matches ? { duration: 450, easingFunction: "easeInOutQuad" } : false;
  network.moveTo({ position: { x, y }, scale, offset: { x: (room.left - room.right) / 2, y: (room.top - room.bottom) / 2 }, animation });
}
function fly(node) {
  whole = false;
  go(node.x, node.y, Math.max(network.getScale(), Math.min(about.close * fitted, 1.6)), true);
}
$("fit").onclick = () => fit(true);
const zoom = (factor) => {
  whole = false;
  network.moveTo({ scale: network.getScale() * factor });
};
$("in").onclick = () => zoom(1.4);
$("out").onclick = () => zoom(1 / 1.4);
for (const event of ["zoom", "dragStart"]) network.on(event, () => (whole = false));
network.on("resize", () => whole && requestAnimationFrame(() => fit())); // after vis has changed the scale its own way
window.addEventListener("beforeprint", () => paint(true));
window.addEventListener("afterprint", () => paint());

function light(node) {
  lamp = node && node.shown ? node : null;
  lit = lamp && new Set([lamp, ...neighbours(lamp).map((link) => other(link, lamp))]);
  redraw();
}
// Links of a node as they are shown now.
function neighbours(node) {
  const hidden = (link) => about.shortcuts.includes(link.name) && open.has(link.a);
  const mine = node.links.filter((link) => link.a.shown && link.b.shown && link.a !== link.b && !hidden(link));
  for (const program of closed)
    if (program.shown && !program.added) mine.push(...derived(program).filter((link) => link.b.shown && (program === node || link.b === node)));
  return mine;
}
const say = (text) => ($("said").textContent = text);

let selected = null;
function select(node, { flying = false } = {}) {
  selected = node;
  network.unselectAll(); // what a box of Shift took in, which vis would drag together
  light(node);
  show(node);
  const covered = (at, room) => at.y > window.innerHeight - room.bottom || at.x > window.innerWidth - room.right;
  const under = node && (narrow.matches || low.matches) && covered(network.canvasToDOM(node), free());
  if (node && (flying || under)) fly(node);
  if (node) say(`${node.label}, ${node.kind.name}, ${neighbours(node).length} links`);
}
network.on("click", (event) => select(event.nodes.length ? all[event.nodes[0]] : event.event.pointerType === "touch" ? touched(event.pointer.canvas) : null));
// A finger is larger than most nodes: it means the nearest one.
const FINGER = 24;
function touched({ x, y }) {
  const away = (node) => Math.hypot(node.x - x, node.y - y) - node.size;
  const nearest = order.reduce((best, node) => (best && away(best) <= away(node) ? best : node), null);
  return nearest && away(nearest) * network.getScale() < FINGER ? nearest : null;
}
network.on("doubleClick", (event) => event.nodes.length && toggleEntries(all[event.nodes[0]]));

// Hovering shows what a node is and lights its neighbours, where nothing is selected.
network.on("hoverNode", ({ node: id, event }) => {
  const node = all[id];
  const kind = document.createElement("small");
  kind.textContent = [node.kind.name, ...about.groups.slice(1).map((group) => group.values[node.group[group.name]]?.name && (group.name === "cycle" ? `cycle ${group.values[node.group.cycle].name}` : group.values[node.group[group.name]].name)).filter(Boolean), `${neighbours(node).length} links`].join(" · ");
  $("tip").replaceChildren(node.label, kind);
  $("tip").hidden = false;
  const { clientX: x, clientY: y } = event;
  $("tip").style.left = `${Math.min(x + 14, window.innerWidth - $("tip").offsetWidth - 8)}px`;
  $("tip").style.top = `${Math.min(y + 14, window.innerHeight - $("tip").offsetHeight - 8)}px`;
  if (!selected) light(node);
});
network.on("blurNode", () => {
  $("tip").hidden = true;
  if (!selected) light(null);
});
