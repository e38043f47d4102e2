// Colours of what is drawn on the canvas follow the system, as the style sheet does for the rest.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
function paint() {
  const style = getComputedStyle(document.documentElement);
  const [ink, paper, line] = ["--ink", "--paper", "--line"].map((name) => style.getPropertyValue(name).trim());
  network.setOptions({
    nodes: { font: { color: ink, strokeColor: paper } },
    edges: { color: { color: dark.matches ? "#8b95a0" : "#7d868f", highlight: ink, opacity: 0.55 } },
  });
  document.body.dataset.theme = dark.matches ? "dark" : "light";
}
dark.addEventListener("change", paint);
paint();

// The picture fills the window, but keeps clear of the legend where there is room beside it.
function fit() {
  const places = Object.values(network.getPositions());
  const [xs, ys] = [places.map((place) => place.x), places.map((place) => place.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const legend = window.innerWidth > 900 ? 320 : 0;
  const scale = Math.min(
    (window.innerWidth - legend) / (right - left + 290),
    window.innerHeight / (bottom - top + 120),
    1.5,
  );
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 + 8 }, scale, offset: { x: legend / 2, y: 0 } });
}
fit();
window.addEventListener("resize", fit);

// A click shows what is known of a node.  Text from documents is set as text, never as mark-up.
const details = document.getElementById("details");
function show(id) {
  const node = nodes.get(id);
  details.hidden = !node;
  details.replaceChildren();
  if (!node) return;
  const heading = document.createElement("h2");
  heading.textContent = node.full;
  const list = document.createElement("dl");
  const facts = [["type", node.kind], ["role", node.role], ["line", node.line], ["links", network.getConnectedEdges(id).length]];
  for (const [name, value] of facts) {
    if (value === undefined) continue;
    const term = document.createElement("dt");
    term.textContent = name;
    const text = document.createElement("dd");
    text.textContent = value;
    list.append(term, text);
  }
  const address = document.createElement("p");
  address.textContent = node.id;
  details.append(heading, list, address);
}
network.on("selectNode", (event) => show(event.nodes[0]));
network.on("deselectNode", () => show(null));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  network.unselectAll();
  show(null);
});
