// Cards: all that is known of a node.  Facts may be packed; they are unpacked when the first card is asked for.
let unpacked = null;
function knowledge() {
  unpacked ??= (async () => {
    const { type, textContent } = $("more");
    if (type === "application/json") return JSON.parse(textContent);
    const bytes = Uint8Array.from(atob(textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  })();
  return unpacked;
}
const element = (name, text, attributes = {}) => Object.assign(document.createElement(name), { textContent: text ?? "" }, attributes);
const SHOWN = 40;
async function show(node) {
  const card = $("card");
  card.hidden = !node;
  if (!node) return card.replaceChildren();
  const known = await knowledge();
  if (selected !== node) return;
  const facts = document.createElement("dl");
  for (const [place, value] of known.facts[node.i] || node.facts || []) fact(facts, known.names[place] ?? place, value);
  const parts = [element("h2", node.label), element("p", node.kind.name, { className: "kind" })];
  if (node.group.instrument >= 0 && node.kind.name !== "instrument") fact(facts, "instrument", about.groups[1].values[node.group.instrument].name);
  parts.push(element("button", "×", { className: "close", title: "Close (Escape)", ariaLabel: "Close the card", onclick: () => (select(null), picture.focus()) }));
  if (facts.children.length) parts.push(facts);
  const count = entriesOf(node, known);
  if (count) {
    const shown = open.has(node) || (all.some((one) => one.entry === node.i) && !closed.has(node));
    parts.push(element("button", `${shown ? "Hide" : "Show"} ${count} observation${count > 1 ? "s" : ""}`, { className: "do", id: "entries", onclick: () => toggleEntries(node) }));
  }
  const near = new Map();
  for (const link of neighbours(node)) {
    const name = link.a === node ? link.name : `← ${link.name}`;
    if (!near.has(name)) near.set(name, new Map());
    near.get(name).set(other(link, node), link.says);
  }
  for (const [name, ends] of near) parts.push(...linked(name, [...ends]));
  const address = element("address");
  address.append(element("a", node.id, { href: about.base + node.id, rel: "noopener" }));
  card.replaceChildren(...parts, address);
  card.scrollTop = 0;
}
function fact(into, name, value) {
  if (into.lastName !== name) into.append(element("dt", name));
  else into.append(element("dt", ""));
  into.lastName = name;
  const text = element("dd");
  // Only addresses of the web become links: a document cannot bring in a script by its address.
  if (/^https?:\/\//.test(value)) text.append(element("a", name === "page" ? "program page" : value, { href: value, rel: "noopener" }));
  else text.textContent = value;
  if (value.length > 300) Object.assign(text, { className: "long", tabIndex: 0 });
  into.append(text);
}
function linked(name, ends) {
  const list = document.createElement("ul");
  const fill = (count) => {
    list.replaceChildren(
      ...ends.slice(0, count).map(([end, says]) => {
        const item = document.createElement("li");
        item.append(element("button", end.label, { onclick: () => select(end, { flying: true }) }));
        if (says) item.append(element("small", says));
        return item;
      }),
    );
    if (count < ends.length) {
      const item = document.createElement("li");
      item.append(element("button", `${grouped(ends.length - count)} more`, { onclick: () => fill(count + 400) }));
      list.append(item);
    }
  };
  fill(SHOWN);
  return [element("h3", ends.length > 1 ? `${name} (${grouped(ends.length)})` : name), list];
}
