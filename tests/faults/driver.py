"""Two or more connections in an order that a test decides, and the question who waits for whom."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from threading import Event

from django.db import connection, connections, transaction

#: Nothing waits longer: a test that would hang fails, and a busy machine has not hung yet.
PATIENCE = 60
#: The database gives up before that, and says what it was waiting for.
LOCK_PATIENCE = 45
#: So long must somebody have been kept waiting where the database does not tell by whom.
A_WHILE = 0.3


class Actor:
    """One thread with its own connection, which does one thing at a time, in order."""

    def __init__(self, **options):
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._open = None
        self.pid = self.do(lambda: self._connect(options))

    def _connect(self, options):
        if options:
            mine = deepcopy(connection.settings_dict)
            given = {**mine["OPTIONS"], **options}
            mine["OPTIONS"] = {name: value for name, value in given.items() if value is not None}
            connections["default"].settings_dict = mine
        connection.ensure_connection()
        if connection.vendor != "postgresql":
            return None
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET lock_timeout = '{LOCK_PATIENCE}s'; "
                f"SET statement_timeout = '{LOCK_PATIENCE}s'; SET deadlock_timeout = '200ms'"
            )
        return connection.connection.info.backend_pid

    def start(self, action, *args, **kwargs):
        """Begin an action and return what will hold its result."""
        return self._thread.submit(action, *args, **kwargs)

    def do(self, action, *args, **kwargs):
        """Do an action and return its result, or raise what it raised."""
        return self.start(action, *args, **kwargs).result(PATIENCE)

    def begin(self):
        """Open a transaction that stays open over several actions."""
        self._open = transaction.atomic()
        self.do(self._open.__enter__)

    def commit(self):
        """Commit it, or raise what the database says to that."""
        self.do(self._open.__exit__, None, None, None)

    def start_commit(self):
        """Begin to commit it."""
        return self.start(self._open.__exit__, None, None, None)

    def roll_back(self):
        self.do(self._roll_back)

    def _roll_back(self):
        transaction.set_rollback(True)
        self._open.__exit__(None, None, None)

    def leave(self):
        """Close the connection, whatever is still open on it."""
        try:
            self.do(connections.close_all)
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)


@contextmanager
def actors(number, **options):
    """Give so many actors, and take their connections back whatever happened."""
    with ExitStack() as leaving:
        found = []
        for _ in range(number):
            found.append(Actor(**options))
            leaving.callback(found[-1].leave)
        yield found


def waits_for(waiting, holder, *, under_way):
    """
    Tell whether one actor is kept waiting by another.

    PostgreSQL names the holder. SQLite has one lock for all: there, what is
    *under_way* must still not be done after a while.
    """
    if connection.vendor != "postgresql":
        time.sleep(A_WHILE)
        return not under_way.done()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not under_way.done():
        if holder.pid in _blocking(waiting.pid):
            return True
        time.sleep(0.01)
    return False


def _blocking(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_blocking_pids(%s)", [pid])
        return cursor.fetchone()[0]


class Gate:
    """A place where whoever comes by waits until it is opened."""

    def __init__(self):
        self._reached, self._opened = Event(), Event()

    def __call__(self, *args, **kwargs):
        self._reached.set()
        if not self._opened.wait(PATIENCE):
            message = "The gate was never opened."
            raise TimeoutError(message)

    def wait_until_reached(self):
        if not self._reached.wait(PATIENCE):
            message = "Nobody came to the gate."
            raise TimeoutError(message)

    def open(self):
        self._opened.set()


@contextmanager
def held_at(signal):
    """Hold whoever sends this signal, inside its transaction, until the gate is opened."""
    gate = Gate()
    signal.connect(gate)
    try:
        yield gate
    finally:
        gate.open()
        signal.disconnect(gate)
