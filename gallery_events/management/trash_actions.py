"""What each action of ``gallery_trash`` takes, and what it is refused without."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone

from gallery_events.management.arguments import refusal

#: What each action can do with, beside --model and --json.
OPTIONS: dict[str, set[str]] = {
    "list": set(),
    "rescue": {"images", "run", "user"},
    "pin": {"images", "until", "reason", "user"},
    "unpin": {"images", "user"},
    "retry": {"storage"},
}


def day(text: str) -> date:
    """Return a day; argparse tells what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is no day: give YYYY-MM-DD"
        raise ArgumentTypeError(message) from error


def refuse_misfits(options: dict[str, Any]) -> None:
    """Raise for options that the action would not look at, and for those that it needs."""
    action = options["action"]
    for name in sorted(set().union(*OPTIONS.values()) - OPTIONS[action]):
        if options[name]:
            what = "images" if name == "images" else f"--{name}"
            message = f"{action} takes no {what}."
            raise refusal(message)
    for name in ("until", "reason") if action == "pin" else ():
        if not options[name]:
            message = f"Give --{name}: a pin has a last day and a reason."
            raise refusal(message)
    if "images" in OPTIONS[action] and bool(options["images"]) == (options["run"] is not None):
        other = ", or --run N, and not both" if action == "rescue" else ""
        message = f"Say which images to {action}: their keys or names{other}."
        raise refusal(message)


def end_of(day: date) -> datetime:
    """Return the last moment of a day, so that it is kept throughout."""
    moment = datetime.combine(day, time.max)
    return timezone.make_aware(moment) if settings.USE_TZ else moment
