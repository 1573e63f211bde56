"""A part of an open file, a chunk at a time, for WSGI and for ASGI."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async

CHUNK = 64 * 1024


class Chunks:
    """
    The bytes of *file* from *start* on, *length* of them or all; closes the file at their end.

    The server closes it when the client has gone, before the first chunk too,
    which a generator would not notice. A file that cannot be sought is read
    from its beginning.
    """

    def __init__(self, file: Any, *, start: int = 0, length: int | None = None) -> None:
        self.file, self.skip, self.left = file, start, length

    def __iter__(self) -> Chunks:
        return self

    def __next__(self) -> bytes:
        if self.skip:
            self._go_to_start()
        size = CHUNK if self.left is None else min(CHUNK, self.left)
        chunk: bytes = self.file.read(size) if size else b""
        if not chunk:
            self.close()
            raise StopIteration
        if self.left is not None:
            self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file; as often as one likes."""
        self.file.close()
        self.left = 0

    def _go_to_start(self) -> None:
        if _can_seek(self.file):
            self.file.seek(self.skip)
            self.skip = 0
        while self.skip and (dropped := self.file.read(min(CHUNK, self.skip))):
            self.skip -= len(dropped)
        self.skip = 0


class AsyncChunks:
    """The same for a server that must not wait: each chunk is read in a thread."""

    def __init__(self, chunks: Chunks) -> None:
        self.chunks = chunks

    def __aiter__(self) -> AsyncChunks:
        return self

    async def __anext__(self) -> bytes:
        chunk = await sync_to_async(self._next, thread_sensitive=False)()
        if chunk is None:
            raise StopAsyncIteration
        return chunk

    def _next(self) -> bytes | None:
        # StopIteration does not pass from a thread to who waits for it.
        return next(self.chunks, None)

    def close(self) -> None:
        """Close the file."""
        self.chunks.close()


def _can_seek(file: Any) -> bool:
    seekable = getattr(file, "seekable", None)
    return bool(seekable is not None and seekable())
