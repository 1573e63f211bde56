"""The demo's data: a fresh database with the club's people in it."""

import shutil
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.core.management import call_command

#: Who the people are; each one's password is the name in small letters.
PEOPLE = {
    "Anna": "arranges albums",
    "Ben": "arranges albums",
    "Carla": "administrator, sees everything",
}
ADMINISTRATOR = "Carla"


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
    person = make(name.lower(), password=name.lower(), first_name=name, is_staff=True)
    if not person.is_superuser:
        codenames = [f"{verb}_album" for verb in ("add", "change", "delete", "view")]
        codenames += ["view_image", "view_exhibition"]
        person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return person
