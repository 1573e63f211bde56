"""Today: an operator asks why, looks ahead, and has things back, by the package's commands."""

from datetime import timedelta

from demo.club import Club
from demo.scenes.beginning import POSTER
from demo.shell import run
from gallery_events.flows import trash
from gallery_events.models import Image

COINS, ESPRESSO, GRAVEL = "Coins from Pompeii", "Espresso", "Gravel"
SECOND_PRINT, GONE = "Second print of the dahlia", "Motorcycle from the right"


def ask_why(club: Club) -> None:
    club.stage.scene(
        "Why is it still here? Why did it go?",
        "today",
        why="Every image has an answer, dead or alive: the one thing an operator must be able to "
        "say when somebody misses a picture, or asks what fills the disk. A key does, or any name "
        "of the image, or its address.",
    )
    for question, image in (
        ("in an album", club.key("Eileen Collins")),
        ("a foreign key", club.key(POSTER)),
        ("out of its album for 20 days", club.images[COINS].name),
        ("uploaded, in no album yet", club.key(SECOND_PRINT)),
        ("in the trash", club.key(ESPRESSO)),
        ("row purged last night, files still there", club.key(GRAVEL)),
        ("gone", club.images[GONE].name),
    ):
        club.stage.say(f"{question.capitalize()}:")
        run(club.stage, "gallery_why", image)


def look_ahead(club: Club) -> None:
    club.stage.scene(
        "What tonight would do, and the six nights after it",
        "from today on",
        why="A dry run writes nothing. The week ahead is played through in memory: what must not "
        "go can be put back in time, and a run that the breaker would stop is known before.",
    )
    run(club.stage, "gallery_sweep", "--dry-run")


def look_into_the_trash(club: Club) -> None:
    stage = club.stage
    stage.scene(
        "The trash, and the way out of it",
        "today",
        why="What waits here is still served. One command lists it and takes things out, also an "
        "image whose row is purged: until somebody tries to remove its files it comes back whole, "
        "with its key. A pin keeps what nothing names, until a day and for a reason.",
    )
    stage.say("Ben does not wait for his second print of the dahlia to come here by itself:")
    stage.code(f"trash.trash(Image.objects.get(pk={club.key(SECOND_PRINT)}))")
    trash.trash(Image.objects.get(pk=club.key(SECOND_PRINT)))
    run(stage, "gallery_trash", "list")
    espresso, gravel = club.key(ESPRESSO), club.key(GRAVEL)
    run(stage, "gallery_trash", "rescue", espresso, gravel, "--user", "carla")
    back = Image.objects.get(pk=gravel)
    there = "is there" if back.file.storage.exists(back.file.name) else "is missing"
    stage.say(f"'{GRAVEL}' has its key {back.pk} again; its file {there}.")
    until = (club.today + timedelta(days=90)).date()
    run(stage, "gallery_trash", "pin", gravel, "--until", until, "--reason", "for the calendar")
    run(stage, "gallery_why", gravel)
