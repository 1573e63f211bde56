"""The protocol, in every order in which things can happen; docs/protocol.md tells it."""

from pathlib import Path
from pkgutil import resolve_name

import pytest

from tests.faults.model import clock, people, remover, saver, sweeper
from tests.faults.model.checker import check
from tests.faults.model.laws import I1, LAWS
from tests.faults.model.variants import EVERYBODY, MEETINGS, SAFE, WRONG

PAGE = Path(__file__).parents[3] / "docs" / "protocol.md"

EVERYTHING = {
    *saver.Saves,
    *sweeper.Sweeps,
    *remover.Removes,
    *people.Acts,
    *clock.Passes,
}
EVERYTHING_WRONG = {
    *saver.SavesWrongly,
    *sweeper.SweepsWrongly,
    *remover.RemovesWrongly,
    *people.ActsWrongly,
}
#: A walk through fewer states than this has missed something.
FEWEST = 5_000
#: A story that is longer than this tells of something else too.
LONGEST = 22


@pytest.mark.parametrize("meeting", MEETINGS)
def test_ours_keeps_every_law_whatever_happens(meeting):
    found = check(MEETINGS[meeting])
    assert found.broken is None, found
    assert found.states > FEWEST, "not everything was looked at"
    assert found.happened <= EVERYTHING


def test_everything_that_the_model_tells_of_does_happen():
    assert check(EVERYBODY).happened == EVERYTHING


@pytest.mark.parametrize("name", SAFE)
def test_a_guard_alone_is_enough_where_everybody_is_guarded(name):
    found = check(SAFE[name].protocol, laws=SAFE[name].laws)
    assert found.broken is None, found
    assert found.states > FEWEST, "not everything was looked at"


@pytest.mark.parametrize(
    "name, law",
    [
        pytest.param(name, law, id=f"{name}, {law.sentence.split(':')[0]}")
        for name, variant in WRONG.items()
        for law in variant.laws
    ],
)
def test_a_protocol_known_to_be_wrong_is_found_out_by_a_short_story(name, law):
    found = check(WRONG[name].protocol, laws=(law,))
    assert found.broken is law, found
    assert len(found.trace) <= LONGEST, found


@pytest.mark.parametrize("name", WRONG)
def test_it_is_found_out_among_all_laws_too(name):
    assert check(WRONG[name].protocol, laws=LAWS).broken is not None


def test_everything_wrong_does_happen_where_a_guard_is_missing():
    stories = [check(each.protocol, laws=each.laws[-1:]) for each in WRONG.values()]
    assert set().union(*(found.happened for found in stories)) >= EVERYTHING_WRONG


def test_the_page_tells_the_story_that_the_checker_finds():
    found = check(WRONG["neither foreign key nor lock"].protocol, laws=(I1,))
    assert str(found) in PAGE.read_text(encoding="utf-8")


def test_the_page_names_functions_that_are_there():
    rows = [
        line.split("|")[2].strip().strip("`")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and "`gallery_events." in line
    ]
    assert len(rows) > 10
    for name in rows:
        assert callable(resolve_name(name)), name
