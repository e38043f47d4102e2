"""Files that are damaged or meant to hurt: a clear finding each, no crash, no wait, no memory."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from apt_files import INFORMATION, archive, observation, program, target
from conftest import ROOT

from kb.jsonl import json_line
from kb.records import Reading
from kb.sources import read_bytes
from kb.triples import to_nquads


def verdict(data: bytes, name: str = "x.aptx") -> tuple[str, int | None]:
    (reading,) = read_bytes(data, name)
    assert reading.program is None
    assert reading.document.format == "unread"
    (finding,) = reading.findings
    assert finding.severity == "error"
    assert finding.message.startswith(name)
    assert "\n" not in finding.message
    return finding.code, finding.line


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (
            f'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><JwstProposal>&l9;</JwstProposal>',
            "xml-refused",
            2,
        ),
        ('<!DOCTYPE JwstProposal SYSTEM "file:///etc/passwd"><JwstProposal/>', "xml-refused", 1),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1/x">]><JwstProposal>&e;</JwstProposal>', "xml-refused", 1),
        ("<JwstProposal>" + "<a>" * 200 + "</a>" * 200 + "</JwstProposal>", "xml-refused", 1),
        ("<JwstProposal>" + "<ToolData>" * 1_000_000, "xml-refused", 1),
        ("<JwstProposal>" + "<a/>" * 400_000 + "</JwstProposal>", "xml-refused", 1),
        ('<JwstProposal><a b="' + "x" * 9_000_000 + '"/></JwstProposal>', "xml-refused", 1),
        ("<JwstProposal><a>" + "x" * 40_000_000 + "</a></JwstProposal>", "xml-refused", 1),
        ("<JwstProposal><a></b></JwstProposal>", "xml-broken", 1),
        ("<JwstProposal>\n\n<a>", "xml-broken", 3),
        ("<JwstProposal>&nothing;</JwstProposal>", "xml-broken", 1),
        ('<?xml version="1.0" encoding="klingon"?><JwstProposal/>', "xml-broken", 1),
        ('<?xml version="1.0"?><other/>', "format-unknown", 1),
    ],
)
def test_xml_that_is_refused(text: str, code: str, line: int) -> None:
    started = time.monotonic()
    assert verdict(text.encode(), "x.xml") == (code, line)
    if "passwd" not in text:
        assert verdict(archive({"a.xml": text})) == (code, line)
    assert time.monotonic() - started < 60  # far from a hang, even on a busy machine


def bomb() -> bytes:
    """A small archive of a member without end."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file, file.open("a.xml", "w", force_zip64=True) as member:
        member.write(b"<JwstProposal><ToolData>")
        for _ in range(280):
            member.write(b" " * 1_000_000)
    return made.getvalue()


def test_an_archive_that_grows_without_end() -> None:
    data = bomb()
    assert len(data) < 400_000
    assert verdict(data)[0] == "xml-refused"


def test_archives_in_archives_are_not_opened() -> None:
    data = archive({"a.xml": program()})
    for _ in range(20):
        data = archive({"inner.aptx": data})
    assert verdict(data)[0] == "format-unknown"


def crowd() -> bytes:
    return archive({f"{n}.xml": "" for n in range(5_000)}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (crowd(), "xml-refused"),
        (archive({"a.txt": "x"}), "format-unknown"),
        (archive({"a.xml": "<other/>", "b.xml": "<another/>"}), "format-unknown"),
        (archive({}), "format-unknown"),
        (archive({"a.xml": program()})[:-30], "zip-broken"),
        (b"PK\x03\x04" + b"\0" * 100, "zip-broken"),
        (archive({"a.xml": program()}).replace(b"a.xml", b"b.xml", 1), "zip-broken"),
    ],
    ids=["crowd", "nothing", "others", "empty", "cut", "noise", "names-differ"],
)
def test_archives_that_hold_no_program(data: bytes, code: str) -> None:
    assert verdict(data)[0] == code


def test_an_encrypted_member_is_a_damaged_archive() -> None:
    data = bytearray(archive({"a.xml": program()}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + place
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | 1)
    assert verdict(bytes(data))[0] == "zip-broken"


# Not ru_maxrss, which a process takes over from the one that started it.
LARGE = """
import sys
from pathlib import Path
from kb.sources import read
(reading,) = read(Path(sys.argv[1]))
status = Path("/proc/self/status").read_text()
most = int(status.split("VmHWM:")[1].split()[0]) // 1024
print(reading.program and reading.program.id, len(reading.observations), most)
"""


def write_large(path: Path, megabytes: int) -> Path:
    """A program whose planning tools have left a lot of notes."""
    text = program(observations=[observation(n) for n in range(1, 200)], more="<ToolData>@</ToolData>")
    head, tail = text.split("@")
    note = '<ToolValue Key="k"><Value>' + "1234567 " * 100 + "</Value></ToolValue>\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for _ in range(megabytes * 1_000_000 // len(note)):
            file.write(note)
        file.write(tail)
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_100_megabytes_takes_constant_memory(packed: bool, tmp_path: Path) -> None:
    path = write_large(tmp_path / "5001.xml", 100)
    if packed:
        with zipfile.ZipFile(tmp_path / "5001.aptx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
            file.write(path, "5001.xml")
        path = tmp_path / "5001.aptx"
    done = subprocess.run(
        [sys.executable, "-c", LARGE, str(path)], capture_output=True, text=True, check=True, cwd=ROOT, timeout=120
    )
    number, rows, memory = done.stdout.split()
    assert (number, rows) == ("5001", "199")
    assert int(memory) < 150


MANY = 20_000


@pytest.mark.parametrize(
    "text",
    [
        program(targets=[target(1, "A1 " * MANY)]),
        program(targets=[target(1, "HD-1-" * MANY)]),
        program(observations=[observation(1, label="C/2020 " * MANY)]),
        program().replace("Folder", "ab-" * MANY),
        program(information=INFORMATION.replace("A test", "CAL-1 " * MANY).replace(">GO<", ">CAL<")),
        program(information=INFORMATION.replace("Words", "program 1234 (" * MANY)),
        program(observations=[observation(1, pointed="1 " + "  x" * MANY)]),
        program(targets=[target(1, "HD-2811", "1 " * MANY)]),
        program(information=INFORMATION.replace("10.5", "1" * MANY)),
    ],
    ids=["name", "slug", "label", "folder", "title", "abstract", "target", "position", "hours"],
)
def test_texts_without_end_are_cut_and_reported(text: str) -> None:
    started = time.process_time()
    (reading,) = read_bytes(text.encode(), "x.xml")
    assert reading.program is not None
    assert "value-unreadable" in [finding.code for finding in reading.findings]
    assert len(to_nquads([reading])) < 400_000
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "words",
    ["a" * 1_000_000 + " @", "a@" * MANY, "@" * 1_000_000, "a.b@" * MANY + "c.d"],
    ids=["run", "pairs", "signs", "end"],
)
def test_looking_for_e_mail_addresses_ends(words: str) -> None:
    started = time.process_time()
    read_bytes(program(information=INFORMATION.replace("Words", words)).encode(), "x.xml")
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "text",
    [
        program(targets=[target(n, f"T-{n}") for n in range(1, 6_000)]),
        program(observations=[observation(n) for n in range(1, 6_000)]),
    ],
    ids=["targets", "observations"],
)
def test_lists_without_end_are_refused(text: str) -> None:
    assert verdict(text.encode())[0] == "xml-refused"


# --- Mutations -------------------------------------------------------------------------------------------


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flip(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    end = min(len(data), start + chance.randint(1, 2000))
    return data[:start] + data[start:end] * chance.randint(2, 20) + data[end:]


def drop(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 2000) :]


def recode(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", errors="replace")
    return text.encode(
        chance.choice(["utf-16", "utf-16-le", "utf-7", "cp037", "iso-8859-1", "utf-32"]), errors="replace"
    )


def values(data: bytes, chance: random.Random) -> bytes:
    """Put odd values where numbers and names are."""
    import re

    odd = [
        b"",
        b"-1",
        b"1e999",
        b"NaN",
        b"9" * 40,
        "\u0663\u06f3".encode(),
        b"NONE",
        b"(Obs 99999999999)",
        b"]]&gt;",
        b"\xc2\xa0",
    ]
    return re.sub(
        rb">[^<>]{1,40}<", lambda m: b">" + chance.choice(odd) + b"<" if chance.random() < 0.05 else m[0], data
    )


def swap(data: bytes, chance: random.Random) -> bytes:
    """Give elements the names of others, so that things stand where they never do."""
    import re

    names = list({m[1] for m in re.finditer(rb"<([A-Za-z]+:?[A-Za-z]+)[ >/]", data)})
    one, other = chance.choice(names), chance.choice(names)
    return re.sub(rb"(</?)" + one + rb"(?=[ >/])", rb"\1" + other, data)


def nest(data: bytes, chance: random.Random) -> bytes:
    place = data.find(b">", chance.randrange(len(data))) + 1
    depth = chance.choice([10, 90, 5000])
    return data[:place] + b"<ObservationGroup>" * depth + b"</ObservationGroup>" * depth + data[place:]


MUTATIONS = (cut, flip, repeat, drop, recode, values, swap, nest)


def mutated(corpus: Path, number: int) -> Iterator[tuple[int, bytes]]:
    sources = [path.read_bytes() for path in sorted((corpus / "apt").rglob("*")) if path.is_file()]
    for seed in range(number):
        chance = random.Random(seed)  # the same files each time
        data = chance.choice(sources)
        packed = data.startswith(b"PK") and chance.random() < 0.5
        if data.startswith(b"PK") and not packed:
            with zipfile.ZipFile(io.BytesIO(data)) as file:
                data = file.read(next(n for n in file.namelist() if n.endswith(".xml")))
        mutate: Callable[[bytes, random.Random], bytes] = chance.choice(MUTATIONS[:4] if packed else MUTATIONS)
        yield seed, mutate(data, chance)


def check(reading: Reading) -> None:
    assert reading.program is not None or [f for f in reading.findings if f.severity == "error"]
    assert not [f for f in reading.findings if "the reader failed" in f.message], reading.findings
    assert json_line(reading)
    assert to_nquads([reading])


def run_mutations(corpus: Path, number: int) -> None:
    read_whole = 0
    for seed, data in mutated(corpus, number):
        started = time.process_time()
        for reading in read_bytes(data, f"{seed}.xml"):
            check(reading)
            read_whole += reading.program is not None
        assert time.process_time() - started < 5, seed
    assert 0.05 * number < read_whole < 0.95 * number  # neither all harmless nor all fatal


def test_mutated_files_are_read_or_refused(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DEBUG", "1")
    run_mutations(corpus, 100)


@pytest.mark.full
def test_a_thousand_mutated_files_are_read_or_refused(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DEBUG", "1")
    run_mutations(corpus, 1000)
