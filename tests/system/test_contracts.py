import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_each_floor_imports_only_downwards():
    """In a process of its own: the linter silences every logger of the one that it runs in."""
    linter = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", linter], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_the_domain_imports_the_standard_library_only():
    graph = grimp.build_graph("gallery_events", include_external_packages=True, cache_dir=None)
    domain = {"gallery_events.domain"} | graph.find_descendants("gallery_events.domain")
    imported = {
        name
        for module in domain
        for name in graph.find_modules_directly_imported_by(module) - domain
        if name.split(".")[0] not in sys.stdlib_module_names
    }

    assert imported == set()


def test_every_package_of_the_wheel_has_floors():
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    roots = set(config["importlinter"]["root_packages"].split())
    floors = {
        config[name]["containers"]
        for name in config.sections()
        if config[name].get("type") == "layers"
    }

    assert roots == floors == {"gallery_events", "audit"}
