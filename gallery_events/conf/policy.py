"""What is wrong with the policy that ACCESS names."""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Iterator
from typing import Any

from django.utils.module_loading import import_string

#: What a policy is asked.
QUESTIONS = ("may_upload", "may_use", "may_edit", "may_see")


def problems_of_access(given: Any) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with ACCESS, and the cure."""
    try:
        policy = import_string(given) if isinstance(given, str) else given
    except Exception as error:  # noqa: BLE001 - importing a stranger's module may raise anything
        yield (
            f"GALLERY_EVENTS['ACCESS'] names {given!r}, which cannot be imported: {error}.",
            f"{_meant(given)}Correct the dotted name; while it is wrong nobody gets in.",
        )
        return
    lacking = [name for name in QUESTIONS if not callable(getattr(policy, name, None))]
    if lacking:
        yield (
            f"GALLERY_EVENTS['ACCESS'] is {given!r}, which does not answer {', '.join(lacking)}.",
            "Give a subclass of gallery_events.access.Access, its dotted name, or an instance.",
        )
    elif isinstance(policy, type) and not _can_be_called(policy):
        yield (
            f"GALLERY_EVENTS['ACCESS'] is {given!r}, which cannot be made without arguments.",
            "Give an instance, or a class that needs none.",
        )


def _meant(dotted: str) -> str:
    """Return the name that a wrong one may have been meant for, as the start of a cure."""
    module, _, name = dotted.rpartition(".")
    close = difflib.get_close_matches(name, dir(sys.modules.get(module)), n=1, cutoff=0.7)
    return f"Did you mean '{module}.{close[0]}'? " if close else ""


def _can_be_called(policy: type[Any]) -> bool:
    plain = policy.__new__ is object.__new__  # type: ignore[comparison-overlap]
    if plain and policy.__init__ is object.__init__:
        return True  # most are; reading a signature takes longer than all the other settings
    try:
        inspect.signature(policy).bind()
    except TypeError:
        return False
    except ValueError:  # written in C, which does not tell
        return True
    return True
