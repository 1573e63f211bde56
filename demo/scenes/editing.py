"""The next weeks: albums are edited, by one, by two at once, and share a photograph."""

from demo.club import Club
from gallery_events import galleries
from gallery_events.exceptions import StaleGallery
from gallery_events.flows import sweep

BEST, SKY, LENS = "Best of the year", "Sky and space", "Under the lens"


def edit_over_weeks(club: Club) -> None:
    club.stage.scene(
        "The album changes over the weeks",
        f"{club.at(4):%d %b} to {club.at(8):%d %b}",
        why="Reordering and removing are plain list operations. What was before stays on record, "
        "and a removed image lives on for the retention of 30 days.",
    )
    album = club.album(BEST)
    club.stage.code("album.photos.insert(0, dahlia); album.save()")
    album.photos.remove(club.key("Dahlia"))
    album.photos.insert(0, club.key("Dahlia"))
    club.save(album, by="Anna", day=4)
    _show(club, album.gallery_version)
    club.stage.code("album.photos.remove(motorcycle); album.save()")
    album.photos.remove(club.key("Motorcycle from the right"))
    club.save(album, by="Ben", day=8, reason="one motorcycle is enough")
    _show(club, album.gallery_version)


def edit_at_once(club: Club) -> None:
    club.stage.scene(
        "Two people edit at the same time",
        f"{club.at(11):%d %b} to {club.at(12):%d %b}",
        why="The last one to save does not win. Changes that fit together are merged; when they "
        "contradict each other the second save is refused, and nothing is lost silently.",
    )
    annas, bens = club.album(BEST), club.album(BEST)
    bens.photos.append(club.key("Eileen Collins"))
    club.save(bens, by="Ben", day=11)
    club.stage.say(f"Both open version {annas.gallery_version}. Ben adds Eileen Collins and saves.")
    annas.photos.remove(club.key("Chelsea the cat"))
    annas.photos.insert(0, club.key("Chelsea the cat"))
    annas.notes = "The cat always comes first."
    club.save(annas, by="Anna", day=11)
    club.stage.say("Anna, who has not seen that, moves the cat to the front, writes a note, saves.")
    club.stage.say(f"Version {annas.gallery_version} has both: {club.names(annas.photos)}.")
    club.stage.gap()
    club.stage.say("Next day both put the album into an order of their own. Ben is first. Anna:")
    _contradict(club)


def _contradict(club: Club) -> None:
    annas, bens = club.album(BEST), club.album(BEST)
    bens.photos.sort(key=club.names_by_key.get)
    club.save(bens, by="Ben", day=12, reason="by name")
    wanted = annas.photos[:1] + annas.photos[:0:-1]
    annas.photos = wanted
    try:
        club.save(annas, by="Anna", day=12)
    except StaleGallery as stale:
        club.stage.quote(f"StaleGallery: {stale}")
    club.stage.say("She loads it again, looks at Ben's order, and decides for hers.")
    annas.refresh_from_db()
    annas.photos = wanted
    club.save(annas, by="Anna", day=12, reason="agreed with Ben")
    _show(club, annas.gallery_version)


def share_an_image(club: Club) -> None:
    club.stage.scene(
        "A photograph in two albums leaves one of them",
        club.at(13),
        why="The delete-on-remove of simple galleries would now break the other album. Here an "
        "image goes when the last reason for it has gone, and not before.",
    )
    album = club.album(SKY)
    club.stage.code("sky.photos.remove(eileen); sky.save(); print(sweep.explain(eileen))")
    album.photos.remove(club.key("Eileen Collins"))
    club.save(album, by="Anna", day=13)
    club.stage.quote(sweep.explain(club.images["Eileen Collins"]))


def _show(club: Club, version: int) -> None:
    snapshot = galleries.snapshot(club.album(BEST), version)
    delta = snapshot.delta["photos"]
    changes = [
        f"{word} {club.names(key for _, key in placed)}"
        for word, placed in (
            ("added", delta.added),
            ("removed", delta.removed),
            ("moved", delta.moved),
        )
        if placed
    ]
    club.stage.say(
        f"version {snapshot.version}, {snapshot.event} by {snapshot.actor}: {'; '.join(changes)}"
    )
