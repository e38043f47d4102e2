// The same content as a table, for people who would rather read: sortable, filterable, a row is a way to its node.
const COLUMNS = [
  ["name", (node) => node.label],
  ["type", (node) => node.kind.name],
  ...about.groups.slice(1).map((group) => [group.name, (node) => group.values[node.group[group.name]]?.name ?? ""]),
  ["links", (node) => node.links.length],
].filter(([name, of]) => name === "name" || all.some((node) => of(node) !== ""));
const CHUNK = 200;
let sorting = { column: 0, down: false };
let filter = "";
let collator = null; // slow to make, and needed only here
const byText = () => (collator ??= new Intl.Collator("en", { numeric: true }));
function table() {
  const box = element("input", "", { type: "search", placeholder: "Filter the table", value: filter, ariaLabel: "Filter the table" });
  box.oninput = () => {
    filter = box.value;
    rows();
  };
  box.onkeydown = (event) => event.key === "Escape" && (openTable(false), event.stopPropagation());
  const count = element("p", "", { id: "rowcount" });
  count.setAttribute("role", "status");
  count.style.margin = "4px 0 0";
  const scroller = element("div", "", { className: "rows", tabIndex: 0 });
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", "Rows");
  $("table").replaceChildren(box, count, scroller);
  rows();
}
function rows() {
  const wanted = fold(filter);
  const of = COLUMNS[sorting.column][1];
  const kept = all.filter((node) => node.shown && (!wanted || COLUMNS.some(([, value]) => fold(String(value(node))).includes(wanted))));
  const keys = new Map(kept.map((node) => [node, of(node)]));
  kept.sort((one, two) => {
    const [a, b] = [keys.get(one), keys.get(two)];
    return (typeof a === "number" ? a - b : byText().compare(a, b)) * (sorting.down ? -1 : 1) || one.i - two.i;
  });
  $("rowcount").textContent = `${grouped(kept.length)} rows`;
  const made = document.createElement("table");
  made.append(element("caption", `Nodes of the picture: ${document.title}`, { className: "unseen" }));
  const head = made.createTHead().insertRow();
  COLUMNS.forEach(([name], column) => {
    const cell = head.appendChild(element("th"));
    cell.scope = "col";
    const mine = sorting.column === column;
    cell.setAttribute("aria-sort", mine ? (sorting.down ? "descending" : "ascending") : "none");
    const sort = () => {
      sorting = { column, down: mine && !sorting.down };
      rows();
      document.querySelectorAll("#table th button")[column].focus();
    };
    cell.append(element("button", name + (mine ? (sorting.down ? " ▼" : " ▲") : ""), { onclick: sort }));
  });
  const body = made.createTBody();
  const scroller = document.querySelector("#table .rows");
  const more = element("button", "", { className: "do" });
  const fill = () => {
    for (const node of kept.slice(body.rows.length, body.rows.length + CHUNK)) {
      const row = body.insertRow();
      for (const [name, value] of COLUMNS) {
        const cell = row.insertCell();
        if (name === "name") cell.append(element("button", value(node), { onclick: () => select(node, { flying: true }) }));
        else cell.textContent = value(node);
        if (name === "links") cell.className = "number";
      }
    }
    more.hidden = body.rows.length >= kept.length;
    more.textContent = `${grouped(kept.length - body.rows.length)} more rows`;
  };
  more.onclick = fill;
  fill();
  scroller.replaceChildren(made, more);
}
function openTable(shown) {
  $("table").hidden = !shown;
  $("read").setAttribute("aria-pressed", String(shown));
  if (shown) {
    table();
    document.querySelector("#table input").focus();
  } else $("read").focus();
}
$("read").onclick = () => openTable($("table").hidden);
