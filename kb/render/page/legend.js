// The legend: each type, instrument, category, cycle and role with its count; a click switches its nodes.
const SVG = "http://www.w3.org/2000/svg";
function glyph(path, colour) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "-10 -10 20 20");
  svg.setAttribute("aria-hidden", "true");
  const shape = svg.appendChild(document.createElementNS(SVG, "path"));
  shape.setAttribute("d", path);
  shape.setAttribute("fill", colour);
  return svg;
}
function legend() {
  const focused = document.activeElement?.dataset?.key;
  $("switches").replaceChildren(
    ...about.groups.flatMap((group) => {
      const counts = new Map();
      for (const node of all) if (node.group[group.name] >= 0) counts.set(node.group[group.name], (counts.get(node.group[group.name]) || 0) + 1);
      if (!counts.size || (group.name !== "type" && counts.size < 2)) return [];
      const heading = document.createElement("h2");
      heading.textContent = group.name;
      const buttons = [...counts.keys()].sort((one, two) => one - two).map((place) => {
        const { name, path, colour } = group.values[place];
        const button = document.createElement("button");
        button.dataset.key = `${group.name} ${place}`;
        button.setAttribute("role", "switch");
        button.setAttribute("aria-checked", String(!off.has(button.dataset.key)));
        button.title = "Click: show or hide; with Shift: only these";
        const count = document.createElement("span");
        count.textContent = grouped(counts.get(place));
        button.append(glyph(path, group === colourBy ? colour[theme] : colours.faint), name, count);
        button.onclick = (event) => toggle(group.name, place, event.shiftKey ? [...counts.keys()] : null);
        return button;
      });
      return [heading, ...buttons];
    }),
  );
  if (focused) document.querySelector(`[data-key="${focused}"]`)?.focus();
}
function toggle(group, place, only) {
  const key = `${group} ${place}`;
  if (only) {
    const alone = only.every((value) => value === place || off.has(`${group} ${value}`)) && !off.has(key);
    for (const value of only) off.delete(`${group} ${value}`);
    if (!alone) for (const value of only) if (value !== place) off.add(`${group} ${value}`);
  } else if (!off.delete(key)) off.add(key);
  changed();
}
// After switching, opening or closing: everything that says what is shown.
function changed() {
  refresh();
  legend();
  const shown = all.filter((node) => node.shown).length;
  const drawn = buckets.reduce((sum, bucket) => sum + bucket.links.length, 0);
  const of = shown < all.length ? ` of ${grouped(all.length)}` : "";
  $("counts").textContent = `${grouped(shown)}${of} nodes, ${grouped(drawn)} links`;
  if (selected && !selected.shown) select(null);
  else light(selected);
  if (!$("table").hidden) rows();
}
$("colour").append(...about.groups.filter((group) => group.values.length).map((group) => new Option(group.name, group.name)));
$("colour").onchange = () => {
  colourIn($("colour").value);
  prepare();
  redraw();
  legend();
};
function colourIn(name) {
  colourBy = about.groups.find((group) => group.name === name) || colourBy;
  $("colour").value = colourBy.name;
}
