"""The benchmarks run as a whole: every row comes out, small and without a judgement."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.sqlite
def test_a_quick_run_prints_every_row():
    printed = run("--database", "sqlite")

    for row in ("simple-history on JSON", "m2m_fields", "nothing due", "purged", "JPEG"):
        assert row in printed, printed
    for row in ("sorl-thumbnail", "memory of one upload", "4 at once: a second"):
        assert row in printed, printed
    for row in (
        "renditions, WEBP",
        "renditions, AVIF",
        "decoding and scaling",
        "the ladder: memory",
    ):
        assert row in printed, printed
    for row in ("pages of 100", "Django's formset", "history page"):
        assert row in printed, printed
    for row in ("with the page: ours", "jQuery File Upload", "Uppy: dashboard", "FilePond"):
        assert row in printed, printed
    for row in ("ours, with audit", "what audit adds", "with audit: drift", "rows beside"):
        assert row in printed, printed


@pytest.mark.postgresql
def test_what_only_postgresql_can_tell_is_told():
    printed = run("--database", "postgresql", "audited_saves", "drift")

    # The other package is measured, or said to be missing: it is never left out in silence.
    for row in ("django-pghistory", "bytes kept", "gallery_rebuild --check"):
        assert row in printed, printed


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
