"""Places where whoever comes by is held, raises or dies; nothing in the package knows of them."""

import re
from contextlib import contextmanager, suppress

from django.db import connection

from tests.faults.world import Killed

#: Every statement that writes; the one with which SQLite takes its lock changes nothing.
WRITES = r"^(INSERT|UPDATE|DELETE)(?!.*WHERE 0 = 1)"


@contextmanager
def at_statement(*words, act, nth=1, after=False):
    """
    Act when this connection is about to send its *nth* statement in which all these are found.

    With *after*, when it is about to send the one that follows: by then the
    answer has been read. *act* is a gate of the driver, or anything else that
    is called; what it raises, the statement raises. Gives the statements met.
    """
    met, passed = [], False

    def watch(execute, sql, params, many, context):
        nonlocal passed
        if passed:
            passed = False
            act()
        if all(re.search(word, str(sql)) for word in words):
            met.append(str(sql))
            if len(met) == nth and after:
                passed = True
            elif len(met) == nth:
                act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield met


@contextmanager
def killed_at_write(nth):
    """Die at the *nth* statement that writes: whatever is not committed by then is undone."""
    dead = False

    def die():
        nonlocal dead
        dead = True
        raise Killed

    def stay_dead(execute, sql, params, many, context):
        if dead:
            raise Killed
        return execute(sql, params, many, context)

    with (
        suppress(Killed),
        connection.execute_wrapper(stay_dead),
        at_statement(WRITES, act=die, nth=nth) as met,
    ):
        yield met


def through(point, action, *args, **kwargs):
    """Do an action with a failpoint on the connection of whoever does it."""
    with point:
        return action(*args, **kwargs)
