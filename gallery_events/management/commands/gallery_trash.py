"""Look into the trash, take images out of it, and keep them out."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from gallery_events import galleries
from gallery_events.domain.report import LONGEST_LIST
from gallery_events.domain.wording import full_day, number
from gallery_events.exceptions import GalleryError
from gallery_events.flows import trash
from gallery_events.flows.steps import files
from gallery_events.flows.steps.run import alias
from gallery_events.flows.why import finding, graves, trashed
from gallery_events.management import trash_actions as actions
from gallery_events.management.arguments import (
    FOUND,
    GalleryCommand,
    model_of,
    refusal,
    user_named,
)
from gallery_events.models import SweepRun, Tombstone

#: So many images are listed; -v 2 lists as many as JSON does.
MOST_IMAGES = 100


class Command(GalleryCommand):
    """The trash by hand; the exit code says whether everything was done."""

    help = (
        "Lists what is in the trash or can still be had back after its purge, rescues it, pins "
        "images for a time, lets files that could not be removed be tried again. Exit codes: 0 "
        "done, 2 done but not for all, 3 refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("action", choices=list(actions.OPTIONS))
        parser.add_argument("images", metavar="ID|NAME", nargs="*", help="keys, or names of files")
        parser.add_argument("--model", metavar="app.Model", help="which image model a key is of")
        parser.add_argument("--run", type=int, metavar="N", help="rescue what run N put away")
        parser.add_argument(
            "--until", type=actions.day, metavar="YYYY-MM-DD", help="the last day of a pin"
        )
        parser.add_argument("--reason", metavar="TEXT", help="why an image is pinned")
        parser.add_argument("--user", metavar="NAME", help="who does it")
        parser.add_argument("--storage", metavar="ALIAS", help="retry in this storage only")
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        actions.refuse_misfits(options)
        self.json, self.many = options["json"], options["verbosity"] > 1
        model = None
        if options["model"]:
            model = model_of(options["model"], galleries.image_models(), what="images")
        action = options["action"]
        if action == "list":
            self._list(model)
        elif action == "retry":
            self._retry(options["storage"])
        else:
            self._each(_subjects(options), model, _verb(options))

    def _list(self, model: type[Any] | None) -> None:
        most = LONGEST_LIST if self.json or self.many else MOST_IMAGES
        found = trashed.contents(model=model, most=most)
        self.stdout.write(json.dumps(found.as_json()) if self.json else str(found))

    def _retry(self, storage: str | None) -> None:
        if storage is not None and storage not in settings.STORAGES:
            message = f"{storage!r} is none of STORAGES: {', '.join(settings.STORAGES)}."
            raise refusal(message)
        count = files.retry_dead(now=timezone.now(), storage=storage)
        told = f"The next sweep tries the files of {number(count, 'purged image')} again."
        self.stdout.write(json.dumps({"retried": count}) if self.json else told)

    def _each(
        self, subjects: list[Any], model: type[Any] | None, verb: Callable[[Any], str]
    ) -> None:
        """Do something with each image; what fails does not stop the others."""
        done: list[str] = []
        failed: dict[str, str] = {}
        for subject, found in _found(subjects, model, failed):
            try:
                done.append(verb(found))
            except GalleryError as error:
                failed[str(subject)] = str(error)
        if self.json:
            self.stdout.write(json.dumps({"done": done, "failed": failed}))
        elif done:
            self.stdout.write("\n".join(done))
        if failed:
            reasons = " ".join(failed.values())
            if not done:
                raise refusal(reasons)
            raise CommandError(reasons, returncode=FOUND)


def _subjects(options: dict[str, Any]) -> list[Any]:
    number = options["run"]
    if number is None:
        return list(options["images"])
    run = SweepRun.objects.using(alias(SweepRun)).filter(pk=number).first()
    if run is None:
        message = f"There is no run {number}."
        raise refusal(message)
    if not (found := trashed.of_run(run)):
        message = (
            f"Nothing of run {number} can be rescued: what it put into the trash is out of it, and "
            "the files of what it purged are gone."
        )
        raise refusal(message)
    return found


def _found(
    subjects: list[Any], model: type[Any] | None, failed: dict[str, str]
) -> Iterator[tuple[Any, Any]]:
    """Yield what is meant by each word; what was purged last comes first, as an original does."""
    known = []
    for subject in subjects:
        try:
            found = finding.find(subject, model=None if _is_found(subject) else model)
        except GalleryError as error:
            failed[str(subject)] = str(error)
            continue
        if found is None:
            failed[str(subject)] = f"Nothing is known of {subject!r}."
        else:
            known.append((subject, found))
    yield from sorted(known, key=lambda each: _turn(each[1]))


def _is_found(subject: Any) -> bool:
    return not isinstance(subject, str)


def _turn(found: Any) -> int:
    return -found.pk if isinstance(found, Tombstone) else 0


def _verb(options: dict[str, Any]) -> Callable[[Any], str]:
    """Return what to do with an image; it answers with a sentence."""
    user = user_named(options["user"])

    def rescue(found: Any) -> str:
        if not isinstance(found, Tombstone) and found.trashed_at is None:
            return f"{_name(found)} is not in the trash."
        back = trash.rescue(found, user=user)
        return f"{_name(back)} is back."

    def pin(found: Any) -> str:
        _refuse_purged(found)
        until = actions.end_of(options["until"])
        trash.pin(found, until=until, reason=options["reason"], user=user)
        return f"{_name(found)} is pinned until {full_day(until, now=until)}."

    def unpin(found: Any) -> str:
        _refuse_purged(found)
        trash.unpin(found, user=user)
        return f"{_name(found)} is not pinned any more."

    return {"rescue": rescue, "pin": pin, "unpin": unpin}[options["action"]]


def _refuse_purged(found: Any) -> None:
    if isinstance(found, Tombstone):
        cure = f" '{graves.cure(found)}' first." if graves.can_come_back(found) else ""
        message = f"{found}: it cannot be pinned.{cure}"
        raise GalleryError(message)


def _name(image: Any) -> str:
    return f"{type(image)._meta.label} {image.pk} '{image}'"
