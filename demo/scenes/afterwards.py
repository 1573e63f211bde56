"""Today: what happened is looked at, and brought back as far as it is there."""

from demo.club import Club
from demo.models import Album
from demo.scenes.editing import BEST, LENS
from demo.scenes.sweeping import in_the_trash
from gallery_events import galleries
from gallery_events.exceptions import ImagesLost
from gallery_events.flows import restore


def look_at_the_timeline(club: Club) -> None:
    stage, album = club.stage, club.album(BEST)
    stage.scene(
        f"The timeline of '{BEST}'",
        "today",
        why="Who did what, and when? One query. Each snapshot knows its own difference, so no "
        "two lists need comparing.",
    )
    stage.code("galleries.timeline(album)")
    rows = []
    for each in galleries.timeline(album):
        added, removed, moved = each.delta["photos"].counts if each.delta else (0, 0, 0)
        what = each.event + (f" from {each.restored_from}" if each.restored_from else "")
        changes = [
            f"{sign}{n}" if n else "" for sign, n in (("+", added), ("-", removed), ("~", moved))
        ]
        rows.append([each.version, f"{each.at:%d %b}", each.actor, what, *changes, each.reason])
    stage.table([" v", "date", "who", "what", " +", " -", " moved", "reason"], rows)
    stage.gap()
    stage.code(f"galleries.compare(album, 1, {album.gallery_version})")
    found = galleries.compare(album, 1, album.gallery_version)
    for name in ("added", "removed", "moved", "unchanged"):
        stage.say(f"{name}: {club.names(getattr(found, name)['photos']) or 'none'}")
    for name, (before, after) in found.fields.items():
        stage.say(f"{name}: {before!r} became {after!r}")


def recover_the_album(club: Club) -> None:
    stage = club.stage
    deleted = Album(pk=club.albums[LENS])
    stage.scene(
        f"The deleted album '{LENS}' comes back",
        "today",
        why="Five weeks after it was deleted its images are in the trash, still served, and not "
        "yet purged. Undelete takes them out of it; key and version numbers go on.",
    )
    stage.say(f"In the trash now: {club.names(image.pk for image in in_the_trash())}.")
    stage.code(f"restore.undelete(Album, {deleted.pk}, user=carla)")
    album = restore.undelete(
        Album, deleted.pk, user=club.people["Carla"], reason="it was not a test"
    )
    stage.say(
        f"'{album}', key {album.pk}, version {album.gallery_version}: "
        f"{club.names(image.pk for image in album.photos.images())}; "
        f"missing: {len(album.photos.missing())}."
    )
    stage.say(f"In the trash now: {club.names(image.pk for image in in_the_trash())}.")


def meet_the_limit(club: Club) -> None:
    stage, album = club.stage, club.album(BEST)
    stage.scene(
        "What is too old to be had back is said, not left out",
        "today",
        why="Version 1 is ten weeks old. Nothing promised to keep its images, and one is gone. A "
        "silent restore of the rest would look right and be wrong, so it is refused.",
    )
    stage.code("restore.preview(album, 1)")
    preview = restore.preview(album, 1)
    stage.say(
        f"{len(preview.lists['photos'])} photographs; "
        f"in the trash: {club.names(image.pk for image in preview.trashed)}; "
        f"lost: {club.names(each.image_pk for each in preview.lost)}."
    )
    stage.code("restore.restore(album, 1)")
    try:
        restore.restore(album, 1, user=club.people["Anna"])
    except ImagesLost as lost:
        stage.quote(f"ImagesLost, ids {lost.ids}: {lost}")
    stage.say(
        f"The album is as it was: version {club.album(BEST).gallery_version}. With "
        "partial=True the others would come back."
    )
