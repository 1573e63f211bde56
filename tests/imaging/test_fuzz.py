"""The fuzzer runs, finds nothing in a short run, and would find what it looks for."""

import os
import re
import signal
import struct
import subprocess
import sys

import pytest

from gallery_events.imaging import ingest
from gallery_events.imaging.svg import rules
from tests.imaging.drawings import svg
from tests.imaging.fuzz import judging, processes, seeds
from tests.imaging.fuzz.judging import Finding, judged
from tests.imaging.fuzz.mutations import MUTATIONS
from tests.imaging.fuzz.parts import parts_of
from tests.imaging.made import animation, gif, probed, quarters, saved
from tests.system.pages import ROOT


def fuzz(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "tests.imaging.fuzz", "--findings", folder, *arguments],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip


def test_a_short_run_finds_nothing_and_tells_what_it_saw(tmp_path):
    ended = fuzz(tmp_path / "found", "--runs", "100", "--seed", "5")

    assert ended.returncode == 0, ended.stdout
    assert not (tmp_path / "found").exists()
    last = ended.stdout.splitlines()[-1]
    runs, accepted, refused, findings = re.search(
        r"(\d+) runs: (\d+) accepted, (\d+) refused \(.+\), (\d+) findings", last
    ).groups()
    assert int(runs) == int(accepted) + int(refused) == 100
    assert int(accepted) >= 3
    assert findings == "0"


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def unseen():
    raise LookupError("nobody thought of it")


def wrong():
    raise Finding("pixels: they changed")


def silent():
    os._exit(3)


def endless():
    while True:
        pass


# Where other threads run, Python 3.12 warns of every fork: these are in a process of its own.
@pytest.mark.parametrize(
    "name, told",
    [
        ("crash", "crash: SIGSEGV"),
        ("unseen", "nobody thought of it"),
        ("wrong", "pixels: they changed"),
        ("silent", "crash: it ended without an answer"),
        ("endless", "hang: no answer"),
    ],
)
def test_what_must_not_be_is_found(name, told):
    program = (
        "from tests.imaging import test_fuzz as t; "
        "from tests.imaging.fuzz import processes as p; "
        f"p.PATIENCE = 2; print(p.alone(t.{name}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert ended.stdout.startswith("('finding'")
    assert told in ended.stdout


SECRET = saved(quarters(), "JPEG", comment=seeds.SECRET)
WITHIN = svg('<image href="/etc/passwd"/>')


@pytest.fixture
def _patient(monkeypatch):
    """Judge whatever this process has used: it is old and has seen much."""
    monkeypatch.setattr(judging, "SECONDS", 10**9)
    monkeypatch.setattr(judging, "MEMORY", 10**12)


# Each takes a guard away, to show that the fuzzer would see that it is missing.
@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize(
    "data, guard, instead, kind",
    [
        (SECRET, (ingest, "cut"), lambda content, **_: content, "secret"),
        (WITHIN, (rules, "_address"), lambda *given: given[1], "svg"),
        (SECRET, (judging, "SECONDS"), 0, "time"),
        (SECRET, (judging, "MEMORY"), 1, "memory"),
    ],
    ids=["secret", "address", "time", "memory"],
)
def test_a_guard_that_is_missing_is_seen(monkeypatch, data, guard, instead, kind):
    if kind in ("secret", "svg"):
        assert judged(data, secrets=True).startswith("accepted")
    monkeypatch.setattr(*guard, instead)

    with pytest.raises(Finding, match=f"^{kind}: "):
        judged(data, secrets=True)


def test_pixels_that_stripping_changes_are_seen():
    before, after = saved(quarters(), "PNG"), saved(quarters().rotate(180), "PNG")

    judging._check_pixels(before, before, probed(before))
    with pytest.raises(Finding, match=r"^pixels: "):
        judging._check_pixels(before, after, probed(before))


@pytest.mark.usefixtures("_patient")
def test_a_text_that_was_made_pixels_is_part_of_the_picture(monkeypatch):
    whole = saved(quarters(), "TIFF", description=judging.SECRET.decode())
    pixels, words = whole.index(quarters().tobytes()), whole.index(judging.SECRET)
    assert words < pixels
    moved = whole.replace(struct.pack("<I", pixels), struct.pack("<I", words))

    assert judged(whole, secrets=True) == "accepted TIFF cut"
    assert judged(moved, secrets=True) == "accepted TIFF cut"
    monkeypatch.setattr(judging, "_painted", lambda *_: 0)
    with pytest.raises(Finding, match=r"^secret: "):
        judged(moved, secrets=True)


def with_text(data, at):
    return data[:at] + seeds.SECRET + data[at + len(seeds.SECRET) :]


@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_a_text_among_the_rows_of_a_bmp_is_part_of_the_picture(mode):
    # 31 pixels leave room at the end of each row of 24 bits, which the text goes over here.
    plain = saved(quarters((31, 17)).convert(mode), "BMP")
    (start,) = struct.unpack_from("<I", plain, 10)
    inside, last = with_text(plain, start + 80), with_text(plain, len(plain) - len(seeds.SECRET))

    assert judged(inside, secrets=True) == judged(last, secrets=True) == "accepted BMP kept"
    assert judged(inside + seeds.SECRET, secrets=True) == "accepted BMP cut"


@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize("by", [-1, 1])
def test_a_text_that_only_touches_the_rows_of_a_bmp_is_none(monkeypatch, by):
    plain = saved(quarters(), "BMP") + seeds.SECRET
    (start,) = struct.unpack_from("<I", plain, 10)
    at = start - 1 if by < 0 else len(plain) - 2 * len(seeds.SECRET) + 1
    monkeypatch.setattr(ingest, "cut", lambda content, **_: content)

    with pytest.raises(Finding, match=r"^secret: "):
        judged(with_text(plain[: len(plain) - len(seeds.SECRET) + 1], at), secrets=True)


def test_a_process_has_its_limits():
    assert processes.CPU < processes.PATIENCE


@pytest.mark.parametrize(
    "data",
    [
        *(saved(quarters(), name) for name in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")),
        *(animation(name) for name in ("PNG", "WEBP", "GIF")),
        gif(3),
    ],
)
def test_the_parts_of_a_file_are_the_file(data):
    found = parts_of(data)

    assert found.parts
    assert found.joined(found.parts) == data


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_same_seed_makes_the_same_file(name):
    from random import Random

    data, others = saved(quarters(), "PNG"), [saved(quarters(), "GIF")]
    made = [MUTATIONS[name](data, Random(3), others) for _ in range(2)]
    assert made[0] == made[1]
