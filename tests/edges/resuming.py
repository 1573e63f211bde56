"""A client of the resumable upload, request by request."""

import hashlib
from base64 import b64encode
from contextlib import contextmanager

from gallery_events.domain import tus
from gallery_events.fields.addresses import resume_url
from gallery_events.models import PartialUpload

SPOKEN = {"Tus-Resumable": "1.0.0"}


def told(**metadata):
    """Return Upload-Metadata."""
    pairs = [f"{key} {b64encode(value.encode()).decode()}" for key, value in metadata.items()]
    return {"Upload-Metadata": ",".join(pairs)}


def sum_of(content, algorithm="sha256"):
    """Return Upload-Checksum of a part."""
    digest = hashlib.new(algorithm, content, usedforsecurity=False).digest()
    return {"Upload-Checksum": f"{algorithm} {b64encode(digest).decode()}"}


class Resuming:
    """Whoever sends through a browser of Django's tests."""

    def __init__(self, client):
        self.client = client

    def create(self, length, *, field=None, headers=(), body=b"", content_type="", name="a.png"):
        return self.client.post(
            resume_url(field),
            body,
            content_type=content_type,
            headers={
                **SPOKEN,
                "Upload-Length": str(length),
                **told(filename=name),
                **dict(headers),
            },
        )

    def begin(self, length, **how):
        """Return the address of a new upload."""
        response = self.create(length, **how)
        assert response.status_code == 201, response.content
        return response["Location"]

    def head(self, address, **headers):
        return self.client.head(address, headers={**SPOKEN, **headers})

    def patch(self, address, content, offset, *, content_type=tus.CONTENT_TYPE, headers=()):
        return self.client.patch(
            address,
            content,
            headers={**SPOKEN, "Upload-Offset": str(offset), **dict(headers)},
            # Django's client leaves the type away where there is no body.
            CONTENT_TYPE=content_type,
        )

    def delete(self, address):
        return self.client.delete(address, headers=SPOKEN)

    def image(self, address):
        return self.client.post(address)

    def send(self, content, *, size=None, **how):
        """Send a whole file in parts of this size, and return its address."""
        address = self.begin(len(content), **how)
        size = size or len(content)
        for start in range(0, len(content), size):
            response = self.patch(address, content[start : start + size], start)
            assert response.status_code == 204, response.content
        return address


def stored(image):
    """Return the bytes of an image's file."""
    with image.file.storage.open(image.file.name, "rb") as file:
        return file.read()


def row(address):
    """Return the row of an upload."""
    return PartialUpload.objects.get(token=address.rstrip("/").rpartition("/")[2])


@contextmanager
def connected(signal, receiver):
    """Let a receiver listen for the time of the block."""
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)
