"""The package's commands as a shell runs them: the line, what it prints, its exit code."""

import shlex
import subprocess
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from demo.stage import Stage

MANAGE = Path(__file__).resolve().parent / "manage.py"


def run(stage: Stage, *words: Any, longest: int | None = None) -> int:
    """Run a command in this process; show its line, what it prints, and its exit code unless 0."""
    given = [str(word) for word in words]
    out, code = StringIO(), 0
    try:
        call_command(*given, stdout=out, stderr=out, no_color=True)
    except CommandError as error:
        code = error.returncode
        out.write(f"{type(error).__name__}: {error}\n")
    _show(stage, given, out.getvalue(), code=code, longest=longest)
    return code


def run_elsewhere(stage: Stage, *words: Any, environment: Mapping[str, str]) -> int:
    """Run a command in a process of its own, with other settings; else as :func:`run`."""
    given = [str(word) for word in words]
    done = subprocess.run(
        [sys.executable, MANAGE, *given, "--no-color"],
        check=False,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    _show(stage, given, done.stdout + done.stderr, code=done.returncode, longest=None)
    return done.returncode


def _show(stage: Stage, words: list[str], told: str, *, code: int, longest: int | None) -> None:
    stage.shell(f"manage.py {shlex.join(words)}")
    lines = told.strip().splitlines()
    shown = lines if longest is None or len(lines) <= longest else lines[:longest]
    stage.quote("\n".join(shown))
    if left := len(lines) - len(shown):
        stage.quote(f"... ({left} more lines)")
    if code:
        stage.quote(f"exit code {code}")
