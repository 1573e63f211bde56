"""Put an owner's galleries back to an earlier snapshot."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from gallery_events import galleries
from gallery_events.flows import restore
from gallery_events.management.arguments import (
    GalleryCommand,
    key_of,
    model_of,
    refusal,
    user_named,
)


class Command(GalleryCommand):
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
        model = model_of(options["model"], galleries.owner_models(), what="galleries")
        pk = key_of(model, options["pk"])
        how = {
            "user": user_named(options["user"]),
            "partial": options["partial"],
            "reason": options["reason"],
        }
        if options["undelete"]:
            if options["version"] is not None or options["preview"]:
                message = "--undelete brings the last snapshot back: give no VERSION or --preview."
                raise refusal(message)
            owner = restore.undelete(model, pk, **how)
            told = f"{model._meta.label} {pk} is back, as version {owner.gallery_version}."
            self.stdout.write(told)
            return
        owner, version = _owner(model, pk), options["version"]
        if version is None:
            message = "Say which VERSION, or --undelete."
            raise refusal(message)
        if options["preview"]:
            self.stdout.write(describe(restore.preview(owner, version), version))
            return
        scope: restore.Scope = "all" if options["all_fields"] else "galleries"
        saved = restore.restore(owner, version, scope=scope, **how)
        self.stdout.write(
            f"{model._meta.label} {pk} is as it was in version {version}, "
            f"saved as version {saved.version}."
        )


def describe(preview: restore.Preview, version: int) -> str:
    """Say in words what restoring would give."""
    lines = [f"Version {version} would give:"]
    lines += [
        f"  {name}: {len(ids)} images: {', '.join(map(str, ids))}" if ids else f"  {name}: nothing"
        for name, ids in preview.lists.items()
    ]
    lines += [f"  back out of the trash: {image.pk} {image}" for image in preview.trashed]
    lines += [f"  gone for good: {tombstone}" for tombstone in preview.lost]
    told = {tombstone.image_pk for tombstone in preview.lost}
    lines += [
        f"  gone for good: image {key} of {name}"
        for name, keys in preview.lost_ids.items()
        for key in keys
        if key not in told
    ]
    return "\n".join(lines)


def _owner(model: type[Any], pk: Any) -> Any:
    owner = model._base_manager.filter(pk=pk).first()
    if owner is None:
        message = (
            f"There is no {model._meta.label} {pk}. If it was deleted, --undelete brings it back."
        )
        raise refusal(message)
    return owner
