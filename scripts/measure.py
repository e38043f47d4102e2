"""What the scripts that measure have in common: a table, and what a process costs."""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KB = [sys.executable, "-c", "from kb.cli import main; main()"]
#: The least that a build or a dump can be, to be set beside ours.
BARE = [sys.executable, str(ROOT / "scripts" / "bare.py")]


@dataclass(frozen=True)
class Run:
    """What a process and its children cost: seconds of the clock and of processors, and the most memory, in MB."""

    seconds: float
    processor: float
    memory: float


class Table:
    """Figures in the order in which they were measured, printed as they come."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.figures: dict[str, float] = {}
        self._quiet = quiet

    def add(self, name: str, value: float, unit: str = "s", note: str = "") -> float:
        self.figures[f"{name} [{unit}]"] = round(value, 3)
        if not self._quiet:
            print(f"{name:52}{value:10.3f} {unit:3} {note}".rstrip(), flush=True)
        return value


def timed(action: Callable[[], object], runs: int = 1) -> float:
    """Median seconds of some runs."""
    seconds = []
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def working(action: Callable[[], object], runs: int) -> float:
    """Median processor seconds of some runs: what one thread works, whatever else the machine does meanwhile."""
    seconds = []
    for _ in range(runs):
        gc.collect()
        start = time.process_time()
        action()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def loop() -> float:
    """Seconds of ten million steps of nothing, which tell how fast this machine is just now."""
    start = time.perf_counter()
    for _ in range(10_000_000):
        pass
    return time.perf_counter() - start


def kb(*arguments: str) -> Run:
    """Run ``kb``."""
    return process(*KB, *arguments)


def process(*command: str) -> Run:
    """Run a command, without its output."""
    peak = 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # Users' Python keeps modules compiled; where the environment forbids it, every command would compile them anew.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.03):
            peak = max(peak, held(running.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, status, usage = os.wait4(running.pid, 0)
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed")
    return Run(seconds, usage.ru_utime + usage.ru_stime, max(peak / 1e6, usage.ru_maxrss / 1e3))


def held(pid: int) -> int:
    """Bytes of memory of a process and its children, what they share once; 0 where the system does not say."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return own * 1024 + sum(held(int(child)) for child in children)


def measure_dump(store: str, table: Table) -> tuple[Run, Run]:
    """Sorted N-Triples of a store beside a bare dump; return both."""
    (data,) = (path for path in Path(store).glob("snapshots/*/data") if path.parent.name == current(store))
    bare = process(*BARE, "dump", str(data), f"{store}-bare.nt")
    ours = kb("--store", store, "--quiet", "export", f"{store}.nt")
    size = Path(f"{store}.nt").stat().st_size / 1e6
    table.add("sorted N-Triples, size", size, "MB")
    table.add("sorted N-Triples, rate", size / ours.seconds, "MB/s")
    table.add("bare dump, rate", size / bare.seconds, "MB/s")
    table.add("sorted N-Triples / bare dump, seconds", ours.seconds / bare.seconds, "x")
    table.add("sorted N-Triples / bare dump, processor", ours.processor / bare.processor, "x")
    table.add("sorted N-Triples, peak memory", ours.memory, "MB")
    return bare, ours


def current(store: str) -> str:
    return (Path(store) / "CURRENT").read_text(encoding="utf-8").strip()
