"""The form of a gallery, shown and cleaned, beside Django's formset of the same images."""

from collections.abc import Callable, Iterator

from django import forms

from benchmarks import filling, measure
from benchmarks.models import Album
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.models import Image

#: What a form of a thousand images may take, in queries and seconds.
MOST_QUERIES, AIM = 3, 0.1

AlbumForm = forms.modelform_factory(Album, fields=["title", "photos"])
#: What a project does without us: a row a picture, with its number and a box to remove it.
Pictures = forms.modelformset_factory(
    Image, fields=["alt", "caption"], can_order=True, can_delete=True, extra=0
)


def rows(sizes: Sizes) -> Iterator[Row]:
    size = max(sizes.galleries)
    filling.images(sizes.pool)
    album = Album.objects.create(title="Summer", photos=list(range(1, size + 1)))
    filling.settle()

    def formset() -> str:
        return Pictures(queryset=Image.objects.filter(pk__lte=size).order_by("pk")).as_div()

    def form() -> str:
        return AlbumForm(instance=Album.objects.get(pk=album.pk)).as_div()

    sides = {"formset": formset, "form": form, "clean": lambda: _cleaned(album.pk)}
    took = measure.interleaved(sizes.few_rounds, {name: _ready(run) for name, run in sides.items()})
    queries = {name: measure.statements(run) for name, run in sides.items()}
    what = f"form of {size:,} images"
    yield _row(f"{what}: Django's formset, all rows", "formset", took, queries)
    yield _row(f"{what}: shown, pages of 100", "form", took, queries).aiming(
        f"<= {MOST_QUERIES} queries, {AIM * 1000:.0f} ms",
        queries["form"] <= MOST_QUERIES and took["form"] <= AIM,
    )
    yield _row(f"{what}: one moved, one removed, cleaned", "clean", took, queries)


def _row(what: str, name: str, took: dict[str, float], queries: dict[str, int]) -> Row:
    measured = f"{took[name] * 1000:.1f} ms, {queries[name]} queries"
    return Row(what, measured, took[name] / took["formset"])


def _cleaned(pk: int) -> None:
    album = Album.objects.get(pk=pk)
    sent = {"title": "Autumn", "photos-base": "1", "photos-order-9": "1", "photos-remove": ["5"]}
    form = AlbumForm(sent, {}, instance=album)
    if not form.is_valid():
        raise RuntimeError(form.errors)


def _ready(run: Callable[[], object]) -> Callable[[], Callable[[], object]]:
    return lambda: run
