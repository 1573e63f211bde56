"""Taking the bytes of a file, whatever it says of itself."""

import hashlib
import io

import pytest

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import IN_MEMORY, taken


@pytest.mark.parametrize("size", [1, IN_MEMORY, IN_MEMORY + 1, IN_MEMORY + 300_000])
def test_the_copy_has_the_bytes_their_number_and_their_hash(size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    with taken(io.BytesIO(data), max_bytes=size) as content:
        assert content.size == size
        assert content.data[:] == data
        assert content.sha256 == hashlib.sha256(data).hexdigest()
        content.file.seek(0)
        assert content.file.read() == data


@pytest.mark.parametrize("limit,words", [(500, "500 bytes"), (2048, "2 KB"), (5 * 2**20, "5 MB")])
def test_one_byte_too_many_is_refused_with_the_limit_in_words(limit, words):
    with taken(io.BytesIO(bytes(limit)), max_bytes=limit) as content:
        assert content.size == limit
    with (
        pytest.raises(UploadRefused, match=words) as caught,
        taken(io.BytesIO(bytes(limit + 1)), max_bytes=limit),
    ):
        pass
    assert (caught.value.code, caught.value.limit) == ("bytes", limit)


def test_an_endless_file_is_read_no_further_than_the_limit():
    class Endless(io.RawIOBase):
        given = 0

        def readable(self):
            return True

        def readinto(self, buffer):
            self.given += len(buffer)
            return len(buffer)

    file = Endless()
    with pytest.raises(UploadRefused), taken(file, max_bytes=1_000_000):
        pass
    assert file.given < 1_500_000
