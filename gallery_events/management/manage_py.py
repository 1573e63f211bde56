"""Where this project is started from, as django-crontab finds it."""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

DEFAULT = re.compile(r"""["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""")


def settings_module() -> str:
    """Return the name of the settings in use; "" when they are no module."""
    return os.environ.get("DJANGO_SETTINGS_MODULE", "")


def python_path() -> str:
    """Return this interpreter, or the file that CRONTAB_PYTHON_EXECUTABLE names in its place."""
    named = str(getattr(settings, "CRONTAB_PYTHON_EXECUTABLE", ""))
    return named if Path(named).is_file() else sys.executable


def manage_path() -> str | None:
    """
    Return the path of manage.py, or None when nobody would find it.

    CRONTAB_DJANGO_MANAGE_PATH names it; without one it is a module beside the
    settings, or on the path of this process.
    """
    named = getattr(settings, "CRONTAB_DJANGO_MANAGE_PATH", None)
    if named is not None:
        return str(named) if Path(named).is_file() else None
    project = getattr(settings, "CRONTAB_DJANGO_PROJECT_NAME", settings_module().split(".")[0])
    for name in (f"{project}.manage", "manage"):
        try:
            spec = find_spec(name)
        except (ImportError, ValueError):
            continue
        if spec is not None and spec.origin is not None:
            return str(Path(spec.origin).with_suffix(".py"))
    return None


def default_settings(manage: str) -> str | None:
    """Return the settings that a manage.py starts with unless told; None when it does not say."""
    try:
        found = set(DEFAULT.findall(Path(manage).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return None
    return found.pop() if len(found) == 1 else None
