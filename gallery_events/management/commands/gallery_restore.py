"""Put an owner's galleries back to an earlier snapshot."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError

from gallery_events.exceptions import GalleryError
from gallery_events.flows import restore
from gallery_events.models import GalleryModel


class Command(BaseCommand):
    """Restore one owner, or show what restoring would give."""

    help = "Restores the galleries of one object as a snapshot had them; deleted objects too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("model", metavar="app.Model")
        parser.add_argument("pk")
        parser.add_argument("version", type=int, nargs="?", help="not needed with --undelete")
        parser.add_argument("--all-fields", action="store_true", help="other fields too")
        parser.add_argument("--partial", action="store_true", help="without images that are gone")
        parser.add_argument("--undelete", action="store_true", help="bring a deleted object back")
        parser.add_argument("--preview", action="store_true", help="only say what would come")
        parser.add_argument("--user", metavar="NAME", help="who restores")
        parser.add_argument("--reason", default="", help="kept in the history")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and say what was saved."""
        try:
            self.stdout.write(self._restore(**options))
        except (GalleryError, ObjectDoesNotExist, ValidationError, LookupError) as error:
            raise CommandError(str(error)) from error

    def _restore(self, *, model: str, pk: str, version: int | None, **options: Any) -> str:
        owner_model = apps.get_model(model)
        if not issubclass(owner_model, GalleryModel):
            message = f"{model} has no galleries: it is not a GalleryModel."
            raise CommandError(message)
        user = _user(options["user"])
        how = {"user": user, "partial": options["partial"], "reason": options["reason"]}
        if options["undelete"]:
            owner = restore.undelete(owner_model, pk, **how)
            return f"{model} {pk} is back, as version {owner.gallery_version}."
        if version is None:
            message = "Say which VERSION, or --undelete."
            raise CommandError(message)
        owner = owner_model._base_manager.get(pk=pk)
        if options["preview"]:
            return describe(restore.preview(owner, version), version)
        scope: restore.Scope = "all" if options["all_fields"] else "galleries"
        saved = restore.restore(owner, version, scope=scope, **how)
        return f"{model} {pk} is as it was in version {version}, saved as {saved.version}."


def describe(preview: restore.Preview, version: int) -> str:
    """Say in words what restoring would give."""
    lines = [f"Version {version} would give:"]
    lines += [f"  {name}: {len(ids)} images {ids}" for name, ids in preview.lists.items()]
    lines += [f"  back out of the trash: {image.pk} {image}" for image in preview.trashed]
    lines += [f"  gone for good: {tombstone}" for tombstone in preview.lost]
    return "\n".join(lines)


def _user(name: str | None) -> Any:
    if name is None:
        return None
    users: Any = get_user_model()._default_manager
    return users.get_by_natural_key(name)
