// Observations of a program, on demand: hidden where they are nodes already, else made out of what the page knows.
function entriesOf(node, known) {
  const there = all.filter((one) => one.entry === node.i && one.kind.observation).length;
  return there || known.entries[node.i]?.length || 0;
}
async function toggleEntries(program) {
  const known = await knowledge();
  if (!all.some((node) => node.entry === program.i)) {
    if (!known.entries[program.i]?.length) return;
    add(program, known.entries[program.i]);
    open.add(program);
  } else if (closed.delete(program)) {
    if (program.added) open.add(program);
  } else {
    closed.add(program);
    open.delete(program);
  }
  changed();
  show(selected);
  say(`${program.short}: observations ${closed.has(program) ? "hidden" : "shown"}`);
}
function add(program, entries) {
  program.added = true;
  const kind = about.types.find((type) => type.observation);
  const first = all.length;
  const size = about.entrySize;
  // A sunflower around the program: the golden angle leaves no gaps and no overlaps.
  entries.forEach(([own, label, line, ends], n) => {
    const id = `${program.id}/${own}`;
    const angle = n * 2.39996;
    const away = program.size + size * (1.5 + 2.3 * Math.sqrt(n + 0.5));
    const node = {
      i: first + n, id, label, short: label, kind, size, entry: program.i, focus: 0, links: [], shown: true,
      x: program.x + away * Math.cos(angle), y: program.y + away * Math.sin(angle),
      group: { type: about.types.indexOf(kind), instrument: program.group.instrument },
      facts: line ? [["line of the document", String(line)]] : [],
    };
    all.push(node);
    byId.set(id, node);
    const hub = (end) => Number(Boolean(end.kind.hub));
    const made = [{ a: program, b: node, name: about.entryLink, hub: 0 }, ...ends.map((end) => ({ a: node, b: all[end], name: all[end].kind.hub ? "uses template" : "points at", hub: hub(all[end]) }))];
    if (made.some((link) => link.b.kind.hub)) node.group.instrument = made.find((link) => link.b.kind.hub).b.group.instrument;
    for (const link of made) {
      links.push(link);
      join(link);
    }
  });
  for (const node of all.slice(first)) bodies[node.i] = new Body(node);
}
