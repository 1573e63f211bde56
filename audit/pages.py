"""A page of the trail: said what it is about, read in few queries, and never counted to its end."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator

from audit.faces import Faces

#: Counting millions of entries would take longer than anybody reads.
COUNTED = 10_000


class TrailPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than anybody turns pages."""

    @cached_property
    def count(self) -> int:
        """The number of entries, or the most that are counted."""
        entries: Any = self.object_list
        return int(entries.order_by()[:COUNTED].count())


class TrailPage(ChangeList):
    """Entries with the faces of what they name."""

    def __init__(self, request: Any, *args: Any) -> None:
        super().__init__(request, *args)
        headings = [spec.heading() for spec in self.filter_specs if hasattr(spec, "heading")]
        if headings:
            self.title = " · ".join(headings)

    def get_results(self, request: Any) -> None:
        """Read the page, and then whatever its entries name."""
        super().get_results(request)
        entries = list(self.result_list)
        about = [spec.place() for spec in self.filter_specs if hasattr(spec, "place")]
        site = self.model_admin.admin_site
        faces = Faces(entries, request=request, site=site, first=about[0] if about else None)
        for entry in entries:
            entry.faces = faces
        self.result_list = entries
