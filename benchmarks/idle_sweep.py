"""A sweep with nothing to do, and the look at what is live, in a small project and a large one."""

import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from statistics import median

from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from benchmarks import apart, filling, measure
from benchmarks.models import Album
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.flows import sweep
from gallery_events.flows.steps import live
from gallery_events.models import Image

AIM, GROWTH = 0.020, 50
#: "The same": a large project may take so much longer than a small one.
SAME = 1.5


def rows(sizes: Sizes) -> Iterator[Row]:
    took: dict[int, float] = {}
    for number in (sizes.small, sizes.large):
        call_command("flush", interactive=False, verbosity=0)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)  # it belonged to that database
        filling.project(number)
        with apart.process() as alone, apart.process("audit") as audited:
            took[number], measured, growth = alone(idle, sizes.few_rounds)
            ratio = took[number] / took[sizes.small]
            yield Row(f"sweep, nothing due, {number:,} images", measured, ratio).aiming(
                f"<= {AIM * 1000:.0f} ms, the same, {GROWTH} MB",
                took[number] <= AIM and ratio <= SAME and growth <= GROWTH,
            )
            audited(trust)
            looking, measured, _ = audited(idle, sizes.few_rounds)
            albums = number // filling.IN_ALBUM
            yield Row(
                f"sweep, nothing due, with audit: drift of {albums:,} galleries first",
                measured,
                looking / took[sizes.small],
            )
    images = list(Image.objects.order_by("-pk").values_list("pk", flat=True)[:100])
    looked = _median(5, lambda: live.look({Image: images}))
    yield Row(
        f"look at what is live, {sizes.large:,} memberships",
        f"{looked * 1000:.0f} ms, {looked * 1e9 / sizes.large:.0f} ms a million",
    )


def idle(rounds: int) -> tuple[float, str, float]:
    """Return the seconds of a sweep, in words with its statements, and the MB it grew by."""
    with measure.memory() as grown:
        took = _median(rounds, _sweep)
        growth = grown()
    asked = measure.statements(_sweep)
    return took, f"{took * 1000:.1f} ms, {asked} statements, {growth:.1f} MB more", growth


def trust() -> None:
    """Let the history be verified so far, as it is after last night's sweep."""
    marks = import_module("audit.drift.marks")
    newest = Album.history.latest("pk").pk
    mark = marks.Mark(safe=newest, seen=newest, witnessed=newest + 1)
    verified = apps.get_model("gallery_audit.Verification")
    verified.objects.create(full=True, marks=marks.stored({Album._meta.label: mark}))


def _sweep() -> None:
    sweep.sweep(first_run_ok=True)


def _median(rounds: int, run: Callable[[], object]) -> float:
    run()
    return median(measure.seconds(run) for _ in range(rounds))
