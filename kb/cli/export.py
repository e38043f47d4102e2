"""``kb export``: the graph, or part of it, to files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.session import Session, data_out

if TYPE_CHECKING:
    from kb.export.source import Source
    from kb.store import Store


@click.command(
    epilog="\b\nExample:\n  kb export programs.ttl\n  kb export tables/ -f csv\n"
    "  kb export near.graphml --focus 7487 --depth 2\n  kb export - -f nt | head -1"
)
@click.argument("file", metavar="FILE_OR_FOLDER", type=click.Path(readable=False))
@click.option(
    "-f", "--format", "forms", multiple=True, help="Format, where the suffix does not say; repeatable for a folder."
)
@click.option("--table", help="Which table: links, objects, observations, obsplan, programs or targets.")
@click.option("--focus", metavar="ID", help="Only what lies near this: 7487, 'HD 2811', miri …")
@click.option("--depth", type=click.IntRange(1, 8), help="Steps from the focus; 3 where not given.")
@click.option("--question", metavar="NAME", help="Only what the answer of this saved question speaks of.")
@click.option("--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option("--graph", metavar="IRI", help="Only this graph, for example that of one document.")
@click.option("--collapsed", is_flag=True, help="graphml and gexf: without observations and targets.")
@click.option("--describe", is_flag=True, help="Write FILE.void.ttl too: DCAT and VoID for catalogues.")
@click.option("--published", metavar="URL", help="The folder on the web where the files will lie, for the description.")
@click.pass_obj
def command(
    session: Session,
    file: str,
    forms: tuple[str, ...],
    table: str | None,
    focus: str | None,
    depth: int | None,
    question: str | None,
    pairs: tuple[str, ...],
    graph: str | None,
    collapsed: bool,
    describe: bool,
    published: str | None,
) -> None:
    """Write the graph to a file, format by suffix, or several formats to a folder.

    Statements: .ttl .nt .nq .trig .jsonld .rdf.  Tables: .csv .parquet .vot; a file named like a table holds that
    table, others the observations.  Nodes and links for graph tools: .graphml .gexf.  A folder takes the formats that
    -f names, neo4j or all of them too; dumps in it are described in dataset.ttl.  - is standard output.

    The same content gives the same bytes, whatever the builds that made it.
    """
    from dataclasses import replace

    from kb.export import FOLDER_FORMATS, FORMATS, write
    from kb.export.folder import write_folder
    from kb.export.table import names

    if sum(option is not None for option in (focus, question, graph)) > 1:
        raise click.UsageError("--focus, --question and --graph exclude each other")
    if (depth is not None and focus is None) or (pairs and question is None):
        raise click.UsageError("--depth goes with --focus, --param with --question")
    path = Path(file)
    into_folder = file.endswith("/") or path.is_dir() or len(forms) > 1 or {*forms} & {"all", *FOLDER_FORMATS}
    if into_folder and file == "-":
        raise click.UsageError("standard output takes one format, and not that of a folder")
    form = forms[0] if forms else path.suffix.lower().removeprefix(".")
    tabular = [name for name, made in FORMATS.items() if made.kind == "table"]
    if table and not into_folder and form in FORMATS and form not in tabular:
        raise click.UsageError(f"--table goes with {', '.join(tabular)}, not with {form}")
    if published is not None and not (into_folder or describe):
        raise click.UsageError("--published goes with --describe or a folder of dumps")
    with session.open() as store:
        source = replace(_source(session, store, focus, depth, question, pairs), graph=graph, collapsed=collapsed)
        if into_folder:
            written = write_folder(source, path, forms, [table] if table else [], published)
            session.say(f"{path}: {len(written)} file{'' if len(written) == 1 else 's'}, {_size(*written)}")
        else:
            named = table or (path.stem if path.stem in names() else source.table)
            target = data_out() if file == "-" else path
            write(
                replace(source, table=named),
                target,
                forms[0] if forms else None,
                describe=describe,
                published=published,
            )
            if file != "-":
                session.say(f"{file}: {_size(path)}")


def _source(
    session: Session, store: Store, focus: str | None, depth: int | None, question: str | None, pairs: tuple[str, ...]
) -> Source:
    from kb.cli.ask import pairs_of
    from kb.export.source import Source, neighbourhood, of_question

    if focus is not None:
        return neighbourhood(store, focus, depth or 3)
    if question is None:
        return Source(store)
    return of_question(store, question, pairs_of(pairs), session.say)


def _size(*paths: Path) -> str:
    size = sum(path.stat().st_size for path in paths)
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
