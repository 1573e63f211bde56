"""What the headers of resumable uploads say, and which cannot be meant."""

import hashlib
from base64 import b64encode
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.domain import tus

KEYS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=","), min_size=1
)


@given(st.dictionaries(KEYS, st.text(max_size=50), max_size=5))
def test_metadata_come_back_as_they_were_told(told):
    header = ",".join(f"{k} {b64encode(v.encode()).decode()}".strip() for k, v in told.items())

    assert tus.metadata(header) == told


@given(st.text())
def test_whatever_metadata_are_they_are_read_or_refused(text):
    found = {}
    with suppress(tus.WrongHeader):
        found = tus.metadata(text)

    assert all(isinstance(each, str) for each in (*found, *found.values()))


@given(st.text())
def test_whatever_a_checksum_is_it_is_read_or_refused(text):
    found = None
    with suppress(tus.WrongHeader):
        found = tus.checksum(text)

    assert found is None or len(found.digest) == found.hash().digest_size


@given(st.sampled_from(tus.ALGORITHMS), st.binary())
def test_a_checksum_is_of_what_it_was_made_of(algorithm, content):
    digest = hashlib.new(algorithm, content).digest()
    wanted = tus.checksum(f"{algorithm} {b64encode(digest).decode()}")
    hashed = wanted.hash()
    hashed.update(content)

    assert hashed.digest() == wanted.digest


def test_no_checksum_is_none():
    assert tus.checksum(None) is None


@given(st.integers(0, 10**18 - 1))
def test_a_number_is_read(number):
    assert tus.number({"Upload-Length": str(number)}, "Upload-Length") == number


@pytest.mark.parametrize("text", ["", " 1", "1 ", "-1", "1_0", "\u0661", "1" * 19, "0x1", "1.5"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(tus.WrongHeader, match="Upload-Offset must be"):
        tus.number({"Upload-Offset": text}, "Upload-Offset")
