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

function free() {
  // The part of the window that no panel covers.
  const wide = window.innerWidth > 900;
  const right = !$("table").hidden ? $("table").offsetWidth + 24 : !$("card").hidden ? $("card").offsetWidth + 24 : 0;
  return { left: wide ? 294 : 0, right: wide ? right : 0, bottom: 56 };
}
function fit(animate) {
  const seen = all.filter((node) => node.shown);
  if (!seen.length) return;
  const bound = (key, least) => seen.reduce((best, node) => (least ? Math.min(best, node[key] - node.size) : Math.max(best, node[key] + node.size)), least ? Infinity : -Infinity);
  const [left, right, top, bottom] = [Math.min(bound("x", true), ...about.headings.map((heading) => heading[1])), bound("x"), Math.min(bound("y", true), ...about.headings.map((heading) => heading[2] - 12)), bound("y")];
  const room = free();
  const [across, down] = [picture.clientWidth - room.left - room.right - about.margin[0], picture.clientHeight - room.bottom - about.margin[1]];
  fitted = Math.min(Math.max(across, 80) / Math.max(right - left, 1), down / Math.max(bottom - top, 1), 1.6);
  go((left + right) / 2, (top + bottom) / 2, fitted, animate);
}
function go(x, y, scale, animate) {
  const room = free();
  const animation = animate && !still.matches ? { duration: 450, easingFunction: "easeInOutQuad" } : false;
  network.moveTo({ position: { x, y }, scale, offset: { x: (room.left - room.right) / 2, y: -room.bottom / 2 }, animation });
}
function fly(node) {
  go(node.x, node.y, Math.max(network.getScale(), Math.min(about.close * fitted, 1.6)), true);
}
$("fit").onclick = () => fit(true);
const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor });
$("in").onclick = () => zoom(1.4);
$("out").onclick = () => zoom(1 / 1.4);
window.addEventListener("resize", () => fit());
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
network.on("click", (event) => select(event.nodes.length ? all[event.nodes[0]] : null));
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
