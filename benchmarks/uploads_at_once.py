"""Many uploads at once, by several clients, through a real server: how many a second, how slow."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import cycle, islice
from statistics import median, quantiles
from time import perf_counter
from urllib.request import Request, urlopen

from django.utils.crypto import get_random_string

from benchmarks import apart
from benchmarks.serving import serve, stop
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from benchmarks.upload import photograph
from gallery_events.models import Image

CLIENTS = 4
BOUNDARY = "a-boundary-that-no-photograph-holds"


def rows(sizes: Sizes) -> Iterator[Row]:
    bodies = [_body(_jpeg(sizes.picture)) for _ in range(CLIENTS)]
    with apart.process() as ask:
        port = ask(serve)
        with ThreadPoolExecutor(CLIENTS) as clients:
            started = perf_counter()
            sent = islice(cycle(bodies), sizes.uploads)
            took = list(clients.map(lambda body: _send(port, body), sent))
            whole = perf_counter() - started
        grown = ask(stop)
    if (there := Image.objects.count()) != sizes.uploads:
        message = f"{sizes.uploads} were sent, {there} are there."
        raise RuntimeError(message)
    width, height = sizes.picture
    what = f"{sizes.uploads} uploads of {width * height / 1e6:.3g} megapixels, {CLIENTS} at once"
    slowest = quantiles(took, n=100, method="inclusive")[98]
    yield Row(f"{what}: a second", f"{sizes.uploads / whole:.1f}")
    yield Row(f"{what}: each", f"{median(took) * 1000:.0f} ms, p99 {slowest * 1000:.0f} ms")
    yield Row(f"{what}: memory", f"+{grown:.0f} MB")


def _jpeg(size: tuple[int, int]) -> bytes:
    out = BytesIO()
    photograph(size).save(out, "JPEG", quality=92)
    return out.getvalue()


def _body(content: bytes) -> bytes:
    head = (
        f"--{BOUNDARY}\r\n"
        'Content-Disposition: form-data; name="file"; filename="photograph.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def _send(port: int, body: bytes) -> float:
    """Send one file as a browser does, with its token; return how long it took."""
    token = get_random_string(32)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Cookie": f"csrftoken={token}",
        "X-CSRFToken": token,
    }
    request = Request(f"http://127.0.0.1:{port}/gallery/upload/", body, headers)
    started = perf_counter()
    with urlopen(request) as answer:
        answer.read()
    return perf_counter() - started
