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
    what = f"find {orphans:,} to delete among {Image._base_manager.count():,} files"
    sides = {"ours": lambda: lambda: _dry_run(orphans)}
    if get_unused_media:
        sides["django-unused-media"] = lambda: get_unused_media
    took = measure.interleaved(ROUNDS, sides)
    ours = f"{took['ours'] * 1000:.1f} ms"
    if not get_unused_media:
        yield Row(f"{what}: ours, dry run", ours, aim="(django-unused-media is not installed)")
        return
    theirs = took["django-unused-media"]
    times = theirs / took["ours"]
    yield Row(f"{what}: django-unused-media", f"{theirs * 1000:,.0f} ms", 1.0)
    yield Row(f"{what}: ours, dry run", f"{ours}, {times:.0f} times faster", 1 / times).aiming(
        f">= {AIM} times faster", times >= AIM
    )


def _dry_run(orphans: int) -> None:
    report = sweep.sweep(dry_run=True)
    if report.trashed != orphans:
        message = f"Expected {orphans} to be found: {report}"
        raise RuntimeError(message)
