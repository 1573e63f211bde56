"""The benchmarks run as a whole: every row comes out, small and without a judgement."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.sqlite
def test_a_quick_run_prints_every_row():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--database", "sqlite"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    for row in ("simple-history on JSON", "m2m_fields", "nothing due", "purged", "JPEG"):
        assert row in done.stdout, done.stdout
