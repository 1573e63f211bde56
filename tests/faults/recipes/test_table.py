"""The page of faults and the tests agree: each number has its proof, each proof its number."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "faults.md"
NUMBERS = range(1, 67)


@pytest.fixture(autouse=True)
def promises():
    """Ask nothing of the database: a page is read."""


def table():
    """Return (what happens, names of tests) by number."""
    rows = re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|([^|]*)\|$", PAGE.read_text(), re.MULTILINE)
    assert len(rows) == len({number for number, _, _ in rows}), "a number stands there twice"
    return {int(number): (happens.strip(), names(tests)) for number, happens, tests in rows}


def names(text):
    return re.findall(r"`(test_\w+)`", text)


def defined_below(*folders):
    """Return how often a test of each name is defined below these folders."""
    found = [
        name
        for folder in folders
        for path in folder.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(), re.MULTILINE)
    ]
    return {name: found.count(name) for name in found}


@pytest.mark.parametrize("number", NUMBERS)
def test_each_fault_has_its_tests_or_a_reason_for_none(number):
    happens, tests = table()[number]
    if happens.startswith("not applicable: "):
        assert not tests
    else:
        assert tests
        known = defined_below(ROOT / "tests")
        assert {name: known.get(name, 0) for name in tests} == dict.fromkeys(tests, 1)


def test_each_recipe_stands_in_the_row_of_its_number():
    rows = table()
    for name in defined_below(Path(__file__).parent):
        for number in re.findall(r"^test_recipe_(\d+)_", name):
            assert name in rows[int(number)][1], f"{name} is missing from {PAGE.name}"
