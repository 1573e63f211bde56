"""The weeks beside the story: what else the club hung, changed and took down."""

from typing import Any

from demo.club import Club
from demo.collection import COLLINS, HUBBLE, SHOWS, TAKEN_DOWN, WORDS, Show
from demo.models import Album
from demo.prints import Print
from demo.scenes.asking import ESPRESSO, SECOND_PRINT
from demo.scenes.editing import LENS, SKY
from gallery_events.flows import sweep, trash, upload
from gallery_events.models import Image


def furnish(club: Club) -> None:
    """Give the site what a club of many members has; the story's own images stay as they are."""
    _put_into_words(club)
    for show in (*SHOWS, TAKEN_DOWN):
        _hang(club, show)
    _take_down(club, TAKEN_DOWN)
    _leave_about(club)
    _tidy_up(club)
    # What was uploaded on past days is looked at, as in the nights since it would have been.
    sweep.sweep()


def _put_into_words(club: Club) -> None:
    for name, (alt, caption) in WORDS.items():
        image = Image.objects.filter(pk=club.key(name)).first()
        if image is not None:
            _say(image, alt, caption)


def _hang(club: Club, show: Show) -> None:
    """Make an album as albums are made: begun, added to, rearranged, weeded."""
    spare, *keys = (_key(club, each, show) for each in (show.spare, *show.prints))
    first, *others, last = keys
    album = Album(title=show.title, notes=show.notes, made_by=club.people[show.by])
    album.photos = [*others, spare]
    club.save(album, by=show.by, day=show.day)
    album.photos[:0] = [last, first]
    club.save(album, by=show.by, day=show.day + 2, reason="two more from the same film")
    album.photos.remove(last)
    album.photos.append(last)
    club.save(album, by=show.by, day=show.day + 5, reason="in the order they were taken")
    album.photos.remove(spare)
    club.save(album, by="Anna", day=show.day + 11, reason="one too many")
    club.albums[show.title] = album.pk


def _key(club: Club, wanted: Print, show: Show) -> Any:
    """Return the key of a photograph that is there already, or of a print made of it."""
    if wanted.is_the_photograph:
        return club.key(wanted.photograph)
    return _print(club, wanted, by=show.by, day=show.day).pk


def _print(club: Club, wanted: Print, *, by: str, day: int) -> Image:
    file = wanted.develop(club.photographs[wanted.photograph])
    image: Image = upload.receive(file, user=club.people[by], now=club.at(day))
    _say(image, wanted.alt, wanted.caption)
    return image


def _say(image: Image, alt: str, caption: str) -> None:
    image.alt, image.caption = alt, caption
    image.save(update_fields=["alt", "caption"])


def _take_down(club: Club, show: Show) -> None:
    album = club.album(show.title)
    club.sign(album, by=show.by, day=64, reason="to be begun again in spring")
    album.delete()


def _leave_about(club: Club) -> None:
    """One upload waits for its album, another waits in the trash."""
    _print(club, Print(HUBBLE, "Edge of the field", box=(0, 0, 0.3, 0.3)), by="Ben", day=68)
    scratched = Print(HUBBLE, "Scratched negative", box=(0, 0, 0.4, 0.3), grey=True)
    trash.trash(_print(club, scratched, by="Ben", day=60))


def _tidy_up(club: Club) -> None:
    """The import script's espresso is no sky; two albums of the story have notes to come."""
    lens = club.album(LENS)
    lens.notes = "Surfaces, from ten micrometres to ten metres across."
    _save_now(club, lens, by="Carla")
    sky = club.album(SKY)
    for name in (ESPRESSO, SECOND_PRINT):
        sky.photos.remove(club.key(name))
    sky.photos.append(club.key(COLLINS))
    sky.notes = "What is above us, and who has been there. Prints from the observatory evening."
    _save_now(club, sky, by="Anna", reason="neither sky nor space")


def _save_now(club: Club, album: Album, *, by: str, reason: str = "") -> None:
    album._history_user = club.people[by]  # noqa: SLF001
    album._change_reason = reason  # noqa: SLF001
    album.save()
