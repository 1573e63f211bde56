"""What search engines are told: every album, and the photographs in it."""

from django.db.models import QuerySet

from demo.models import Album
from gallery_events.sitemaps import GallerySitemap


class AlbumSitemap(GallerySitemap):
    changefreq = "weekly"

    def items(self) -> QuerySet[Album]:
        return Album.objects.order_by("pk")
