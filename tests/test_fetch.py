"""``kb fetch``, against a server that is slow, busy, broken, or has changed its mind."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from apt_files import archive, program
from apt_service import AptService, Pages
from visit_files import schedule, status, visit

from kb.errors import ServiceError, SourceError
from kb.fetch import Fetched, fetch, fetch_schedules
from kb.sources import MAX_BYTES, read

Runner = Callable[..., "subprocess.CompletedProcess[str]"]
NOISE = random.Random(0).randbytes(300_000)  # does not shrink: what is cut is cut in the middle


def packed(number: int, more: str = "") -> bytes:
    return archive({"noise": NOISE, f"{number}.xml": program(number) + more})


@pytest.fixture
def service() -> Iterator[AptService]:
    with AptService({number: packed(number) for number in (1001, 1002, 1003, 1004, 1005)}) as made:
        yield made


@pytest.fixture
def get(service: AptService, tmp_path: Path) -> Callable[..., list[Fetched]]:
    return partial(fetch, folder=tmp_path, addresses=[service.address], timeout=0.5, retries=2, pause=0.01)


def statuses(service: AptService) -> list[int]:
    return [status for _, _, status in service.asked]


def test_files_come_whole_and_are_programs(
    service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    done = get([1001, 1002, 1001])
    assert [(one.wanted, one.outcome) for one in done] == [(1001, "fetched"), (1002, "fetched")]
    assert (tmp_path / "1001.aptx").read_bytes() == service.files[1001]
    (reading,) = read(tmp_path / "1002.aptx")
    assert reading.program is not None
    assert reading.program.id == 1002
    assert sorted(path.name for path in tmp_path.iterdir()) == [".kb-fetch.json", "1001.aptx", "1002.aptx"]
    assert service.asked[0][1]["User-Agent"].startswith("jwst-kb/")


def test_at_most_two_at_a_time(service: AptService, get: Callable[..., list[Fetched]]) -> None:
    service.delay = 0.05
    assert len(get([1001, 1002, 1003, 1004, 1005])) == 5
    assert service.busiest == 2


def test_what_is_there_is_not_loaded_again(
    service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    get([1001])
    before = (tmp_path / "1001.aptx").stat().st_mtime_ns
    assert [one.outcome for one in get([1001])] == ["unchanged"]
    assert statuses(service) == [200, 304]
    assert (tmp_path / "1001.aptx").stat().st_mtime_ns == before
    service.change(1001, packed(1001, "<!-- new -->"))
    assert [one.outcome for one in get([1001])] == ["fetched"]
    assert (tmp_path / "1001.aptx").read_bytes() == service.files[1001]


def test_a_date_alone_tells_too_what_is_unchanged(service: AptService, get: Callable[..., list[Fetched]]) -> None:
    service.strong = False
    get([1001])
    assert [one.outcome for one in get([1001])] == ["unchanged"]


@pytest.mark.parametrize("fetched_before", [True, False])
def test_a_file_of_ones_own_is_never_replaced(
    fetched_before: bool, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    if fetched_before:
        get([1001])
    (tmp_path / "1001.aptx").write_bytes(b"mine")
    (refused,) = get([1001])
    assert refused.outcome == "failed"
    assert "move it" in refused.message
    assert (tmp_path / "1001.aptx").read_bytes() == b"mine"


@pytest.mark.parametrize("mode", ["busy", "many", "error", "reset", "slow", "damaged"])
def test_failures_that_pass_are_asked_again(mode: str, service: AptService, get: Callable[..., list[Fetched]]) -> None:
    service.modes[1001] = [mode, mode]
    assert [one.outcome for one in get([1001])] == ["fetched"]
    assert len(service.asked) >= (1 if mode == "slow" else 3)


def test_failures_that_do_not_pass_end_and_leave_what_was_there(
    service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    get([1001])
    service.change(1001, packed(1001, "<!-- new -->"))
    service.modes[1001] = ["busy"] * 3
    done = get([1001, 1002])
    assert [(one.outcome, one.path) for one in done] == [("failed", None), ("fetched", tmp_path / "1002.aptx")]
    assert "answers 503, asked 3 times: try again later" in done[0].message
    assert (tmp_path / "1001.aptx").read_bytes() != service.files[1001]
    (reading,) = read(tmp_path / "1001.aptx")
    assert reading.program is not None


def test_pauses_double(service: AptService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("kb.download.time.sleep", pauses.append)
    service.modes[1001] = ["error"] * 9
    fetch([1001], tmp_path, [service.address], retries=8, pause=1.0)
    assert [seconds for seconds in pauses if seconds] == [1, 2, 4, 8, 16, 32, 60, 60]  # the server sleeps for 0


def test_what_broke_off_goes_on_where_it_ended(
    service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    service.modes[1001] = ["cut"]
    assert [one.outcome for one in get([1001])] == ["fetched"]
    assert statuses(service) == [200, 206]
    assert int(service.asked[1][1]["Range"].removeprefix("bytes=").removesuffix("-")) > 100_000
    assert (tmp_path / "1001.aptx").read_bytes() == service.files[1001]


def test_another_run_goes_on_too_but_never_joins_two_versions(
    service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    service.modes[1001] = ["cut"]
    assert [one.outcome for one in get([1001], retries=0)] == ["failed"]
    assert not (tmp_path / "1001.aptx").exists()
    service.change(1001, packed(1001, "<!-- new -->"))
    assert [one.outcome for one in get([1001])] == ["fetched"]
    assert statuses(service) == [200, 200]
    assert (tmp_path / "1001.aptx").read_bytes() == service.files[1001]


@pytest.mark.parametrize("mode", ["whole", "wrong-range"])
def test_servers_that_do_not_know_ranges(
    mode: str, service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    service.modes[1001] = ["cut", mode]
    assert [one.outcome for one in get([1001])] == ["fetched"]
    assert (tmp_path / "1001.aptx").read_bytes() == service.files[1001]


def test_weak_tags_join_nothing(service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path) -> None:
    service.strong = False
    service.modes[1001] = ["cut"]
    assert [one.outcome for one in get([1001])] == ["fetched"]
    assert statuses(service) == [200, 200]


@pytest.mark.parametrize(
    ("number", "mode", "word"),
    [(9999, "", "404 at"), (1001, "html", "a page instead of a file"), (1001, "page-as-zip", "no archive at")],
)
def test_what_is_not_public_is_said_to_be_so_and_asked_once(
    number: int, mode: str, word: str, service: AptService, get: Callable[..., list[Fetched]], tmp_path: Path
) -> None:
    service.modes[number] = [mode]
    (done,) = get([number])
    assert (done.outcome, done.path) == ("not-public", None)
    assert done.message.startswith(f"program {number} is not public")
    assert word in done.message
    assert len(service.asked) == 1
    assert not (tmp_path / f"{number}.aptx").exists()


def test_the_next_address_is_asked_where_one_has_nothing(service: AptService, tmp_path: Path) -> None:
    service.modes[1001] = ["html"]
    older = service.address.replace("/apt/", "/older/")
    (done,) = fetch([1001], tmp_path, [service.address, older])
    assert done.outcome == "fetched"


def test_redirects_are_followed_and_other_refusals_end(service: AptService, get: Callable[..., list[Fetched]]) -> None:
    service.modes[1001], service.modes[1002] = ["elsewhere"], ["teapot"]
    moved, refused = get([1001, 1002])
    assert moved.outcome == "fetched"
    assert (refused.outcome, "answers 418" in refused.message) == ("failed", True)


def test_a_trickle_ends(service: AptService, tmp_path: Path) -> None:
    service.modes[1001] = ["trickle"]
    started = time.monotonic()
    (done,) = fetch([1001], tmp_path, [service.address], timeout=5, retries=0, longest=0.3)
    assert done.outcome == "failed"
    assert "seconds for one file" in done.message
    assert time.monotonic() - started < 5


def test_nobody_there_and_nowhere_to_write(tmp_path: Path) -> None:
    (done,) = fetch([1001], tmp_path, ["http://127.0.0.1:9/{id}"], retries=0)
    assert (done.outcome, "no answer" in done.message) == ("failed", True)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(SourceError, match="file"):
        fetch([1001], tmp_path / "file" / "folder", [])


def test_the_command(service: AptService, tmp_path: Path, run: Runner) -> None:
    line = f"kb fetch 1001 9999 --out {tmp_path} --address {service.address} -f csv"
    done = run(line)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "program,outcome,file,bytes",
        f"1001,fetched,{tmp_path}/1001.aptx,{len(service.files[1001])}",
        "9999,not-public,,",
    ]
    assert done.stderr.startswith("kb: program 9999 is not public")
    assert done.stderr.count("\n") == 1
    good = run(f"{line.replace(' 9999', '')} && kb read {tmp_path} | wc -l")
    assert (good.returncode, good.stdout.split()[-1], good.stderr) == (0, "1", "")
    assert run("kb fetch 0").returncode == 2
    odd = run("kb fetch 1001 --address file:///etc/passwd")
    assert odd.returncode == 1
    assert "no address of program files" in odd.stderr


PLAN = schedule([("1:2:3", "FINEGUIDE", "PRIME TARGETED FIXED", "2026-08-17T04:17:38Z", "00/00:32:00")])
INDEX = """<html><a href="/files/20260817_report_20260814.txt">week</a>
<a href='/files/20260817_report_20260815.txt'>again</a>
<a href="other.txt">other</a> <a href="http://127.0.0.1:9/20260810_report_20260807.txt">before</a></html>"""


ELSEWHERE = (
    INDEX
    + """<a href="file:///{}/20260817_report_20260816.txt">a file</a>
<a href="http://[x/20260817_report_20260816.txt">broken</a> <a href="ftp://127.0.0.1/20260817_report_20260816.txt">f</a>
<a href="//localhost/files/20260817_report_20260816.txt">another host</a>"""
)


@pytest.fixture
def pages() -> Iterator[Pages]:
    files = {
        "/visits/?program=5002": ("text/xml", status(5002, [visit(1)])),
        "/visits/?program=5003": ("text/html", "<html>This program has no visits.</html>"),
        "/visits/?program=5004": ("text/xml", "<html>Nothing here</html>"),
        "/visits/?program=5005": ("text/plain", "no data"),
        "/index": ("text/html", INDEX),
        "/empty": ("text/html", "<html></html>"),
        "/visits/?program=5007": ("text/xml", "<" + " " * MAX_BYTES),
        "/files/20260817_report_20260815.txt": ("text/plain", PLAN),
    }
    with Pages({path: (kind, text.encode()) for path, (kind, text) in files.items()}) as made:
        yield made


def test_reports_on_visits_come_whole_or_not_at_all(pages: Pages, tmp_path: Path) -> None:
    numbers = (5002, 5003, 5004, 5005, 5006)
    address = f"{pages.address}/visits/?program={{id}}"
    done = fetch(numbers, tmp_path, [address], retries=0, visits=True)
    assert [one.outcome for one in done] == ["fetched", "not-public", "failed", "not-public", "not-public"]
    assert done[1].message.startswith("no report on the visits of program 5003 (a page instead of a file")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".kb-fetch.json", "5002-visits.xml"]
    (reading,) = read(tmp_path / "5002-visits.xml")
    assert [report.name for report in reading.reports] == ["5002:1:1"]


def test_the_newest_schedule_of_a_week(pages: Pages, tmp_path: Path) -> None:
    index = f"{pages.address}/index"
    done = fetch_schedules(["2026-08-17", "2026-08-24", "2026-08-10"], tmp_path, index, retries=0)
    assert [(one.wanted, one.outcome) for one in done] == [
        ("2026-08-17", "fetched"),
        ("2026-08-24", "not-public"),
        ("2026-08-10", "failed"),
    ]
    assert done[0].path == tmp_path / "20260817_report_20260815.txt"
    assert done[1].message == "no schedule of the week of 2026-08-24"
    for path, word in (("empty", "lists no schedules"), ("nowhere", "404 at")):
        with pytest.raises(ServiceError, match=word):
            fetch_schedules(["2026-08-17"], tmp_path, f"{pages.address}/{path}", retries=0)


def test_links_that_lead_away_from_the_index_are_not_followed(pages: Pages, tmp_path: Path) -> None:
    own = tmp_path / "20260817_report_20260816.txt"
    own.write_text(PLAN)
    pages.files["/elsewhere"] = ("text/html", ELSEWHERE.replace("{}", str(tmp_path)).encode())
    (done,) = fetch_schedules(["2026-08-17"], tmp_path / "out", f"{pages.address}/elsewhere", retries=0)
    assert (done.outcome, done.path) == ("fetched", tmp_path / "out" / "20260817_report_20260815.txt")


def test_what_is_too_large_is_refused_at_once(pages: Pages, tmp_path: Path) -> None:
    (done,) = fetch([5007], tmp_path, [f"{pages.address}/visits/?program={{id}}"], retries=3, pause=0, visits=True)
    assert done.outcome == "failed"
    assert done.message.endswith("more than 20 MB: no report on visits")
    assert [path.name for path in tmp_path.iterdir()] == [".kb-fetch.json"]


def test_the_command_for_reports(pages: Pages, tmp_path: Path, run: Runner) -> None:
    done = run(f"kb fetch --week 2026-08-17 --out {tmp_path} --address {pages.address}/index -f csv")
    name = f"{tmp_path}/20260817_report_20260815.txt"
    assert done.stdout.splitlines() == ["week,outcome,file,bytes", f"2026-08-17,fetched,{name},{len(PLAN)}"]
    more = run(f"kb fetch 5002 --visits --out {tmp_path} --address '{pages.address}/visits/?program={{id}}' -f csv")
    assert more.stdout.splitlines()[1].startswith("5002,fetched,")
    for line in ("kb fetch", "kb fetch 1 --week 2026-08-17", "kb fetch --week 2026-08-32"):
        assert run(line).returncode == 2
