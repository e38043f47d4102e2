// Search with completion: names are compared without case, spaces and hyphens; a choice flies to the node.
const fold = (text) => text.toLowerCase().replace(/[\s_-]+/g, "");
const field = $("search");
const list = $("found");
let hits = [];
let at = -1;
function find(text) {
  const wanted = fold(text);
  if (!wanted) return [];
  const scored = [];
  for (const node of all) {
    node.folded ??= [fold(node.short), fold(node.label)];
    const [short, label] = node.folded;
    const score = short === wanted || label === wanted ? 0 : short.startsWith(wanted) ? 1 : label.startsWith(wanted) ? 2 : label.includes(wanted) ? 3 : 9;
    if (score < 9) scored.push([score, -node.kind.weight, -node.links.length, node.i]);
  }
  return scored.sort((one, two) => one[0] - two[0] || one[1] - two[1] || one[2] - two[2] || one[3] - two[3]).slice(0, 12).map((row) => all[row[3]]);
}
function suggest() {
  hits = find(field.value);
  at = hits.length ? 0 : -1;
  list.replaceChildren(
    ...hits.map((node, i) => {
      const item = document.createElement("li");
      item.id = `found-${i}`;
      item.setAttribute("role", "option");
      const kind = document.createElement("small");
      kind.textContent = ` ${node.kind.name}`;
      item.append(node.label, kind);
      item.onmousedown = (event) => {
        event.preventDefault();
        choose(i);
      };
      return item;
    }),
  );
  if (field.value && !hits.length) {
    const none = document.createElement("li");
    none.setAttribute("role", "option");
    none.setAttribute("aria-disabled", "true");
    none.textContent = "no node has such a name";
    list.append(none);
  }
  if (field.value) say(hits.length ? `${hits.length} found` : "no node has such a name");
  mark();
}
function mark() {
  list.hidden = !field.value || document.activeElement !== field;
  field.setAttribute("aria-expanded", String(!list.hidden));
  [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
  if (at >= 0 && !list.hidden) {
    field.setAttribute("aria-activedescendant", `found-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}
function choose(i) {
  const node = hits[i];
  if (!node) return;
  reveal(node);
  field.value = node.short;
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  select(node, { flying: true });
}
// A node that the legend hides is shown again when it is asked for.
function reveal(node) {
  if (node.shown) return;
  for (const group in node.group) off.delete(`${group} ${node.group[group]}`);
  if (node.entry >= 0) closed.delete(all[node.entry]);
  changed();
}
field.oninput = suggest;
field.onfocus = () => field.value && suggest();
field.onblur = mark;
field.onkeydown = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && hits.length) {
    at = (at + step + hits.length) % hits.length;
    mark();
  } else if (event.key === "Enter") choose(at);
  else if (event.key === "Escape") {
    field.value = "";
    hits = [];
    mark();
    picture.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
};
