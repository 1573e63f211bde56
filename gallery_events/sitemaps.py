"""
Sitemaps that name the pictures of each page, for search engines that show pictures.

Google's own vocabulary: https://www.google.com/schemas/sitemap-image/1.1
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap

from gallery_events import access, conf, galleries
from gallery_events.fields import gallery_fields
from gallery_events.models import AbstractImage

#: So many images of one page are read by those who read sitemaps.
MOST = 1000


class GallerySitemap(Sitemap):  # type: ignore[type-arg]
    """
    A sitemap of owners: the images of their galleries are beside each address.

    ``items()`` returns owners; *galleries* names their galleries, by default
    all. Give Django's view ``template_name="gallery_events/sitemap.xml"``.
    Where SERVE is "view", only what a visitor may see who is not logged in:
    whoever asks, everybody may read the answer.
    """

    galleries: Sequence[str] = ()

    def get_urls(
        self, page: int | str = 1, site: Any = None, protocol: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the addresses of a page, each with its "images": one query an image model."""
        urls = super().get_urls(page, site, protocol)
        root = f"{self.get_protocol(protocol)}://{self.get_domain(site)}"
        # Django puts the language beside the item where there are several.
        owners = [url["item"][0] if self.i18n else url["item"] for url in urls]
        galleries.prefetch_images(owners, *self.galleries)
        images = [self._images(owner) for owner in owners]
        visible = _visible(each for shown in images for each in shown)
        for url, shown in zip(urls, images, strict=True):
            seen = [each for each in shown if _key(each) in visible]
            url["images"] = [urljoin(root, each.shown_url()) for each in seen[:MOST]]
        return urls

    def _images(self, owner: Any) -> list[AbstractImage]:
        """Return the images of an owner's galleries, each once."""
        names = self.galleries or [field.name for field in gallery_fields(type(owner))]
        found = [each for name in names for each in getattr(owner, name).images()]
        return list({_key(each): each for each in found}.values())


def _key(image: AbstractImage) -> tuple[type[AbstractImage], Any]:
    return type(image), image.pk


def _visible(images: Iterable[AbstractImage]) -> set[tuple[type[AbstractImage], Any]]:
    """Return those that everybody may see; a guard is asked about one model at a time."""
    by_model: dict[type[AbstractImage], list[AbstractImage]] = defaultdict(list)
    for each in images:
        by_model[type(each)].append(each)
    if not conf.serves_itself():
        return {_key(each) for among in by_model.values() for each in among}
    guard = access.guard(AnonymousUser())
    return {(model, key) for model, among in by_model.items() for key in guard.visible(among)}
