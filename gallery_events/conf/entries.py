"""What may stand in each entry of the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings

from gallery_events.conf.values import ACCEL, EXTRAS, FORMATS, SENDFILE, is_installed

#: So many days, or hours, no date runs out of its calendar.
LONGEST = 100_000
#: A shorter secret could be guessed.
SHORTEST_TOKEN = 16
#: How images are served: by the storage's own addresses, or by our view, which asks the policy.
SERVED = ("storage", "view")


def _check_days(value: Any) -> str | None:
    if value is None or is_number(value, 1, LONGEST):
        return None
    return f"Give a number of days from 1 to {LONGEST}, or None for never."


def _check_hours(value: Any) -> str | None:
    if value is None or is_number(value, 0, LONGEST):
        return None
    return f"Give a number of hours from 0 to {LONGEST}, or None for never."


def _check_whole(value: Any) -> str | None:
    return None if is_whole(value, at_least=1) else "Give a whole number, at least 1."


def _check_quota(value: Any) -> str | None:
    if value is None or (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and all(is_whole(each, at_least=1) for each in value)
    ):
        return None
    return "Give (count, bytes) for each user, both at least 1, or None for no quota."


def check_formats(value: Any) -> str | None:
    """Return what to give instead of a wrong list of formats."""
    known = isinstance(value, (tuple, list)) and value and all(each in FORMATS for each in value)
    if not known:
        return f"Give a list with at least one of {', '.join(FORMATS)}."
    lacking = [each for each in value if not is_installed(each)]
    if not lacking:
        return None
    extras = ",".join(EXTRAS[each][0] for each in lacking)
    return (
        f"Leave {' and '.join(lacking)} out, or install what it needs: "
        f"pip install 'django-gallery-events[{extras}]'."
    )


def _check_flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "Give True or False."


def _check_storage(value: Any) -> str | None:
    if isinstance(value, str) and value in settings.STORAGES:
        return None
    return f"Give one of the names in STORAGES: {', '.join(settings.STORAGES)}."


def _check_token(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and len(value) >= SHORTEST_TOKEN):
        return None
    return (
        f"Give at least {SHORTEST_TOKEN} random characters, or None: then only permissions count."
    )


def _check_serve(value: Any) -> str | None:
    if isinstance(value, str) and value in SERVED:
        return None
    return (
        "Give 'storage' for the storage's own addresses, which are open to whoever knows them, or "
        "'view' for addresses that ask ACCESS who may see."
    )


def _check_sendfile(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (tuple, list)) and len(value) == 2:
        header, prefix = value
        if header == ACCEL and isinstance(prefix, str):
            # A prefix without its slashes would name another place than was meant.
            if len(prefix) > 1 and prefix[0] == prefix[-1] == "/":
                return None
        elif (header, prefix) == (SENDFILE, ""):
            return None
    return (
        f"Give ({ACCEL!r}, '/prefix/') for nginx, with the path of an internal location between "
        f"slashes, ({SENDFILE!r}, '') for Apache, or None: Django then sends the files."
    )


#: For each entry what says, for a wrong value, what to give instead.
CHECKS: dict[str, Callable[[Any], str | None]] = {
    "RETENTION_DAYS": _check_days,
    "UPLOAD_GRACE_DAYS": _check_days,
    "TRASH_DAYS": _check_days,
    "FILE_DELAY_HOURS": _check_hours,
    "KEEP_SNAPSHOTS": _check_whole,
    "MAX_BYTES": _check_whole,
    "MAX_PIXELS": _check_whole,
    "MAX_FRAMES": _check_whole,
    "THUMBNAIL_SIZE": _check_whole,
    "MAX_UNCLAIMED": _check_quota,
    "FORMATS": check_formats,
    "STRIP_METADATA": _check_flag,
    "KEEP_DATE_TAKEN": _check_flag,
    "STORAGE": _check_storage,
    "HEALTH_TOKEN": _check_token,
    "SERVE": _check_serve,
    "SENDFILE": _check_sendfile,
}


def is_whole(value: object, *, at_least: int) -> bool:
    """Tell whether a value is a whole number, and large enough."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= at_least


def is_number(value: object, at_least: float, at_most: float) -> bool:
    """Tell whether a number lies between two; "not a number" does not."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and at_least <= value <= at_most  # type: ignore[operator]
