"""One run in a process of its own, so that whatever happens there is told here."""

import os
import pickle
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any

from tests.imaging.fuzz.judging import Finding

#: By its own clock a run has some seconds; by this one it is ended, however busy the machine is.
PATIENCE = 120.0
CPU = 60
#: So that a run that takes all there is does not take it from the machine.
ADDRESSES = 3 * 1024**3


def apart(function: Callable[[], Any]) -> Any:
    """Return what *function* returns in a fork; raise RuntimeError when anything goes wrong there."""
    kind, answer = alone(function)
    if kind != "ok":
        raise RuntimeError(answer)
    return answer


def alone(function: Callable[[], Any]) -> tuple[str, Any]:
    """
    Return ("ok", what *function* returned) or ("finding", what went wrong), run in a fork.

    A signal that ends it, an exception and a hang are findings.
    """
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiving)
        _run(function, sending)
    os.close(sending)
    try:
        answer = _received(receiving)
    finally:
        os.close(receiving)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if answer is None:
        return "finding", f"hang: no answer in {PATIENCE:.0f} s"
    if os.WIFSIGNALED(status):
        return "finding", f"crash: {signal.Signals(os.WTERMSIG(status)).name}"
    if not answer:
        return "finding", "crash: it ended without an answer"
    return pickle.loads(answer)


def _run(function: Callable[[], Any], sending: int) -> None:
    for kind, most in ((resource.RLIMIT_CPU, CPU), (resource.RLIMIT_AS, ADDRESSES)):
        resource.setrlimit(kind, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Decoders tell the terminal what they think of such files.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        answer = ("ok", function())
    except Finding as finding:
        answer = ("finding", str(finding))
    except BaseException:  # noqa: BLE001 - whatever it is, it is found
        answer = ("finding", f"exception: {traceback.format_exc()[-2000:]}")
    with os.fdopen(sending, "wb") as pipe:
        pipe.write(pickle.dumps(answer))
    os._exit(0)


def _received(receiving: int) -> bytes | None:
    """Return all that comes, or None when nothing does for too long."""
    ends = time.monotonic() + PATIENCE
    found = b""
    while (left := ends - time.monotonic()) > 0:
        if not select.select([receiving], [], [], left)[0]:
            break
        if not (chunk := os.read(receiving, 65_536)):
            return found
        found += chunk
    return None
