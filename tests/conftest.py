"""The database of the run, a media folder for each test, and pictures to put there."""

import os
import signal
from contextlib import ExitStack

import hypothesis
import pytest
from django.conf import settings as django_settings

from tests.pictures import picture as make_picture
from tests.postgres import NoPostgres, server
from tests.project.settings import DATABASE

CI = os.environ.get("CI") == "true"
#: What asks no database is run once, beside SQLite.
WITHOUT_DATABASE = ("tests/domain/", "tests/imaging/", "tests/faults/model/")

# A shared machine is slow at times, which says nothing about the code: no deadline.
hypothesis.settings.register_profile("local", deadline=None)
# The same examples each time: a red build comes from the change, and comes again. New ones are
# looked for wherever people run the tests.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if CI else "local")


def pytest_configure(config):
    """Start PostgreSQL once for the run: xdist's workers find it by the environment."""
    if DATABASE != "postgresql" or "GALLERY_POSTGRES_HOST" in os.environ:
        return
    # Stopped from outside is stopped all the same: the server goes down with the run.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    running = ExitStack()
    config.add_cleanup(running.close)
    try:
        host = running.enter_context(server())
    except NoPostgres as error:
        outcome = "failed" if CI else "is skipped"
        pytest.exit(f"The run on PostgreSQL {outcome}: {error}", returncode=int(CI))
    os.environ["GALLERY_POSTGRES_HOST"] = host
    running.callback(os.environ.pop, "GALLERY_POSTGRES_HOST")
    django_settings.DATABASES["default"]["HOST"] = host


def pytest_collection_modifyitems(config, items):
    """Leave out what only the other database can show."""
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[DATABASE]
    left_out = [
        item
        for item in items
        if item.get_closest_marker(other)
        or (DATABASE == "postgresql" and item.nodeid.startswith(WITHOUT_DATABASE))
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory, django_db_modify_db_settings_parallel_suffix):
    """SQLite gets a file: threads cannot share a database in memory as they do one in use."""
    if DATABASE == "sqlite":
        name = tmp_path_factory.mktemp("database") / "gallery.sqlite3"
        django_settings.DATABASES["default"]["TEST"]["NAME"] = str(name)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Return the folder of this test's uploads."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def picture():
    """Return the maker of small real pictures."""
    return make_picture
