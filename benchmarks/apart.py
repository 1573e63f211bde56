"""A side in a process of its own, where its apps are installed and those of no other side."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import django
from django.core.management import call_command

#: What calls a function of a module in that process, and returns what it returned.
Ask = Callable[..., Any]


@contextmanager
def process(*apps: str) -> Iterator[Ask]:
    """Give what runs functions beside *apps*, on the same database; it ends when this one does."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_serve, args=(theirs, apps), daemon=True)
    child.start()
    theirs.close()

    def ask(run: Callable[..., Any], *args: Any) -> Any:
        try:
            ours.send((run, args))
            return ours.recv()
        except (EOFError, BrokenPipeError):
            message = f"The process with {apps or 'no other apps'} failed, and said above why."
            raise RuntimeError(message) from None

    yield ask
    ours.close()
    child.join()


def _serve(asked: Connection, apps: tuple[str, ...]) -> None:
    os.environ["BENCHMARKS_APPS"] = " ".join(apps)
    begin()
    while True:
        try:
            run, args = asked.recv()
        except EOFError:
            return
        asked.send(run(*args))


def begin() -> None:
    """Start Django, and make what tables there are not yet."""
    django.setup()
    call_command("migrate", verbosity=0)
    # The benchmarks' own have no migrations: they are made as the models are.
    call_command("migrate", run_syncdb=True, verbosity=0)
