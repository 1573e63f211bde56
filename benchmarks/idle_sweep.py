"""A sweep with nothing to do, and the look at what is live, in a small project and a large one."""

from collections.abc import Callable, Iterator
from statistics import median

from django.core.management import call_command

from benchmarks import filling, measure
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.flows import sweep
from gallery_events.flows.steps import live

AIM, GROWTH = 0.020, 50
#: "The same": a large project may take so much longer than a small one.
SAME = 1.5


def rows(sizes: Sizes) -> Iterator[Row]:
    took: dict[int, float] = {}
    for number in (sizes.small, sizes.large):
        call_command("flush", interactive=False, verbosity=0)
        filling.project(number)
        with measure.memory() as grown:
            took[number] = _median(sizes.few_rounds, sweep.sweep)
            growth = grown()
        asked = measure.statements(sweep.sweep)
        ratio = took[number] / took[sizes.small]
        yield Row(
            f"sweep, nothing due, {number:,} images",
            f"{took[number] * 1000:.1f} ms, {asked} statements, {growth:.1f} MB more",
            ratio,
        ).aiming(
            f"<= {AIM * 1000:.0f} ms, the same, {GROWTH} MB",
            took[number] <= AIM and ratio <= SAME and growth <= GROWTH,
        )
    looked = _median(5, live.look)
    yield Row(
        f"look at what is live, {sizes.large:,} memberships",
        f"{looked * 1000:.0f} ms, {looked * 1e9 / sizes.large:.0f} ms a million",
    )


def _median(rounds: int, run: Callable[[], object]) -> float:
    run()
    return median(measure.seconds(run) for _ in range(rounds))
