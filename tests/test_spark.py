"""Reading on a real Spark cluster of two workers: the same statements as a build here, also when a worker is killed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from conftest import ROOT
from pages import page, write_pages
from servers import free_port, oxigraph, running

from kb.build import build
from kb.iris import DERIVED_GRAPH, SHARED_GRAPH
from kb.store import open_store
from kb.store.push import derive

pytestmark = pytest.mark.full


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Run a master and two workers of one core each on loopback."""
    pyspark = pytest.importorskip("pyspark", reason="no Spark: pip install 'jwst-kb[spark]'")
    if shutil.which("java") is None:
        pytest.skip("no Java: apt-get install openjdk-17-jre-headless")
    home = Path(pyspark.__file__).parent
    os.environ.update(
        SPARK_HOME=str(home), SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable, PYTHONPATH=str(ROOT)
    )
    start = [str(home / "bin" / "spark-class")]
    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    name = "org.apache.spark.deploy"
    with ExitStack() as stack:
        master = [*start, f"{name}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
        (folder / "master").mkdir()
        stack.enter_context(running(master, port, folder / "master", 300))
        workers = []
        for number in range(2):
            place, listens = folder / f"worker{number}", free_port()
            place.mkdir()
            words = ["--cores", "1", "--memory", "1200m", "--work-dir", str(place), "--webui-port", "0"]
            command = [*start, f"{name}.worker.Worker", "--host", "127.0.0.1", "--port", str(listens), *words, url]
            workers.append(stack.enter_context(running(command, listens, place, 300)))
        yield url, workers


def statements(folder: Path) -> set[str]:
    lines = (path.read_bytes().decode().split("\n") for path in folder.glob("part-*"))
    return {line for part in lines for line in part if line}


def built(store: Path) -> set[str]:
    with open_store(store) as opened:
        return {
            f"{line} <{name}> ."
            for name, text in opened.ntriples()
            if name not in (SHARED_GRAPH, DERIVED_GRAPH)
            for line in re.sub(rb" \.\n", b"\n", text).decode().split("\n")
            if line
        }


def test_a_cluster_reads_what_a_build_reads(tmp_path: Path) -> None:
    pages = write_pages(tmp_path / "in", range(1, 121))
    (pages / "again").mkdir()
    (pages / "again" / "7.md").write_text(page(7, "Described twice"), encoding="utf-8")
    (pages / "notes.txt").write_text("no document\n", encoding="utf-8")
    (pages / ".hidden.md").write_text(page(9999), encoding="utf-8")
    build([pages], tmp_path / "store")
    command = [sys.executable, "-m", "kb", "build", "--engine", "spark", str(pages)]
    with cluster(tmp_path) as (url, workers):
        whole = [*command, "--master", url, "--out", str(tmp_path / "whole")]
        done = subprocess.run(whole, capture_output=True, text=True, check=False, timeout=600)
        assert done.stderr.splitlines()[-1] == (
            f"{tmp_path}/whole: 120 programs from 122 documents, 2 of these without a program"
        )
        assert statements(tmp_path / "whole") == built(tmp_path / "store")
        again = subprocess.run(whole, capture_output=True, text=True, check=False, timeout=600)
        assert (again.returncode, "already exists" in again.stderr.splitlines()[-1]) == (1, True)

        killed = [*command, "--master", url, "--out", str(tmp_path / "killed")]
        with subprocess.Popen(killed, stderr=subprocess.PIPE) as process:
            while process.poll() is None and not list((tmp_path / "killed").glob("_temporary/*/*")):
                time.sleep(0.02)
            assert process.poll() is None, "it was done before a worker could be killed"
            executors = subprocess.run(
                ["pgrep", "-P", str(workers[0].pid)], capture_output=True, text=True, check=False
            )
            for pid in (workers[0].pid, *map(int, executors.stdout.split())):
                os.kill(pid, signal.SIGKILL)
            process.communicate(timeout=300)
            assert process.returncode == 0
        assert statements(tmp_path / "killed") == built(tmp_path / "store")


def test_parts_and_rules_make_the_store_of_a_build(tmp_path: Path) -> None:
    import requests

    pytest.importorskip("pyspark", reason="no Spark: pip install 'jwst-kb[spark]'")
    from kb.spark import build_parts

    pages = write_pages(tmp_path / "in", range(1, 21))
    build([pages], tmp_path / "store")
    report = build_parts([str(pages)], str(tmp_path / "parts"), "local[2]")
    assert (report.documents, report.programs, report.failed) == (20, 20, 0)
    with oxigraph(tmp_path / "server") as base, open_store(tmp_path / "store") as here:
        for part in (tmp_path / "parts").glob("part-*"):
            headers = {"Content-Type": "application/n-quads"}
            requests.post(f"{base}/store", data=part.read_bytes(), headers=headers, timeout=60).raise_for_status()
        assert derive(f"{base}/query") == len(here)
        with open_store(f"{base}/query") as there:
            assert {n: sorted(t.splitlines()) for n, t in there.ntriples()} == {
                n: sorted(t.splitlines()) for n, t in here.ntriples()
            }
