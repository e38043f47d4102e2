"""The graph view for Gephi, Cytoscape, igraph and networkx: GraphML and GEXF, with labels, types and colours."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    import networkx

    from kb.export.source import Source

__all__ = ["write_gexf", "write_graphml", "xml_text"]

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def xml_text(value: object) -> str:
    r"""Return a text with U+FFFD for each character that XML cannot carry.

    >>> xml_text("a\x01b") == "a\ufffdb"
    True
    """
    return _NOT_XML.sub("\ufffd", str(value))


def write_graphml(source: Source, stream: IO[bytes]) -> None:
    """Write GraphML; the name of a link is its attribute ``name``."""
    graph = source.to_networkx()
    keys = _attributes(graph)
    write = _writer(stream)
    write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
    for name, kind in keys.items():
        write(f'<key id="{name}" for="node" attr.name="{name}" attr.type="{kind}"/>\n')
    write('<key id="link" for="edge" attr.name="name" attr.type="string"/>\n<graph edgedefault="directed">\n')
    for node, attributes in graph.nodes(data=True):
        data = "".join(f'<data key="{name}">{_escaped(attributes[name])}</data>' for name in keys if name in attributes)
        write(f"<node id={_quoted(node)}>{data}</node>\n")
    for number, (start, end, name) in enumerate(graph.edges(keys=True)):
        ends = f"source={_quoted(start)} target={_quoted(end)}"
        write(f'<edge id="e{number}" {ends}><data key="link">{_escaped(name)}</data></edge>\n')
    write("</graph>\n</graphml>\n")


def write_gexf(source: Source, stream: IO[bytes]) -> None:
    """Write GEXF 1.3, with colours and sizes as Gephi shows them."""
    from kb.graph import style

    graph = source.to_networkx()
    keys = {name: kind for name, kind in _attributes(graph).items() if name not in ("label", "color")}
    write = _writer(stream)
    write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
        '<graph mode="static" defaultedgetype="directed">\n<attributes class="node">\n'
    )
    for name, kind in keys.items():
        write(f'<attribute id="{name}" title="{name}" type="{kind}"/>\n')
    write("</attributes>\n<nodes>\n")
    for node, attributes in graph.nodes(data=True):
        values = "".join(
            f'<attvalue for="{name}" value={_quoted(attributes[name])}/>' for name in keys if name in attributes
        )
        size = style()["nodes"][attributes["type"]]["size"]
        red, green, blue = (int(attributes["color"][place : place + 2], 16) for place in (1, 3, 5))
        write(
            f"<node id={_quoted(node)} label={_quoted(attributes['label'])}><attvalues>{values}</attvalues>"
            f'<viz:color r="{red}" g="{green}" b="{blue}"/><viz:size value="{size}"/></node>\n'
        )
    write("</nodes>\n<edges>\n")
    for number, (start, end, name) in enumerate(graph.edges(keys=True)):
        ends = f"source={_quoted(start)} target={_quoted(end)}"
        write(f'<edge id="{number}" {ends} label={_quoted(name)} kind={_quoted(name)}/>\n')
    write("</edges>\n</graph>\n</gexf>\n")


def _attributes(graph: networkx.MultiDiGraph[str]) -> dict[str, str]:
    """Names and types of the attributes of nodes, sorted."""
    found: dict[str, str] = {}
    for _, attributes in graph.nodes(data=True):
        for name, value in attributes.items():
            found[name] = "long" if isinstance(value, int) else "string"
    return dict(sorted(found.items()))


def _writer(stream: IO[bytes]) -> Any:
    return lambda text: stream.write(text.encode())


def _escaped(value: object) -> str:
    return xml_text(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _quoted(value: object) -> str:
    return quoteattr(xml_text(value), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
