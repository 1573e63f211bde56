"""What is installed: that nothing which counted images last time is missing now."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings as django_settings
from django.core import checks

from gallery_events import conf, galleries, uses
from gallery_events.flows.preflight import world
from gallery_events.flows.preflight.situation import Situation
from gallery_events.history import HISTORY_DISABLED

ACCEPT = "when it is meant to be so, 'manage.py gallery_doctor --accept-changes' says so."


#: The tag of our system checks; who registers them stands above.
TAG = "gallery_events"
#: What is asked here as well, in the same words or better ones.
ASKED_HERE = {"gallery_events.E020", "gallery_events.E031"}


def errors() -> Iterator[str]:
    """Yield the errors of our system checks: with one of them, nobody knows what may go."""
    for each in checks.run_checks(tags=[TAG]):
        if each.level >= checks.ERROR and not each.is_silenced() and each.id not in ASKED_HERE:
            yield f"{each.msg} {each.hint}"


def settings(situation: Situation) -> Iterator[str]:
    """Yield what is wrong in GALLERY_EVENTS."""
    for problem, cure in conf.problems():
        yield f"{problem} {cure}"


def history(situation: Situation) -> Iterator[str]:
    """Yield that simple-history is switched off."""
    if not getattr(django_settings, "SIMPLE_HISTORY_ENABLED", True):
        yield HISTORY_DISABLED


def cleaners(situation: Situation) -> Iterator[str]:
    """Yield an app that deletes files on its own."""
    if galleries.has_a_cleaner_of_files():
        yield (
            "django_cleanup is installed and deletes files that history and other galleries "
            "still need: take it out of INSTALLED_APPS, or install "
            "'django_cleanup.apps.CleanupSelectedConfig' in its place."
        )


def sources(situation: Situation) -> Iterator[str]:
    """Yield each source that cannot answer."""
    if any(conf.problems()):
        return
    for name, source in conf.current().sources():
        try:
            uses.answer(source, [])
        except Exception as error:  # noqa: BLE001 - a stranger's code
            yield (
                f"The source {name} fails when asked about no image at all ({error!r}), so it "
                "cannot say what is in use: mend it, or take it out of SOURCES."
            )


def shrunk(situation: Situation) -> Iterator[str]:
    """Yield galleries and sources that were there last run and are not now."""
    if any(conf.problems()):
        return
    last = situation.past.world
    now = world.current(conf.current())
    for kind, word in (("galleries", "gallery"), ("sources", "source"), ("images", "image model")):
        gone = sorted(set(last.get(kind, ())) - set(now[kind]))
        if gone:
            yield (
                f"The {word} {', '.join(gone)} was there at the last run and is not now, so what "
                f"it holds would count as unused: put it back; {ACCEPT}"
            )


def references(situation: Situation) -> Iterator[str]:
    """Yield that half of the references of a model are gone, where that could matter."""
    last = situation.past.counted_by
    if last is None or not situation.counts:
        return
    for label, there, expected in world.missing_references(last.world["references"]):
        yield (
            f"There are {there} rows of {label}, and the last runs left {expected}: somebody has "
            "deleted references. 'manage.py gallery_rebuild' writes them again from the history; "
            f"{ACCEPT}"
        )
