"""Mistakes: photographs are taken out by accident, an album is deleted."""

from demo.club import Club
from demo.scenes.editing import BEST, LENS
from gallery_events import galleries
from gallery_events.flows import restore


def restore_a_version(club: Club) -> None:
    stage = club.stage
    stage.scene(
        "Ben empties half the album by accident, and has it back",
        f"{club.at(32):%d %b} to {club.at(33):%d %b}",
        why="A restore is an ordinary save with an older list, done on the server: it is recorded "
        "itself, and can be undone like any other. A preview says first what is to be had.",
    )
    album = club.album(BEST)
    good = album.gallery_version
    album.photos = album.photos[:3]
    club.save(album, by="Ben", day=32)
    stage.say(
        f"Version {album.gallery_version} holds {len(album.photos)} photographs: "
        f"{club.names(album.photos)}."
    )
    stage.code(f"restore.preview(album, {good})")
    preview = restore.preview(album, good)
    stage.say(
        f"{len(preview.lists['photos'])} photographs: {len(preview.trashed)} of them in the "
        f"trash, {len(preview.lost)} lost."
    )
    stage.code(f'restore.restore(album, {good}, user=anna, reason="by accident")')
    club.sign(album, by="Anna", day=33)
    snapshot = restore.restore(album, good, user=club.people["Anna"], reason="by accident")
    stage.say(
        f"Version {snapshot.version}, {snapshot.event} from {snapshot.restored_from} by "
        f"{snapshot.actor}: {len(album.photos)} photographs, in their old order."
    )


def delete_an_album(club: Club) -> None:
    stage = club.stage
    stage.scene(
        "A whole album is deleted",
        club.at(36),
        why="Albums go by all sorts of roads: the admin, a cascade, a script. The last snapshot "
        "keeps the list, and its images live on as long as any that left a gallery.",
    )
    lens, best = club.album(LENS), club.album(BEST)
    lens.photos.remove(club.key("Gravel"))
    club.save(lens, by="Carla", day=32, reason="looks like the brick wall")
    best.photos.remove(club.key("Espresso"))
    club.save(best, by="Ben", day=35, reason="no drinks, please")
    stage.say("First two photographs are taken out: Gravel of one album, Espresso of another.")
    stage.code("lens.delete()")
    club.sign(lens, by="Anna", day=36, reason="thought it was a test")
    key = lens.pk
    lens.delete()
    lens.pk = key
    last = galleries.timeline(lens)[0]
    stage.say(
        f"Version {last.version}, {last.event} by {last.actor} ({last.reason}), remembers "
        f"{len(last.lists['photos'])} photographs: {club.names(last.lists['photos'])}."
    )
    best = club.album(BEST)
    best.photos.remove(club.key("Coins from Pompeii"))
    club.save(best, by="Ben", day=50, reason="back to the museum")
    stage.say(f"And two weeks later, on {club.at(50):%d %b}, the coins leave the best of the year.")
