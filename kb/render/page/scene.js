// The scene: nodes and links out of the columns of the page, and vis-network around the nodes.
// Text from documents is set as text everywhere, never as mark-up.
const $ = (id) => document.getElementById(id);
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ","); // toLocaleString is slow at first
const about = JSON.parse($("about").textContent);
const { all, links } = (() => {
  const { nodes: N, edges: E } = JSON.parse($("data").textContent);
  const all = N.id.map((id, i) => ({
    i, id, label: N.label[i], short: N.short[i] || N.label[i], kind: about.types[N.kind[i]], x: N.x[i], y: N.y[i],
    size: N.size[i], entry: N.entry?.[i] ?? -1, focus: N.focus[i], side: N.side?.[i] ?? 0,
    group: { type: N.kind[i], ...Object.fromEntries(about.groups.slice(1).map((group) => [group.name, N[group.name]?.[i] ?? -1])) },
    links: [], shown: true,
  }));
  const links = E.from.map((from, i) => ({ a: all[from], b: all[E.to[i]], name: about.links[E.kind[i]], hub: E.hub[i], quiet: E.quiet?.[i] === 1, says: E.says && E.says[i] !== -1 ? E.says[i] : "" }));
  return { all, links };
})();
const headings = about.headings.map(([text, x, y]) => ({ text, x, y, size: 12 }));
const byId = new Map(all.map((node) => [node.id, node]));
for (const link of links) join(link);
function join(link) {
  link.a.links.push(link);
  if (link.b !== link.a) link.b.links.push(link);
}
const other = (link, node) => (link.a === node ? link.b : link.a);

// Colours: a pair for light and dark per value of the group that is coloured by.
let colourBy = about.groups.find((group) => group.name === about.colour);
let theme = 0; // 1: dark
function colourOf(node) {
  const value = colourBy.values[node.group[colourBy.name]];
  return (value ? value.colour : about.plain)[theme];
}

// vis-network is the camera and says what the pointer does; painting is in paint.js, since vis fills and strokes each node
// by itself, which is slow by the thousand.
const picture = $("mynetwork");
const network = new vis.Network(picture, { nodes: new vis.DataSet(), edges: new vis.DataSet() }, options);
network.canvas.frame.tabIndex = -1; // its own keys would be a second stop for Tab
network.renderer.allowRedraw = false;
network.renderer._drawNodes = (ctx) => (paintNodes(ctx), { drawExternalLabels() {} });
function redraw() {
  last.view = null;
  network.body.emitter.emit("_requestRedraw");
}
// What vis needs of a node to find, select and drag it: its own, with fonts and shapes, take longer than all else here.
class Body {
  constructor(node) {
    Object.assign(this, { node, id: node.i, edges: [], selected: false, hover: false, options: { hidden: false, fixed: { x: false, y: false } } });
  }
  get x() {
    return this.node.x;
  }
  set x(x) {
    this.node.x = x;
  }
  get y() {
    return this.node.y;
  }
  set y(y) {
    this.node.y = y;
  }
  isOverlappingWith({ left, right, top, bottom }) {
    const reach = this.node.size * swell(network.getScale()) + 1;
    return Math.abs((left + right) / 2 - this.x) < reach && Math.abs((top + bottom) / 2 - this.y) < reach;
  }
  getItemsOnPoint() {
    return [];
  }
  needsRefresh() {}
}
Object.setPrototypeOf(Body.prototype, network.body.functions.createNode({ id: "any" }).constructor.prototype); // vis asks for its class
const bodies = network.body.nodes;
for (const node of all) bodies[node.i] = new Body(node);

// Which nodes are shown: switched on in the legend, and not an observation of a program that is closed.
const off = new Set(); // "type 3", "cycle 1"
const closed = new Set(); // programs whose observations, though known, are not shown
const open = new Set(); // programs whose observations were added
function refresh() {
  for (const node of all) {
    node.shown = !(node.entry >= 0 && closed.has(all[node.entry]));
    for (const group in node.group) if (node.group[group] >= 0 && off.has(`${group} ${node.group[group]}`)) node.shown = false;
    bodies[node.i].options.hidden = !node.shown;
  }
  network._updateVisibleIndices();
  prepare();
  redraw();
}
