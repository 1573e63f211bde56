"""The first days: photographs come in, and albums are made of them."""

from django.core.files.base import ContentFile

from demo.club import Club
from demo.models import Album, Exhibition
from demo.shell import run
from demo.stage import size
from gallery_events.exceptions import UploadRefused
from gallery_events.flows import upload
from gallery_events.models import Image

ALBUMS = {
    "Sky and space": (
        "Anna",
        [
            "Rocket on its pad",
            "Hubble deep field",
            "Surface of the moon",
            "Eileen Collins",
            "Grace Hopper",
        ],
    ),
    "Best of the year": (
        "Ben",
        [
            "Chelsea the cat",
            "Espresso",
            "Dahlia",
            "Pagoda in Beijing",
            "Motorcycle from the left",
            "Motorcycle from the right",
            "Coins from Pompeii",
        ],
    ),
    "Under the lens": (
        "Carla",
        ["Retina", "Stained tissue", "Living cell", "Brick wall", "Grass", "Gravel"],
    ),
}
POSTER = "Cameraman"


def upload_photographs(club: Club) -> None:
    stage, count = club.stage, len(club.photographs)
    stage.scene(
        f"Anna uploads {count} photographs",
        club.at(0),
        why="An upload is an image once everything about it is right: type by content, hash, "
        "size, a thumbnail. Nothing shows it yet, so a grace of 14 days begins.",
    )
    stage.code("upload.receive(file, user=anna, now=...)")
    for name, path in club.photographs.items():
        club.upload(name, path, by="Anna", day=0)
    images = club.images.values()
    stage.table(
        ["photograph", "type", " pixels", " file", " thumbnail", "sha256"],
        [
            [
                image.alt,
                image.content_type.removeprefix("image/"),
                f"{image.width} x {image.height}",
                size(image.size),
                size(image.renditions["thumbnail"]["size"]),
                f"{image.sha256[:12]}...",
            ]
            for image in images
        ],
    )
    stage.gap()
    stage.say(f"{count} images, {size(sum(image.size for image in images))}.")
    stage.say("Ben tries a letter that he called holiday.jpg:")
    try:
        upload.receive(
            ContentFile(b"Dear club, the pictures are on their way.", "holiday.jpg"),
            user=club.people["Ben"],
            now=club.at(0),
        )
    except UploadRefused as refusal:
        stage.quote(f"UploadRefused, code {refusal.code!r}: {refusal}")


def run_for_the_first_time(club: Club) -> None:
    club.stage.scene(
        "The first run only reports",
        "today's clock",
        why="The sweep is scheduled before anybody has made an album. A command knows no clock but "
        "the real one, which is ten weeks ahead of the story: to it all of this has lain about "
        "for too long. Nothing happens, because a first run shows what it would do.",
    )
    run(club.stage, "gallery_sweep", longest=6)
    club.stage.say(
        f"{Image.objects.filter(trashed_at=None).count()} images are where they were. The next "
        "runs act, here in each night of the story; 'gallery_sweep --first-run-ok' would have."
    )


def arrange_albums(club: Club) -> None:
    club.stage.scene(
        "Three albums are arranged",
        club.at(1),
        why="A gallery is an ordered list of ids on the owner's own row. Each save is a numbered "
        "snapshot, and opens a reference, a real foreign key, for each image.",
    )
    club.stage.code("album = Album(title=..., photos=[...]); album.save()")
    rows = []
    for title, (person, names) in ALBUMS.items():
        photos = [club.key(name) for name in names]
        album = Album(title=title, photos=photos, made_by=club.people[person])
        club.save(album, by=person, day=1)
        club.albums[title] = album.pk
        rows.append([title, person, len(album.photos), album.gallery_version])
    club.stage.table(["album", "by", " photos", " version"], rows)
    exhibition = Exhibition.objects.create(
        title="Forty years of the club", poster=club.images[POSTER]
    )
    placed = {key for title in ALBUMS for key in club.album(title).photos}
    left = [
        image.pk for name, image in club.images.items() if image.pk not in placed and name != POSTER
    ]
    club.stage.gap()
    club.stage.say(
        f"'{POSTER}' becomes the poster of the exhibition '{exhibition}': no gallery, a plain "
        "foreign key of the project's own."
    )
    club.stage.say(f"In no album at all: {club.names(left)}.")
