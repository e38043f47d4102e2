"""Reading on Apache Spark: documents of any path that Spark reads → N-Quads on any path that Spark writes.

The same pure function as in a build on one machine reads each document, so a task that is lost is done again elsewhere
with the same result.  Documents that describe one program are settled over all documents together, in the driver.  What
follows from all documents is made by :func:`kb.store.push.derive` once the parts are loaded into a store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import ServiceError, SourceError, UsageError

if TYPE_CHECKING:
    from kb.aliases import Aliases
    from kb.claims import Outcome
    from kb.reading import Statements

__all__ = ["SparkReport", "build_parts"]

_RECURSIVE = "mapreduce.input.fileinputformat.input.dir.recursive"


@dataclass(frozen=True, slots=True)
class SparkReport:
    """What a cluster read: documents, those of them that describe no program, and programs."""

    out: str
    documents: int
    failed: int
    programs: int


def build_parts(
    paths: Sequence[str], out: str, master: str | None = None, aliases: Iterable[str | Path] = ()
) -> SparkReport:
    """Read documents on a cluster and write their statements, and the vocabulary, as N-Quads.

    Parameters
    ----------
    paths
        Files, folders and patterns that every worker can read: paths, or addresses such as ``hdfs:`` and ``s3a:``.
    out
        Folder for the parts; it must not exist.
    master
        Address of the cluster, ``spark://HOST:7077`` or ``local[2]``; by default what Spark is configured with.
    aliases
        Alias files on this machine.

    Raises
    ------
    UsageError
        pyspark is not installed.
    SourceError
        There are no documents.
    ServiceError
        Spark failed; the message is its own.

    """
    from kb import claims
    from kb.aliases import read_aliases
    from kb.claims import Claim, Outcome
    from kb.rules import vocabulary_quads
    from kb.vocabulary import ontology_dir

    known = read_aliases(aliases)
    with _told(), _context(master) as context:
        context._jsc.hadoopConfiguration().set(_RECURSIVE, "true")
        files = context.binaryFiles(",".join(paths)).filter(_is_document)
        found: list[Claim] = files.map(_reader(known)).map(_claim).collect()
        if not found:
            raise SourceError(f"{', '.join(paths)}: no documents there")
        settled = claims.settle(found)
        changed = {c.path: settled[c.path] for c in found if settled[c.path] != Outcome(c.document.key)}
        vocabulary = context.parallelize(_lines(vocabulary_quads(ontology_dir())), 1)
        # Read once more: cheaper than keeping what was read, most of which needs no change.
        statements = files.map(_reader(known, changed)).flatMap(_statements)
        statements.union(vocabulary).saveAsTextFile(out)
    described = [settled[claim.path].described(claim.programs) for claim in found]
    return SparkReport(out, len(found), sum(not programs for programs in described), sum(map(len, described)))


def _reader(
    aliases: Aliases | None, changed: Mapping[str, Outcome] | None = None
) -> Callable[[tuple[str, bytes]], Statements]:
    """Make the function that workers run on each document; ``changed`` are the claims that were not simply granted."""

    def read(document: tuple[str, bytes]) -> Statements:
        from kb.claims import apply
        from kb.reading import state
        from kb.sources import read_data

        path, data = _path(document[0]), document[1]
        readings = read_data(data, path.rsplit("/", 1)[-1], aliases)
        if changed and path in changed:
            readings = apply(path, readings, changed[path])
        return state(path, readings)

    return read


def _claim(statements: Statements) -> Any:
    return statements.claim


def _statements(statements: Statements) -> list[str]:
    return _lines(bytes(statements.nquads))


def _lines(nquads: bytes) -> list[str]:
    return nquads.decode().split("\n")[:-1]


def _is_document(document: tuple[str, bytes]) -> bool:
    """Whether a build on one machine would look at a file of a folder."""
    from kb.sources import SUFFIXES

    name = document[0].rsplit("/", 1)[-1]
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def _path(address: str) -> str:
    """Path of a file of this machine's own file system, address of any other.

    >>> _path("file:/data/7487.md"), _path("hdfs://node/data/7487.md")
    ('/data/7487.md', 'hdfs://node/data/7487.md')
    """
    return "/" + address.removeprefix("file:").lstrip("/") if address.startswith("file:") else address


@contextmanager
def _context(master: str | None) -> Iterator[Any]:
    try:
        from pyspark import SparkConf, SparkContext
    except ImportError:
        raise UsageError("reading on a cluster needs pyspark: pip install 'jwst-kb[spark]'") from None
    configuration = SparkConf().setAppName("kb build").set("spark.ui.showConsoleProgress", "false")
    if master:
        configuration.setMaster(master)
    context = SparkContext(conf=configuration)
    context.setLogLevel("ERROR")
    try:
        yield context
    finally:
        context.stop()


@contextmanager
def _told() -> Iterator[None]:
    """Say in one line what Spark says in a hundred."""
    try:
        yield
    except (UsageError, SourceError):
        raise
    except Exception as error:
        exception = getattr(error, "java_exception", None)
        said = str(exception.getMessage() if exception is not None else error).strip().splitlines()
        raise ServiceError(f"Spark: {said[0] if said else type(error).__name__}") from error
