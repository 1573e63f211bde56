"""Where a timeline leads: nowhere, unless a page says so."""

from __future__ import annotations

from typing import Any


class Links:
    """Where versions, people and images of a timeline lead; an empty text is no link."""

    def version(self, record: Any) -> str:
        """Return the address of the page of one version."""
        return ""

    def person(self, record: Any) -> str:
        """Return the address of whoever made a snapshot."""
        return ""

    def image(self, image: Any) -> str:
        """Return the address of the page of an image."""
        return ""
