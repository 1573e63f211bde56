"""All tables and all files, to prove that nothing was written, or that two ends are the same."""

from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings


def dump():
    """Return every row of every model's table and every file with its bytes."""
    return {"rows": rows(), "files": contents()}


def rows():
    """Return the rows of every table that has any, as text, in a fixed order."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            kept = sorted(map(repr, model._base_manager.values()))
            if kept:
                found[model._meta.label] = kept
    return found


def contents():
    """Return the bytes of every file, by name."""
    root = Path(settings.MEDIA_ROOT)
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@contextmanager
def nothing_written():
    """Hold that a block leaves every table and every file as it was."""
    before = dump()
    yield
    assert dump() == before
