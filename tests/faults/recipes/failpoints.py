"""Places where whoever comes by is held, raises or dies; nothing in the package knows of them."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def at_statement(*words, act, nth=1, after=False):
    """
    Act when this connection sends its *nth* statement that has all these words, or behind it.

    *act* is a gate of the driver, or anything else that is called; what it
    raises, the statement raises.
    """
    left = nth

    def watch(execute, sql, params, many, context):
        nonlocal left
        left -= all(word in str(sql) for word in words)
        mine = left == 0 and all(word in str(sql) for word in words)
        if mine and not after:
            act()
        result = execute(sql, params, many, context)
        if mine and after:
            act()
        return result

    with connection.execute_wrapper(watch):
        yield


def through(point, action, *args, **kwargs):
    """Do an action with a failpoint on the connection of whoever does it."""
    with point:
        return action(*args, **kwargs)


def raising(error):
    """Return what to do at a failpoint to raise this."""

    def act(*args, **kwargs):
        raise error

    return act
