"""What a form's gallery is once it is clean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class CleanedGallery(list[Any]):
    """
    The ids a gallery will hold, in order; a list that remembers how it came about.

    *texts* maps keys to what is to change of each image: "alt", "caption",
    "decorative"; *texts_before* to what that was when it was decided,
    *received* are the images that were uploaded with the form, *notices* what
    its user should be told: what others did meanwhile, what is gone.
    """

    def __init__(
        self,
        ids: Iterable[Any] = (),
        *,
        texts: Mapping[Any, Mapping[str, Any]] | None = None,
        texts_before: Mapping[Any, Mapping[str, Any]] | None = None,
        received: Iterable[Any] = (),
        notices: Iterable[str] = (),
    ) -> None:
        super().__init__(ids)
        self.texts = dict(texts or {})
        self.texts_before = dict(texts_before or {})
        self.received = list(received)
        self.notices = list(notices)
