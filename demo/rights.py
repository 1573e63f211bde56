"""Who may do what with albums: guests look, members arrange their own, editors all of them."""

from typing import Any

from demo.models import Album


def may_add(user: Any) -> bool:
    """Tell whether somebody may make an album."""
    return bool(user.is_authenticated)


def may_change(user: Any, album: Album | None) -> bool:
    """Tell whether somebody may change this album, and see what became of it."""
    is_own = user.is_authenticated and album is not None and album.made_by_id == user.pk
    return bool(is_own or user.has_perm("demo.change_album"))
