"""One page of a timeline, in a number of queries that does not depend on its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models

from gallery_events.fields import gallery_fields
from gallery_events.timelines.links import Links
from gallery_events.timelines.pictures import Pictures
from gallery_events.timelines.rows import Row, rows

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The rows of one page, newest first, and where the page stands among the others."""

    rows: list[Row]
    page: Page[Any]

    @property
    def numbers(self) -> list[Any]:
        """The numbers of pages to choose from, with gaps where they are many."""
        return list(self.page.paginator.get_elided_page_range(self.page.number))


def page(
    history: models.QuerySet[Any],
    *,
    number: Any = 1,
    user: Any = None,
    links: Links | None = None,
    per_page: int = PER_PAGE,
) -> TimelinePage:
    """
    Return a page of the snapshots of one owner, whatever *number* asks for.

    The lists are left in the database: what came and went is kept beside them.
    """
    history = history.order_by("-gallery_version")
    galleries = [each.attname for each in gallery_fields(history.model)]
    found = Paginator(history.defer(*galleries), per_page).get_page(number)
    start = (found.number - 1) * per_page
    # One more: the last row too is compared with the one before it.
    records = list(found.paginator.object_list[start : start + per_page + 1])
    shown, before = records[:per_page], records[per_page:]
    made = rows(
        shown,
        before=before[0] if before else None,
        history=history,
        pictures=Pictures(user=user, using=history.db, links=links),
        links=links,
    )
    return TimelinePage(made, found)
