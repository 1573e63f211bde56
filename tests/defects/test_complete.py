"""Each known defect of the predecessor is told of, and has a test that is named after it."""

import ast
import re

from tests.system.pages import ROOT, rows, section

#: How many of each kind there are: broken, unsafe, slow or hard to use.
KNOWN = [*(f"B{n}" for n in range(1, 40)), *(f"X{n}" for n in range(1, 13)),
         *(f"P{n}" for n in range(1, 16))]  # fmt: skip


def told():
    found = []
    for heading in ("Broken, or losing pictures", "Unsafe", "Slow, and hard to use"):
        found += rows(section("known-defects.md", f"## {heading}"))
    return found


def named_by_tests():
    """Return the defects that names of tests begin with, such as test_b06_and_b07."""
    names = [
        each.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(each, ast.FunctionDef) and re.match(r"test_[bxp]\d", each.name)
    ]
    return {
        kind.upper() + number
        for name in names
        for kind, number in re.findall(r"_([bxp])0*(\d+)(?=_|$)", name)
    }


def test_each_is_told_with_what_is_here_instead():
    assert len(KNOWN) == 66
    assert [row[0] for row in told()] == KNOWN
    assert all(len(row) == 3 and all(row) for row in told())


def test_each_has_a_test_of_its_name():
    assert sorted(set(KNOWN) - named_by_tests()) == []
