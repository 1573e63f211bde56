"""Finding what to delete among many files, beside django-unused-media."""

from collections.abc import Iterator

from benchmarks import filling, measure
from benchmarks.due_sweep import write_files
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.flows import sweep
from gallery_events.models import Image

try:
    from django_unused_media.cleanup import get_unused_media
except ImportError:
    get_unused_media = None

AIM = 100
ROUNDS = 5


def rows(sizes: Sizes) -> Iterator[Row]:
    filling.project(sizes.files)
    orphans = sizes.files // 1000 or 1
    filling.images(orphans, after=2 * sizes.files, review_after=filling.NOW)
    write_files(Image._base_manager.values_list("pk", flat=True))
    what = (
        f"find what to delete among {Image._base_manager.count():,} files, {orphans:,} of them due"
    )
    ours = {f"{what}: ours, dry run": lambda: lambda: _dry_run(orphans)}
    theirs = {f"{what}: django-unused-media": lambda: get_unused_media} if get_unused_media else {}
    took = measure.interleaved(ROUNDS, {**theirs, **ours})
    (name,) = ours
    for other in theirs:
        ratio = took[other] / took[name]
        yield Row(other, f"{took[other] * 1000:,.0f} ms")
        yield Row(name, f"{took[name] * 1000:,.1f} ms", 1 / ratio).aiming(
            f">= {AIM} times faster", ratio >= AIM
        )
    if not theirs:
        yield Row(
            name, f"{took[name] * 1000:,.1f} ms", aim="(django-unused-media is not installed)"
        )


def _dry_run(orphans: int) -> None:
    report = sweep.sweep(dry_run=True)
    if report.trashed != orphans:
        message = f"Expected {orphans} to be found: {report}"
        raise RuntimeError(message)
