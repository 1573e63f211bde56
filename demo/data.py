"""The demo's data: a fresh database with the club's people in it."""

import shutil
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.management import call_command

#: Who the people are; each one's password is the name in small letters.
PEOPLE = {
    "Ben": "member: makes albums and changes his own",
    "Anna": "editor: changes, restores and recovers every album, also in the admin",
    "Carla": "administrator: may everything",
}
EDITOR, ADMINISTRATOR = "Anna", "Carla"
#: What an editor may, beside what every member may.
RIGHTS = [
    *(f"{verb}_album" for verb in ("add", "change", "delete", "view")),
    *(f"{verb}_exhibition" for verb in ("add", "change", "view")),
    *(f"{verb}_image" for verb in ("add", "change", "view", "rescue", "pin")),
    *("view_timeline", "restore_gallery", "recover_owner"),
]


def start_afresh() -> dict[str, Any]:
    """Remake the demo's data, and return its people by name."""
    settings.DATA.mkdir(parents=True, exist_ok=True)
    database = settings.DATABASES["default"]["NAME"]
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    call_command("migrate", verbosity=0)
    return {name: _person(name) for name in PEOPLE}


def _person(name: str) -> User:
    make = User.objects.create_superuser if name == ADMINISTRATOR else User.objects.create_user
    works = name in (EDITOR, ADMINISTRATOR)
    person = make(name.lower(), password=name.lower(), first_name=name, is_staff=works)
    if name == EDITOR:
        person.user_permissions.set(Permission.objects.filter(codename__in=RIGHTS))
    return person
