"""Documents → statements, on as many processes as pay: the part of a build that needs no store."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from kb.claims import Claim, claim_of
from kb.records import Reading

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from kb.aliases import Aliases

__all__ = ["Statements", "Waiting", "read_all", "state"]

# Below this many documents a second process costs more than it saves (about 20 ms).
_WORTH_FORKING = 64
_BATCH = 16
# What every pipe holds, 4 kB, in numbers of so many bytes.
_NUMBER = 4
_MOST_BATCHES = 1024


class Statements(NamedTuple):
    """What one document says: ``quads`` statements as N-Quads ready to load; ``findings`` counts them by severity."""

    claim: Claim
    findings: dict[str, int]
    quads: int
    nquads: bytes | Waiting


class Scratch:
    """A file without a name, closed once nothing waits in it any more."""

    number = -1

    def __init__(self, folder: Path | None) -> None:
        from tempfile import TemporaryFile

        with TemporaryFile(dir=folder) as file:
            self.number = os.dup(file.fileno())

    def __del__(self) -> None:
        if self.number >= 0:  # else there was no room for the file
            os.close(self.number)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Text of a document that waits in a file: ``bytes()`` reads it, so it is in memory only while it is used.

    The file is read, not mapped: a mapping of each text would hold a file open, and one of them all their memory.
    """

    scratch: Scratch
    start: int
    length: int

    def __bytes__(self) -> bytes:
        return os.pread(self.scratch.number, self.length, self.start)


def state(path: str, readings: Sequence[Reading]) -> Statements:
    """Turn the readings of one document into statements."""
    from kb.triples import quads_of

    severities = Counter(finding.severity for reading in readings for finding in reading.findings)
    quads = quads_of(readings)
    return Statements(claim_of(path, readings), dict(severities), len(quads), quads.text().encode())


def read_all(
    paths: Sequence[str],
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    aliases: Aliases | None = None,
    scratch: Path | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> dict[str, Statements]:
    """Read documents and return what each says, by path.

    Parameters
    ----------
    paths
        Documents.
    jobs
        Number of processes; by default one for each core where there is enough to do.
    progress
        Called with the number of documents read and their total, now and then.
    aliases
        More names of objects.
    scratch
        Folder for the statements of many documents, which wait in files without a name until they are loaded; by
        default that of the system.
    meanwhile
        Called where other processes read, once they do: work that need not wait for them.

    """
    if jobs is None:
        jobs = _cores() if len(paths) >= _WORTH_FORKING else 1
    made: dict[str, Statements] = {}

    def note(batches: Iterator[list[Statements]]) -> None:
        for batch in batches:
            made.update((statements.claim.path, statements) for statements in batch)
            if progress:
                progress(len(made), len(paths))

    if jobs > 1 and _may_fork():
        note(_read_apart(paths, jobs, aliases, scratch, meanwhile))
    rest = [path for path in paths if path not in made]  # all, or what a dead process left
    batches = _read_here(rest, aliases)
    note(batches if len(rest) < _WORTH_FORKING else _spooled(batches, scratch))
    return made


def _read_here(paths: Sequence[str], aliases: Aliases | None) -> Iterator[list[Statements]]:
    for start in range(0, len(paths), _BATCH):
        yield [_read(path, aliases) for path in paths[start : start + _BATCH]]


def _read(path: str, aliases: Aliases | None) -> Statements:
    from kb.sources import read

    try:
        return state(path, read(path, aliases))
    except Exception as error:
        error.add_note(f"while reading {path}")
        raise


def _read_apart(
    paths: Sequence[str],
    jobs: int,
    aliases: Aliases | None,
    scratch: Path | None,
    meanwhile: Callable[[], object] | None,
) -> Iterator[list[Statements]]:
    """Read in forked processes; each takes the next batch from a pipe, so that a slow one has less to do."""
    from multiprocessing import get_context
    from multiprocessing.connection import wait

    # Reading one document loads what all processes need, before they part.
    yield from _read_here(paths[:1], aliases)
    context = get_context("fork")
    with contextlib.ExitStack() as stack:
        files: dict[Connection, Scratch] = {}
        size = max(_BATCH, -(-len(paths) // _MOST_BATCHES))
        batches = [paths[start : start + size] for start in range(1, len(paths), size)]
        # The pipe holds all numbers from the start, so that nobody waits for a parent that was killed.
        numbers, into = os.pipe()
        stack.callback(os.close, numbers)
        os.write(into, b"".join(number.to_bytes(_NUMBER) for number in range(len(batches))))
        os.close(into)
        for _ in range(jobs):
            ours, theirs = context.Pipe(duplex=False)
            # Text comes back through a file: a pipe holds so little that both ends would wait for each other.
            file = Scratch(scratch)
            share = map(batches.__getitem__, _numbers(numbers))
            worker = context.Process(target=_work, args=(share, aliases, file.number, ours, theirs), daemon=True)
            with _undisturbed():
                worker.start()
            stack.callback(worker.join)
            stack.callback(worker.terminate)
            stack.enter_context(ours)
            theirs.close()
            files[ours] = file
        if meanwhile:
            meanwhile()
        while files:
            for end in cast("list[Connection]", wait(list(files))):
                try:
                    batch, start, lengths = end.recv()
                except EOFError:
                    del files[end]
                else:
                    yield _waiting(batch, start, lengths, files[end])


def _numbers(pipe: int) -> Iterator[int]:
    """Take numbers from a pipe that others read as well: what is written in one go is not torn apart."""
    while number := os.read(pipe, _NUMBER):
        yield int.from_bytes(number)


def _work(
    batches: Iterable[Sequence[str]], aliases: Aliases | None, file: int, ours: Connection, theirs: Connection
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the parent tells us
    ours.close()  # so that sending fails, and this process ends, once the parent is gone
    gc.disable()
    with contextlib.suppress(Exception):  # what goes wrong goes wrong again in the parent, which can say so
        for batch in chain.from_iterable(_read_here(paths, aliases) for paths in batches):
            theirs.send(([statements._replace(nquads=b"") for statements in batch], *_write(batch, file)))
    theirs.close()


def _spooled(batches: Iterator[list[Statements]], scratch: Path | None) -> Iterator[list[Statements]]:
    """Put the statements of many documents into a file."""
    file = Scratch(scratch)
    for batch in batches:
        yield _waiting(batch, *_write(batch, file.number), file)


def _write(batch: list[Statements], file: int) -> tuple[int, list[int]]:
    """Append the statements of documents to a file, and return where they begin and the length of each.

    Raises
    ------
    OSError
        The disk is full.

    """
    start = os.lseek(file, 0, os.SEEK_CUR)
    texts = [bytes(statements.nquads) for statements in batch]
    left = memoryview(b"".join(texts))
    while left:  # a call may write less than all: what the disk still had room for, 2 GB at most
        left = left[os.write(file, left) :]
    return start, [len(text) for text in texts]


def _waiting(batch: list[Statements], start: int, lengths: list[int], file: Scratch) -> list[Statements]:
    """Statements whose text stands in a file."""
    starts = accumulate(lengths, initial=start)
    places = zip(starts, lengths, strict=False)
    return [statements._replace(nquads=Waiting(file, *place)) for statements, place in zip(batch, places, strict=True)]


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold Ctrl-C back while a process is forked, which until it ignores it would answer with a traceback."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _may_fork() -> bool:
    """Forking is cheap and safe on Linux, in a process without other threads."""
    return sys.platform == "linux" and threading.active_count() == 1


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
