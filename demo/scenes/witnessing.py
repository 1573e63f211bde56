"""Today: somebody writes past the signals, and the witness says so, and says who did the rest."""

from collections.abc import Iterable

from django.db import DatabaseError, connection
from django.test import Client
from django.urls import reverse

from audit import wording
from audit.models import Entry
from demo.club import Club
from demo.scenes.asking import ESPRESSO, GRAVEL, SECOND_PRINT
from demo.scenes.editing import SKY
from demo.shell import run
from gallery_events import galleries

#: What a table of entries may show, and how.
COLUMNS = {
    "what": wording.kind_of,
    "owner": lambda entry: f"{entry.owner_model} {entry.owner_key}",
    "who": lambda entry: entry.actor,
    "source": lambda entry: entry.source,
    "in words": wording.summary,
}


def survive_raw_sql(club: Club) -> None:
    stage, key = club.stage, club.key(ESPRESSO)
    stage.scene(
        "Somebody writes SQL behind the package's back",
        "today",
        why="No hook sees raw SQL, so an album may now show an image that nothing protects. The "
        "witness compares rows, history, references and trail, and no sweep begins before they "
        "agree again. To reconcile is to record what the database holds: nothing is taken away.",
    )
    statement = "UPDATE demo_album SET photos = json_insert(photos, '$[#]', %s) WHERE id = %s"
    parameters = (key, club.albums[SKY])
    stage.say(f"An import script puts '{ESPRESSO}' into the album '{SKY}':")
    stage.code(statement % parameters)
    _execute(statement, *parameters)
    run(stage, "audit_verify")
    run(stage, "gallery_sweep")
    run(stage, "audit_reconcile")
    run(stage, "gallery_sweep")
    newest = galleries.timeline(club.album(SKY))[0]
    stage.say(f"The timeline has it: version {newest.version}, {newest.event}. So has the trail:")
    _show(club, Entry.objects.filter(owner_key=str(club.albums[SKY])).order_by("-pk")[:1], *COLUMNS)


def follow_a_request(club: Club) -> None:
    stage, album = club.stage, club.album(SKY)
    stage.scene(
        "Who did what: a request, and the life of an image",
        "today",
        why="Each signal becomes an entry in the transaction of its deed: no entry, no deed. The "
        "time is the database's own, so no entry is back-dated, as this story's dates are.",
    )
    stage.say(
        f"In the admin Anna puts '{SECOND_PRINT}', which is in the trash, into '{SKY}'. One request:"
    )
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(club.people["Anna"])
    browser.post(
        reverse("admin:demo_album_change", args=[album.pk]),
        {
            "title": album.title,
            "notes": album.notes,
            "photos-base": album.gallery_version,
            f"photos-order-{club.key(SECOND_PRINT)}": "",
        },
    )
    request = Entry.objects.latest("pk").request_id
    _show(club, Entry.objects.filter(request_id=request).order_by("pk"), *COLUMNS)
    stage.gap()
    stage.say(f"The life of '{GRAVEL}', rescued after its purge:")
    life = Entry.objects.filter(image_key=str(club.key(GRAVEL))).order_by("pk")
    _show(club, life, "what", "who", "source", "in words")


def try_to_forge(club: Club) -> None:
    stage = club.stage
    stage.scene(
        "The trail is only added to",
        "today",
        why="The model refuses to change or delete an entry, and so do triggers of the database, "
        "whoever sends the statement. Old entries go with audit_prune, which leaves an entry.",
    )
    key = Entry.objects.latest("pk").pk
    for statement in (
        "UPDATE gallery_audit_entry SET actor = 'nobody' WHERE id = %s",
        "DELETE FROM gallery_audit_entry WHERE id <= %s",
    ):
        stage.code(statement % key)
        try:
            _execute(statement, key)
        except DatabaseError as error:
            stage.quote(f"{type(error).__name__}: {error}")
    stage.say(f"{Entry.objects.count()} entries tell of the whole story, none is missing.")


def _show(club: Club, entries: Iterable[Entry], *columns: str) -> None:
    rows = [[COLUMNS[each](entry) for each in columns] for entry in entries]
    club.stage.table(columns, rows)


def _execute(statement: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
