"""What the commands share: how arguments are read, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NoReturn, cast

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured, ObjectDoesNotExist, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError, models

from gallery_events.exceptions import GalleryError

#: It came to no end.
CRASHED = 1
#: Done, but something was left or found.
FOUND = 2
#: Nothing was done.
REFUSED = 3


class GalleryCommand(BaseCommand):
    """A command that tells a refusal in one sentence, and then exits with 3."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let wrong arguments exit with 3 as well: argparse's own 2 would mean "done"."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        def refuse(message: str) -> NoReturn:
            if not parser.called_from_command_line:
                raise refusal(f"{message[:1].upper()}{message[1:]}.")
            parser.exit(REFUSED, f"{parser.format_usage()}{parser.prog}: error: {message}\n")

        parser.error = refuse  # type: ignore[method-assign]
        return parser

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run, and turn what was refused into a sentence."""
        try:
            return super().execute(*args, **options)
        except (GalleryError, ImproperlyConfigured) as error:
            raise refusal(str(error)) from error
        except ValidationError as error:
            raise refusal(" ".join(error.messages)) from error
        except (OperationalError, ProgrammingError) as error:
            message = (
                f"The database could not do it: {str(error).strip()}. Is it reachable, writable, "
                "and migrated ('manage.py migrate')?"
            )
            raise CommandError(message, returncode=CRASHED) from error


def refusal(message: str) -> CommandError:
    """Return the error of a command that has done nothing."""
    return CommandError(message, returncode=REFUSED)


def model_of(label: str, known: Collection[type[Any]], *, what: str) -> type[Any]:
    """Return one of the known models by its label; a proxy stands for its model."""
    try:
        chosen = apps.get_model(label)._meta.concrete_model
    except (LookupError, ValueError):
        chosen = None
    if chosen in known:
        return cast("type[Any]", chosen)
    names = ", ".join(each._meta.label for each in known) or "none"
    message = f"{label} is none of the models that have {what}: {names}."
    raise refusal(message)


def key_of(model: type[models.Model], text: str) -> Any:
    """Return a key in its own type."""
    try:
        key = model._meta.pk.to_python(text)
    except ValidationError as error:
        message = f"{text!r} cannot be a key of {model._meta.label}: {' '.join(error.messages)}"
        raise refusal(message) from error
    if isinstance(key, int) and abs(key) >= 2**63:
        message = f"{text} cannot be a key of {model._meta.label}: it is too large."
        raise refusal(message)
    return key


def user_named(name: str | None) -> Any:
    """Return the user of that name, None where none is given."""
    if name is None:
        return None
    users: Any = get_user_model()
    try:
        return users._default_manager.get_by_natural_key(name)
    except ObjectDoesNotExist as error:
        message = f"There is no user whose {users.USERNAME_FIELD} is {name!r}."
        raise refusal(message) from error
