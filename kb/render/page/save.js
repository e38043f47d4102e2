// What is seen as a picture: an SVG made of the same links, nodes and labels; the PNG is that SVG drawn at twice the size.
const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
function drawing() {
  const view = screen();
  const { width, height, scale, seen } = view;
  const cut = (number) => Number(number.toFixed(1));
  const X = (node) => cut(node.x * scale + view.x);
  const Y = (node) => cut(node.y * scale + view.y);
  const inside = ({ x, y, size }) => x + size > seen.left && x - size < seen.right && y + size > seen.top && y - size < seen.bottom;
  const crosses = ({ a, b }) => Math.max(a.x, b.x) > seen.left && Math.min(a.x, b.x) < seen.right && Math.max(a.y, b.y) > seen.top && Math.min(a.y, b.y) < seen.bottom;
  const lines = [
    `<svg xmlns="${SVG}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family='${escaped(FACE)}'>`,
    `<title>${escaped(document.title)}</title>`,
    `<rect width="100%" height="100%" fill="${colours.paper}"/>`,
  ];
  for (const bucket of buckets) {
    const path = bucket.links.filter(crosses).filter((link) => !lit || (lit.has(link.a) && lit.has(link.b))).map(({ a, b }) => `M${X(a)} ${Y(a)}L${X(b)} ${Y(b)}`).join("");
    lines.push(`<path d="${path}" stroke="${bucket.colour}" stroke-opacity="${lit ? 0.7 : bucket.alpha}" stroke-width="${about.edge.width}"/>`);
  }
  for (const node of all.filter((one) => one.shown && inside(one))) {
    const fade = lit && !lit.has(node) ? ' opacity="0.18"' : "";
    // The outlines of the legend reach to about 7.5 of their box.
    lines.push(`<path d="${node.kind.path}" fill="${colourOf(node)}"${fade} transform="translate(${X(node)} ${Y(node)}) scale(${((node.size * swell(scale) * scale) / 7.5).toFixed(3)})"/>`);
  }
  for (const node of order.filter((one) => one.focus)) lines.push(`<circle cx="${X(node)}" cy="${Y(node)}" r="${cut(1.14 * node.size * swell(scale) * scale + 3.5)}" fill="none" stroke="${colours.mark}" stroke-width="1.6"/>`);
  for (const label of labels(view)) {
    const [, weight, size] = label.font.match(/^(600 )?([\d.]+)px/);
    for (const { text, x, y } of linesOf(label))
      lines.push(`<text x="${cut(x)}" y="${cut(y)}" text-anchor="middle" dominant-baseline="central" font-size="${size}"${weight ? ' font-weight="600"' : ""} fill="${label.faint ? colours.faint : colours.ink}" stroke="${colours.paper}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">${escaped(text)}</text>`);
  }
  return { width, height, text: `${lines.join("\n")}\n</svg>\n` };
}
function save(blob, suffix) {
  const link = element("a", "", { href: URL.createObjectURL(blob), download: about.file + suffix });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`saved ${link.download}`);
}
const asSvg = () => new Blob([drawing().text], { type: "image/svg+xml" });
$("svg").onclick = () => save(asSvg(), ".svg");
$("png").onclick = async () => {
  const { width, height } = drawing();
  const image = new Image();
  image.src = URL.createObjectURL(asSvg());
  await image.decode();
  const sheet = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  sheet.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  URL.revokeObjectURL(image.src);
  sheet.toBlob((blob) => save(blob, ".png"), "image/png");
};
