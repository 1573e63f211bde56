import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain.byte_ranges import Part, Unsatisfiable, wanted

SIZE = 100


@pytest.mark.parametrize(
    "header, part",
    [
        ("bytes=0-9", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=99-99", (99, 1)),
        ("bytes=90-", (90, 10)),
        ("bytes=0-", (0, 100)),
        ("bytes=90-1000", (90, 10)),
        ("bytes=-10", (90, 10)),
        ("bytes=-1000", (0, 100)),
        ("BYTES = 5 - 6 ", (5, 2)),
        (f"bytes=0-{'9' * 5000}", (0, 100)),
        (f"bytes=-{'9' * 5000}", (0, 100)),
    ],
)
def test_one_range_is_one_part(header, part):
    assert wanted(header, SIZE) == Part(*part)


@pytest.mark.parametrize(
    "header",
    [
        *("", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2-3", "bytes=9-5", "bytes=+1-2"),
        *("items=0-9", "bytes=0-9,20-29", "bytes=0-9;", "0-9", "bytes=0x1-2", "bytes=1.0-2"),
        *("bytes=\u0661-\u0662", "bytes=\u00b2-", "bytes=--5", "bytes= -\n5", "bytes=0-9\n"),
    ],
)
def test_what_is_no_single_range_asks_for_the_whole(header):
    assert wanted(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", f"bytes={10**22}-"])
def test_a_range_behind_the_end_cannot_be_had(header):
    with pytest.raises(Unsatisfiable):
        wanted(header, SIZE)


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_nothing_of_an_empty_file_can_be_had(header):
    with pytest.raises(Unsatisfiable):
        wanted(header, 0)


@given(st.one_of(st.text(), st.from_regex(r"bytes=[0-9]{0,30}-[0-9]{0,30}")), st.integers(0, 500))
def test_a_part_always_lies_in_the_file_and_is_never_empty(header, size):
    try:
        part = wanted(header, size)
    except Unsatisfiable:
        return
    if part is not None:
        assert 0 <= part.start < part.start + part.length <= size


def test_a_part_says_which_it_is():
    assert Part(5, 10).content_range(100) == "bytes 5-14/100"
