"""What the first save of a large gallery costs: every image is new to it."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks import filling, measure
from benchmarks.models import Album, PlainAlbum
from benchmarks.sizes import Sizes
from benchmarks.table import Row

AIM = 0.050


def rows(sizes: Sizes) -> Iterator[Row]:
    filling.project(sizes.beside)
    keys = filling.pool(sizes.pool)
    filling.settle()
    number = sizes.galleries[-1]

    def creation(model: Any) -> Callable[[], None]:
        ids = random.sample(keys, number)
        return measure.in_transaction(lambda: model(title="Summer", photos=ids).save())

    sides = {"plain": PlainAlbum, "ours": Album}
    took = measure.interleaved(
        sizes.few_rounds,
        {name: lambda model=model: creation(model) for name, model in sides.items()},
    )
    for name in sides:
        row = Row(
            f"first save of {number:,} images: {name}",
            f"{took[name] * 1000:.1f} ms",
            took[name] / took["plain"],
        )
        aimed = name == "ours" and measure.POSTGRESQL
        yield row.aiming(f"<= {AIM * 1000:.0f} ms", took[name] <= AIM) if aimed else row
