"""What a row says of its renditions: whatever happens in whatever order, no file is forgotten."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.renditions import (
    is_made,
    is_planned,
    is_wanted,
    plan,
    record,
    unwritten,
    was_begun,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def made(name, *, size=10):
    return {"name": name, "width": 320, "height": 240, "content_type": "image/webp", "size": size}


def name_of(key, recipe):
    return f"folder/{key}-{recipe}.webp"


#: A maker plans, and later, perhaps, records; several do so in any order.
steps = st.lists(
    st.tuples(
        st.sampled_from(["plan", "record"]),
        st.sampled_from(["w320", "w640", "fallback"]),
        st.sampled_from(["aaaaaa", "bbbbbb", "cccccc"]),
    ),
    max_size=30,
)


@given(steps)
def test_every_name_that_was_ever_planned_stays_known(taken):
    entries, known = {"thumbnail": made("folder/thumbnail.jpg")}, {"folder/thumbnail.jpg"}
    for step, key, recipe in taken:
        name = name_of(key, recipe)
        if step == "plan" and is_wanted(entries, key, name, remake=True):
            entries = plan(entries, key, name, since=NOW)
            known.add(name)
        elif step == "record" and is_planned(entries, key, name):
            entries = record(entries, key, name, made(name))
        assert {each["name"] for each in entries.values()} == known


@given(steps)
def test_a_file_is_written_only_when_its_name_is_known_and_what_was_shown_stays_shown(taken):
    entries, shown, written = {}, set(), set()
    for step, key, recipe in taken:
        name = name_of(key, recipe)
        if step == "plan" and is_wanted(entries, key, name, remake=True):
            entries = plan(entries, key, name, since=NOW)
        elif step == "record" and is_planned(entries, key, name):
            assert name in {each["name"] for each in entries.values()}
            entries = record(entries, key, name, made(name))
            shown.add(key)
            written.add(name)
        assert {key for key, each in entries.items() if is_made(each)} == shown
        assert unwritten(entries) <= {each["name"] for each in entries.values()}
        assert shown.issubset(entries)


@given(steps)
def test_bytes_that_are_written_stay_counted(taken):
    entries, written = {}, set()
    for step, key, recipe in taken:
        name = name_of(key, recipe)
        if step == "plan" and is_wanted(entries, key, name, remake=True):
            if name in written:
                written.discard(name)  # it is to be replaced, and counts again when it is
            entries = plan(entries, key, name, since=NOW)
        elif step == "record" and is_planned(entries, key, name):
            entries = record(entries, key, name, made(name))
            written.add(name)
        assert sum(each["size"] for each in entries.values()) == 10 * len(written)


def test_what_is_made_is_wanted_again_only_by_another_recipe():
    entries = {"w320": made("a-1.webp")}
    assert not is_wanted(entries, "w320", "a-1.webp", remake=True)
    assert not is_wanted(entries, "w320", "a-2.webp")
    assert is_wanted(entries, "w320", "a-2.webp", remake=True)
    assert is_wanted(entries, "w640", "b-1.webp")


def test_the_second_maker_finds_nothing_left_to_write():
    entries = plan({}, "w320", "a-1.webp", since=NOW)
    assert is_planned(entries, "w320", "a-1.webp")
    entries = record(entries, "w320", "a-1.webp", made("a-1.webp"))
    assert not is_planned(entries, "w320", "a-1.webp")


def test_nothing_is_written_that_somebody_has_taken_from_the_row():
    assert not is_planned({}, "w320", "a-1.webp")
    assert not is_planned(plan({}, "w320", "a-2.webp", since=NOW), "w320", "a-1.webp")


def test_a_name_that_the_storage_gave_instead_is_known_beside_the_planned_one():
    entries = record(
        plan({}, "w320", "a-1.webp", since=NOW), "w320", "a-1.webp", made("a-1_x.webp")
    )
    assert entries["w320"] == made("a-1_x.webp")
    assert {each["name"] for each in entries.values()} == {"a-1.webp", "a-1_x.webp"}


def test_who_began_is_given_so_long_and_no_longer():
    entries = plan({}, "w320", "a-1.webp", since=NOW)
    assert was_begun(entries, "w320", now=NOW + MINUTE - timedelta(seconds=1), patience=MINUTE)
    assert not was_begun(entries, "w320", now=NOW + MINUTE, patience=MINUTE)
    assert not was_begun(entries, "w640", now=NOW, patience=MINUTE)
    assert not was_begun({"w320": {"name": "a", "size": 0}}, "w320", now=NOW, patience=MINUTE)


def test_only_what_has_bytes_or_a_width_must_be_there():
    entries = {
        "thumbnail": made("t.jpg"),
        "old": {"name": "old.webp", "size": 5},
        "planned": {"name": "planned.webp", "size": 0},
        "from elsewhere": {"name": "elsewhere.png"},
    }
    assert unwritten(entries) == {"planned.webp"}
