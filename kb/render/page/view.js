// The view: theme, what fills the window, flights to a node, and which nodes stand out.
const system = window.matchMedia("(prefers-color-scheme: dark)");
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
const THEMES = ["system", "light", "dark"];
let chosenTheme = "system";
function paint(printed = false) {
  const dark = !printed && (chosenTheme === "dark" || (chosenTheme === "system" && system.matches));
  theme = Number(dark);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const style = getComputedStyle(document.documentElement);
  for (const name of ["paper", "ink", "faint", "edge", "mark"]) colours[name] = style.getPropertyValue(`--${name}`).trim();
  $("theme").textContent = `Theme: ${chosenTheme}`;
  prepare();
  redraw();
  legend();
}
function setTheme(name) {
  chosenTheme = THEMES.includes(name) ? name : "system";
  paint();
}
system.addEventListener("change", () => paint());
$("theme").onclick = () => setTheme(THEMES[(THEMES.indexOf(chosenTheme) + 1) % THEMES.length]);

// As in the style sheet: panels lie above and below the picture where it is narrow, beside it where it is low.
const narrow = window.matchMedia("(max-width: 900px) and (min-height: 501px)");
const low = window.matchMedia("(max-height: 500px)");
function free() {
  // The part of the window that no panel covers.
  const header = document.querySelector("header");
  const tools = $("tools").offsetHeight + 16;
  const sheet = $("card").hidden ? 0 : $("card").offsetHeight + 8;
  if (narrow.matches) return { left: 0, right: 0, top: Math.min(header.offsetHeight + 12, window.innerHeight / 3), bottom: tools + sheet };
  const right = !$("table").hidden ? $("table").offsetWidth + 24 : !$("card").hidden ? $("card").offsetWidth + 24 : 0;
  return { left: header.offsetWidth + 24, right: window.innerWidth > 640 ? right : 0, top: 0, bottom: tools + 4 };
}
// The legend covers the picture where there is little room, so there it waits to be opened.
const tuck = () => ($("legend").querySelector("details").open = !narrow.matches && !low.matches);
for (const query of [narrow, low]) query.addEventListener("change", tuck);
tuck();
function fit(animate) {
  const seen = all.filter((node) => node.shown);
  if (!seen.length) return;
  const points = [...seen, ...about.headings.map(([, x, y]) => ({ x, y, size: 12 }))];
  const bound = (key, way) => points.reduce((best, point) => Math.max(best, way * point[key] + point.size), -Infinity);
  const [left, right, top, bottom] = [-bound("x", -1), bound("x", 1), -bound("y", -1), bound("y", 1)];
  const room = free();
  // How far labels of nodes near the rim reach beyond it, which depends on the scale that it decides.
  let [before, behind] = [about.margin[0] / 2, about.margin[0] / 2];
  const texts = about.labels < seen.length ? [] : [...seen.map((node) => [node.x, labelOf(node).width, node.side, node.size]), ...about.headings.map(([text, x]) => [x, (measure.font = `600 15px ${FACE}`, measure.measureText(text).width), 0, 0])];
  for (let turn = 0; turn < 4; turn++) {
    fitted = Math.min(
      Math.max(picture.clientWidth - room.left - room.right - before - behind, 80) / Math.max(right - left, 1),
      Math.max(picture.clientHeight - room.top - room.bottom - about.margin[1], 80) / Math.max(bottom - top, 1),
      1.6,
    );
    if (!texts.length) break;
    [before, behind] = [14, 14];
    for (const [x, width, side, size] of texts) {
      before = Math.max(before, 14 + (side === 2 ? width + size * fitted : width / 2) - (x - left) * fitted);
      behind = Math.max(behind, 14 + (side === 1 ? width + size * fitted : width / 2) - (right - x) * fitted);
    }
    const most = 0.6 * (picture.clientWidth - room.left - room.right); // a label may be cut off before all is tiny
    if (before + behind > most) [before, behind] = [(most * before) / (before + behind), (most * behind) / (before + behind)];
  }
  go((left + right) / 2 - (before - behind) / 2 / fitted, (top + bottom) / 2 + 6 / fitted, fitted, animate);
}
function go(x, y, scale, animate) {
  const room = free();
  const animation = animate && !still.matches ? { duration: 450, easingFunction: "easeInOutQuad" } : false;
  network.moveTo({ position: { x, y }, scale, offset: { x: (room.left - room.right) / 2, y: (room.top - room.bottom) / 2 }, animation });
}
function fly(node) {
  go(node.x, node.y, Math.max(network.getScale(), Math.min(about.close * fitted, 1.6)), true);
}
$("fit").onclick = () => fit(true);
const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor });
$("in").onclick = () => zoom(1.4);
$("out").onclick = () => zoom(1 / 1.4);
window.addEventListener("resize", () => Math.abs(network.getScale() / fitted - 1) < 0.02 && fit()); // else it was chosen
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
  if (node) network.selectNodes([node.i], false);
  else network.unselectAll();
  light(node);
  show(node);
  if (node && flying) fly(node);
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
network.on("dragging", (event) => follow(event.nodes));
network.on("dragEnd", (event) => follow(event.nodes));
function follow(ids) {
  for (const id of ids) Object.assign(all[id], { x: bodies[id].x, y: bodies[id].y });
  locate(ids.map((id) => all[id]));
}

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
