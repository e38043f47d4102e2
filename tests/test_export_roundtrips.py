"""Other people's parsers read our RDF: the same triples in all of them, whatever the texts hold."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph
import pytest
import rdflib

from kb.errors import UsageError
from kb.export import FORMATS, write
from kb.iris import BASE, PREFIXES
from kb.store.oxigraph import OxigraphStore

RDF = [name for name, form in FORMATS.items() if form.kind == "rdf"]
TEXTS = [
    'a "quoted" word, """three""" and \'one\'',
    "back\\slash \\n \\u0041 and one at the end \\",
    " tab\tline\nreturn\rboth\r\nblank ",
    "emoji 🔭🪐, combining é, high 𝔸, أقرب النجوم ‏שלום‎ 中文",
    "mark-up <b>&amp;</b> ]]> <!-- --> {} [] # % ${x}",
    "C1 \x85\x9f, delete \x7f, separators \u2028\u2029, no-break\u00a0space, BOM \ufeff",
    "",
    "An abstract of a megabyte. " * 40_000,
]
CONTROLS = "bell \x07 backspace \b tab \v feed \f first \x01 last \x1f"
JAVA = Path("/usr/share/java")
#: What rapper and serdi call our formats; what is missing they cannot read.
RAPPER = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads", "trig": "trig", "rdf": "rdfxml"}
SERDI = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads", "trig": "trig"}

Triples = set[tuple[str, str, str]]


def nasty_store(*more: str) -> OxigraphStore:
    """One graph with all texts, numbers, truth values, a language, an address outside ASCII; one with a label."""
    store = pyoxigraph.Store()
    node, literal = pyoxigraph.NamedNode, pyoxigraph.Literal
    program, graph = node(BASE + "program/1"), node(BASE + "graph/program-page/1")

    def add(term: str, value: pyoxigraph.NamedNode | pyoxigraph.Literal) -> None:
        store.add(pyoxigraph.Quad(program, node(term), value, graph))

    add(PREFIXES["rdf"] + "type", node(PREFIXES["jkb"] + "Program"))
    for text in [*TEXTS, *more]:
        add(PREFIXES["dcterms"] + "abstract", literal(text))
    add(PREFIXES["rdfs"] + "label", literal("Programm eins", language="de"))
    add(PREFIXES["jkb"] + "programNumber", literal(1))
    add(PREFIXES["jkb"] + "cycleInferred", literal(True))
    add(PREFIXES["jkb"] + "primeHours", literal("24.9", datatype=node(PREFIXES["xsd"] + "decimal")))
    add(PREFIXES["jkb"] + "hasTarget", node(BASE + "object/r%C3%ADo-1"))
    shared = node(BASE + "graph/shared")
    store.add(
        pyoxigraph.Quad(node(BASE + "object/r%C3%ADo-1"), node(PREFIXES["rdfs"] + "label"), literal("Río 1"), shared)
    )
    return OxigraphStore(store, "memory")


def triples(data: bytes, form: str = "nt") -> Triples:
    rdf = pyoxigraph.RdfFormat.from_extension(form)
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in pyoxigraph.parse(data, rdf)}


def run(command: list[str], path: Path) -> Triples:
    done = subprocess.run([*command, str(path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return triples(done.stdout, "nq")


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with ``all.<suffix>`` of every RDF format; RDF/XML without what XML cannot carry."""
    folder = tmp_path_factory.mktemp("dumps")
    for form in RDF:
        write(nasty_store() if form == "rdf" else nasty_store(CONTROLS), folder / f"all.{form}")
    return folder


def expected(form: str) -> Triples:
    store = nasty_store() if form == "rdf" else nasty_store(CONTROLS)
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in store.engine}


@pytest.mark.parametrize("form", RDF)
def test_oxigraph(dumps: Path, form: str) -> None:
    assert triples((dumps / f"all.{form}").read_bytes(), form) == expected(form)


@pytest.mark.parametrize("form", RDF)
def test_rdflib(dumps: Path, form: str) -> None:
    names = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}
    lines = (dumps / f"all.{form}").read_bytes().splitlines(keepends=True)
    wanted = expected(form)
    if form in ("nt", "nq"):  # where rdflib takes 20 s for a line of a megabyte
        lines = [line for line in lines if len(line) < 100_000]
        wanted = {triple for triple in wanted if len(triple[2]) < 100_000}
    dataset = rdflib.Dataset()
    dataset.parse(data=b"".join(lines), format=names[form])
    found = {(s.n3(), p.n3(), _canonical(o)) for s, p, o, _ in dataset.quads()}
    assert found == {(s, p, _canonical_text(o)) for s, p, o in wanted}


def _canonical(term: rdflib.term.Node) -> str:
    if isinstance(term, rdflib.Literal):
        return repr((str(term), str(term.datatype or ""), term.language))
    return f"<{term}>"


def _canonical_text(term: str) -> str:
    quad = next(iter(pyoxigraph.parse(f"<a:s> <a:p> {term} .".encode(), pyoxigraph.RdfFormat.N_TRIPLES)))
    value = quad.object
    if isinstance(value, pyoxigraph.Literal):
        datatype = value.datatype.value
        plain = datatype in (PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString")
        return repr((value.value, "" if plain else datatype, value.language))
    return str(value)


@pytest.mark.parametrize("form", RAPPER)
def test_rapper(dumps: Path, form: str) -> None:
    if shutil.which("rapper") is None:
        pytest.skip("rapper is not installed: apt install raptor2-utils")
    command = ["rapper", "-q", "-i", RAPPER[form], "-o", "ntriples"]
    assert run(command, dumps / f"all.{form}") == expected(form)


@pytest.mark.parametrize("form", SERDI)
def test_serdi(dumps: Path, form: str) -> None:
    if shutil.which("serdi") is None:
        pytest.skip("serdi is not installed: apt install serdi")
    assert run(["serdi", "-i", SERDI[form], "-o", "ntriples"], dumps / f"all.{form}") == expected(form)


@pytest.fixture(scope="module")
def riot(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command line of Jena's ``riot`` as Debian packages it."""
    if shutil.which("java") is None or not (JAVA / "jena-cmds.jar").exists():
        pytest.skip("Apache Jena is not installed: apt install libapache-jena-java default-jre-headless")
    # Debian moved the classes of Jena's Xerces, but not the message files that they look for.
    messages = tmp_path_factory.mktemp("jena")
    moved = "org/apache/jena/ext/"
    with zipfile.ZipFile(JAVA / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(moved + "xerces/") and name.endswith(".properties"):
                path = messages / name.removeprefix(moved)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(jar.read(name))
    # Bindings of the logger that exclude each other.
    loggers = ("log4j-over", "slf4j-log4j", "slf4j-simple", "slf4j-jdk14", "slf4j-jcl", "jcl-over", "jul-to", "maven3")
    jars = [str(path) for path in sorted(JAVA.glob("*.jar")) if not path.name.startswith(loggers)]
    classes = ":".join([str(messages), *jars])
    return ["java", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", classes, "riotcmd.riot", "--output=nquads"]


@pytest.mark.parametrize("form", RDF)
def test_jena(dumps: Path, riot: list[str], form: str) -> None:
    path, wanted = dumps / f"all.{form}", expected(form)
    if form != "jsonld":
        assert run(riot, path) == wanted
        return
    # Debian's Jena has no parser of JSON for JSON-LD 1.1; the one for 1.0 decodes what is relative and percent-encoded.
    found = run([*riot, "--syntax=jsonld10"], path)
    assert {tuple(map(unquote, triple)) for triple in found} == {tuple(map(unquote, triple)) for triple in wanted}


def test_pyld(dumps: Path) -> None:
    pyld = pytest.importorskip("pyld", reason="pyld is not installed: pip install PyLD")
    loaded = json.loads((dumps / "all.jsonld").read_bytes())
    text = pyld.jsonld.to_rdf(loaded, {"format": "application/n-quads"})
    assert triples(text.encode(), "nq") == expected("jsonld")


def test_xml_cannot_carry_control_characters_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"program/1> has a control character in <\S+abstract>.*\.ttl"):
        write(nasty_store(CONTROLS), tmp_path / "all.rdf")
    for text in ("\ufffe", "a\\\x01", "\\\\b\f"):
        with pytest.raises(UsageError, match="control character"):
            write(nasty_store(text), io.BytesIO(), "rdf")
    write(nasty_store("\\b \\u0001 \\\\f \\uFFFE"), io.BytesIO(), "rdf")  # backslashes, no controls
    assert list(tmp_path.iterdir()) == []
