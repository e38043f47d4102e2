// The scene: nodes and links out of the columns of the page, and vis-network around the nodes.
// Text from documents is set as text everywhere, never as mark-up.
const $ = (id) => document.getElementById(id);
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

// vis-network is the camera and knows which node is where; painting is in paint.js, since vis fills and strokes each
// node by itself, which is slow by the thousand.  It starts empty, so that its first drawing is already ours.
const visNode = (node) => ({ id: node.i, x: node.x, y: node.y, size: node.size });
const picture = $("mynetwork");
const nodes = new vis.DataSet(all.map(visNode));
const network = new vis.Network(picture, { nodes: new vis.DataSet(), edges: new vis.DataSet() }, options);
network.canvas.frame.tabIndex = -1; // its own keys would be a second stop for Tab
network.renderer.allowRedraw = false;
network.renderer._drawNodes = (ctx) => (paintNodes(ctx), { drawExternalLabels() {} });
network.setData({ nodes, edges: new vis.DataSet() });
const bodies = network.body.nodes;
function redraw() {
  last.view = null;
  network.body.emitter.emit("_requestRedraw");
}
// Where vis looks for a node under the pointer; it learns that by drawing, which it no longer does.
function locate(some) {
  const ctx = network.canvas.getContext();
  for (const node of some) bodies[node.i]?.updateBoundingBox(ctx);
}

// Which nodes are shown: switched on in the legend, and not an observation of a program that is closed.
const off = new Set(); // "type 3", "cycle 1"
const closed = new Set(); // programs whose observations, though known, are not shown
const open = new Set(); // programs whose observations were added
function refresh() {
  for (const node of all) {
    node.shown = !(node.entry >= 0 && closed.has(all[node.entry]));
    for (const group in node.group) if (node.group[group] >= 0 && off.has(`${group} ${node.group[group]}`)) node.shown = false;
    const body = bodies[node.i];
    if (body) body.options.hidden = !node.shown;
  }
  network._updateVisibleIndices();
  prepare();
  redraw();
}
