"""``kb push``: a store to a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kb.cli.session import Session, data_out

if TYPE_CHECKING:
    from kb.store.push import PushReport


@click.command(epilog="\b\nExample:\n  kb push http://localhost:7878/query --dry-run")
@click.argument("url")
@click.option(
    "--graph-store",
    metavar="URL",
    envvar="KB_GRAPH_STORE",
    help="The server's Graph Store.  [env: KB_GRAPH_STORE; known of Oxigraph, Virtuoso and Fuseki]",
)
@click.option("--rules", is_flag=True, help="Send nothing: run the rules there, in a store loaded by other means.")
@click.option("--update-service", metavar="URL", envvar="KB_UPDATE_SERVICE", help="Where --rules sends its updates.")
@click.option("--dry-run", is_flag=True, help="Print the graphs that would be sent and dropped, and change nothing.")
@click.pass_obj
def command(
    session: Session, url: str, graph_store: str | None, rules: bool, update_service: str | None, dry_run: bool
) -> None:
    """Send the store to a SPARQL server.

    URL is that of its SPARQL query service, as --store takes it.  Only graphs that changed are sent, those of documents
    that are gone are dropped, and a push that was broken off goes on where it was.  Name and password come from
    KB_STORE_USER and KB_STORE_PASSWORD or from ~/.netrc.
    """
    from kb.store.push import derive, push

    if rules:
        session.say(f"{url}: {derive(url, update_service)} statements, with what the rules make")
        return
    with session.progress("sending") as progress:
        report = push(session.folder(), url, graph_store, dry_run=dry_run, progress=progress)
    if dry_run:
        for word, names in (("send", report.sent), ("drop", report.dropped)):
            data_out().write("".join(f"{word} {name}\n" for name in names).encode())
    session.say(_summary(url, report, dry_run=dry_run))


def _summary(url: str, report: PushReport, *, dry_run: bool) -> str:
    would = "would be " if dry_run else ""
    size = "" if dry_run else f", {report.statements} statements"
    graphs = f"{len(report.sent)} graphs {would}sent, {len(report.dropped)} {would}dropped"
    return f"{url}: {graphs}, {report.unchanged} unchanged{size} ({report.seconds:.1f} s)"
