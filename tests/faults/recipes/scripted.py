"""A storage that does what a script says, call by call; beneath it lies a real folder."""

import time
from collections import deque
from threading import Lock

from django.core.files.storage import FileSystemStorage

from tests.faults.driver import Gate
from tests.faults.world import Killed

SLOWLY = 0.05
#: Where the package keeps its half of the bond with a storage.
OURS = "gallery-events/"


class Script:
    """What a storage answers to its next calls, and a list of those it had."""

    def __init__(self):
        self.calls = []
        #: Where whoever is told to ``hang`` waits until it is opened.
        self.gate = Gate()
        self._next, self._always, self._lock = {}, {}, Lock()

    def then(self, call, *answers):
        """Give these answers to the next calls of one kind, one each; what follows is as always."""
        self._next.setdefault(call, deque()).extend(answers)

    def always(self, call, answer, *, to=""):
        """Give this answer to every call that names a file with *to* in its name."""
        self._always.setdefault(call, {})[to] = answer

    def forget(self):
        """Let everything be well again."""
        self._next.clear()
        self._always.clear()

    def answer(self, call, name):
        """Note a call and return what is to come of it; the bond's markers are always well."""
        if name.startswith(OURS):
            return "ok"
        with self._lock:
            self.calls.append((call, name))
            if coming := self._next.get(call):
                return coming.popleft()
        answers = self._always.get(call, {})
        return next((each for to, each in answers.items() if to in name), "ok")

    def names(self, call):
        """Return the names that one kind of call was given, in order."""
        return [name for each, name in self.calls if each == call]


class ScriptedStorage(FileSystemStorage):
    """
    Answers as its script says: one of the words below, or a function, which is called first.

    ``ok``, ``error_before`` and ``error_after`` (the deed is done, the answer
    lost), ``hang`` and ``hang_after`` (at the gate), ``not_found``,
    ``forbidden`` (403), ``full``, ``slow``, ``killed`` and ``killed_after``
    (the process), and for ``exists`` the lies ``there`` and ``gone``.
    """

    def __init__(self, *, script, **options):
        super().__init__(**options)
        self.script = script

    def delete(self, name):
        return self._play("delete", super().delete, name)

    def exists(self, name):
        return self._play("exists", super().exists, name)

    def listdir(self, path):
        return self._play("listdir", super().listdir, path)

    def _open(self, name, mode="rb"):
        return self._play("open", super()._open, name, mode)

    def _save(self, name, content):
        return self._play("save", super()._save, name, content)

    def _play(self, call, deed, name, *rest):
        answer = self.script.answer(call, name)
        if callable(answer):
            answer()
        elif answer in ("there", "gone"):
            return answer == "there"
        elif answer in BEFORE:
            BEFORE[answer](self.script, name)
        result = deed(name, *rest)
        if answer in AFTER:
            AFTER[answer](self.script, name)
        return result


def _raise(error, message=""):
    def act(script, name):
        raise error(message or name)

    return act


def _hang(script, name):
    script.gate()


def _be_slow(script, name):
    time.sleep(SLOWLY)


BEFORE = {
    "error_before": _raise(OSError, "no route to the storage"),
    "not_found": _raise(FileNotFoundError),
    "forbidden": _raise(PermissionError, "403 Forbidden"),
    "full": _raise(OSError, "no space left on device"),
    "killed": _raise(Killed),
    "hang": _hang,
    "slow": _be_slow,
}
AFTER = {
    "error_after": _raise(TimeoutError, "the answer was lost"),
    "killed_after": _raise(Killed),
    "hang_after": _hang,
}


def install(settings, alias="default", **options):
    """Make a storage of the settings one that is scripted, and return its script."""
    script = Script()
    backend = f"{ScriptedStorage.__module__}.{ScriptedStorage.__qualname__}"
    settings.STORAGES = {
        **settings.STORAGES,
        alias: {"BACKEND": backend, "OPTIONS": {"script": script, **options}},
    }
    return script
