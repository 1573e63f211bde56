"""What public functions are given: refused in one sentence when it cannot be meant."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.conf import settings


def wrong_moment(name: str, value: Any) -> str | None:
    """Return what is wrong with a moment, and the cure; None when it is right."""
    kind = "an aware" if settings.USE_TZ else "a naive"
    if not isinstance(value, datetime):
        return f"{name}={value!r} is no moment: give {kind} datetime."
    if (value.tzinfo is None) == settings.USE_TZ:
        return f"{name}={value!r} does not fit USE_TZ: give {kind} datetime."
    return None


def refuse_wrong_moment(name: str, value: Any) -> None:
    """Raise TypeError for what is no moment, ValueError for one of the wrong kind."""
    if value is None or not (message := wrong_moment(name, value)):
        return
    kind = ValueError if isinstance(value, datetime) else TypeError
    raise kind(message)


def refuse_wrong_version(name: str, value: Any) -> None:
    """Raise unless a version that a change was made on can be one."""
    if value is None:
        return
    cure = "give the gallery_version that the change was made on, or None to overwrite"
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name}={value!r} is no whole number: {cure}."
        raise TypeError(message)
    if value < 0:
        message = f"{name}={value!r} is no version: {cure}."
        raise ValueError(message)


def authenticated(user: Any) -> Any:
    """Return the user, or None for one who is not logged in; raise TypeError for no user at all."""
    if user is None:
        return None
    if not hasattr(user, "is_authenticated"):
        message = (
            f"user={user!r} is no user: give an instance of get_user_model(), or leave it out."
        )
        raise TypeError(message)
    return user if user.is_authenticated else None


def refuse_unknown(
    what: Callable[..., Any], given: Iterable[str], *, also: Iterable[str] = ()
) -> None:
    """Raise TypeError for keywords that a constructor does not have, naming the one that was meant."""
    own = inspect.signature(what).parameters.values()
    known = [each.name for each in own if each.kind is each.KEYWORD_ONLY]
    known += [each for each in also if each not in known]
    for name in given:
        if name in known:
            continue
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}" if close else f"its options are {', '.join(known)}"
        message = f"{what.__name__} has no option {name!r}: {hint}."
        raise TypeError(message)
