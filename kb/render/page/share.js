// The view in the address: what is selected, where, what is switched off, coloured, opened.  Keys; then the start.
function address() {
  const { x, y } = anywhere(network.getViewPosition());
  const state = new URLSearchParams({ x: Math.round(x), y: Math.round(y), z: network.getScale().toPrecision(4) });
  if (selected) state.set("node", selected.id);
  if (off.size) state.set("off", [...off].map((key) => key.replace(" ", ".")).join(","));
  if (colourBy.name !== about.colour) state.set("colour", colourBy.name);
  if (open.size) state.set("open", [...open].map((program) => program.id).join(","));
  if (closed.size) state.set("closed", [...closed].map((program) => program.id).join(","));
  if (chosenTheme !== "system") state.set("theme", chosenTheme);
  if (!$("table").hidden) state.set("table", "1");
  return `${window.location.href.split("#")[0]}#${state}`;
}
async function restore() {
  const state = new URLSearchParams(window.location.hash.slice(1));
  const number = (key) => (state.has(key) && Number.isFinite(Number(state.get(key))) ? Number(state.get(key)) : null);
  off.clear();
  for (const key of (state.get("off") || "").split(",").filter(Boolean)) off.add(key.replace(".", " "));
  chosenTheme = THEMES.includes(state.get("theme")) ? state.get("theme") : "system";
  ink();
  colourIn(state.get("colour") || about.colour);
  for (const id of (state.get("open") || "").split(",")) if (byId.has(id) && !open.has(byId.get(id))) await toggleEntries(byId.get(id));
  for (const id of (state.get("closed") || "").split(",")) if (byId.has(id) && !closed.has(byId.get(id))) await toggleEntries(byId.get(id));
  changed();
  if (state.get("table") === "1") openTable(true);
  fit();
  const node = byId.get(state.get("node"));
  if (node) reveal(node);
  if (node || selected) select(node ?? null, { flying: number("z") === null });
  const [x, y, scale] = ["x", "y", "z"].map(number);
  if (!(scale > 0) || x === null || y === null) return;
  whole = false;
  network.moveTo({ position: here({ x, y }), scale });
}
$("share").onclick = async () => {
  const link = address();
  window.history.replaceState(null, "", link);
  try {
    await navigator.clipboard.writeText(link);
    say("The link to this view is on the clipboard.");
    $("share").textContent = "Link copied";
  } catch {
    say("The link to this view is in the address bar.");
    $("share").textContent = "See address bar";
  }
  setTimeout(() => ($("share").textContent = "Share"), 2500);
};
window.addEventListener("hashchange", restore);

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function step([across, down]) {
  // The neighbour that lies most in that direction; without a selection, the first node.
  if (!selected) return select(order[0] ?? null, { flying: true });
  let best = null;
  for (const link of neighbours(selected)) {
    const end = other(link, selected);
    const [dx, dy] = [end.x - selected.x, end.y - selected.y];
    const along = (dx * across + dy * down) / Math.hypot(dx, dy || 1e-6);
    const cost = Math.hypot(dx, dy) * (2 - along);
    if (along > 0.35 && (!best || cost < best.cost)) best = { end, cost };
  }
  if (best) select(best.end, { flying: true });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
  const onPicture = event.target === picture || picture.contains(event.target) || event.target === document.body;
  if (event.key === "Escape") {
    if (!$("table").hidden) openTable(false);
    else select(null);
  } else if (event.key === "/") field.focus();
  else if (event.key === "t" || event.key === "T") openTable($("table").hidden);
  else if (event.key === "+" || event.key === "=") zoom(1.4);
  else if (event.key === "-") zoom(1 / 1.4);
  else if (event.key === "0") fit(true);
  else if (ARROWS[event.key] && onPicture) step(ARROWS[event.key]);
  else if (event.key === "Enter" && onPicture && selected) $("card").focus();
  else return;
  event.preventDefault();
});
network.renderer.allowRedraw = true;
restore();
requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    performance.mark("drawn");
    document.documentElement.dataset.ready = "yes";
  }),
);
