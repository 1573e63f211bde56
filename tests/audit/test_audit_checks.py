import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps

from audit import checks, conf, guard
from audit.models import Entry
from gallery_events.fields import GalleryField
from gallery_events.models import GalleryModel


def ids(found):
    return [each.id for each in found]


def test_the_project_of_the_tests_is_right():
    assert run_checks(tags=[checks.TAG]) == []


@pytest.mark.parametrize(
    "given, cure",
    [
        ({"DRFT": "report"}, "Did you mean 'DRIFT'"),
        ({"COLOUR": 1}, "RECORD_ADDRESS"),
        ({"DRIFT": "ignore"}, "'refuse', 'reconcile', 'report'"),
        ({"DRIFT": ["report"]}, "'refuse'"),
        ({"RECORD_ADDRESS": "yes"}, "True or False"),
        ({"KEEP_DAYS": 0}, "from 1"),
        ({"KEEP_DAYS": True}, "from 1"),
        ({"KEEP_DAYS": "30"}, "from 1"),
        ({"KEEP_DAYS": float("nan")}, "from 1"),
        ({"CLIENT_ADDRESS": "no.such.thing"}, "cannot be imported"),
        ({"CLIENT_ADDRESS": 7}, "callable"),
        (["DRIFT"], "GALLERY_AUDIT = "),
    ],
    ids=str,
)
def test_a_wrong_setting_is_an_error_with_its_cure(settings, given, cure):
    settings.GALLERY_AUDIT = given

    (error,) = checks.check_settings()

    assert error.id == "gallery_audit.E001"
    assert cure in error.hint
    with pytest.raises(ImproperlyConfigured, match="GALLERY_AUDIT"):
        conf.current()


def test_without_settings_the_defaults_hold(settings):
    del settings.GALLERY_AUDIT

    assert conf.current() == conf.AuditSettings(
        DRIFT="refuse", RECORD_ADDRESS=False, CLIENT_ADDRESS=None, KEEP_DAYS=None
    )


@pytest.mark.parametrize("days", [1, 0.5 + 1, 100_000, None])
def test_right_settings_are_read(settings, days):
    settings.GALLERY_AUDIT = {"KEEP_DAYS": days, "DRIFT": "reconcile"}

    assert checks.check_settings() == []
    assert days == conf.current().KEEP_DAYS


@pytest.mark.parametrize("names", [["audit", "gallery_events"], ["audit"]], ids=["after", "alone"])
def test_the_trail_stands_behind_what_it_hears(monkeypatch, names):
    configs = {name: apps.get_app_config(label) for name, label in LABELS.items()}
    monkeypatch.setattr(apps, "get_app_configs", lambda: [configs[name] for name in names])

    assert ids(checks.check_apps()) == ["gallery_audit.E002"]


LABELS = {"audit": "gallery_audit", "gallery_events": "gallery_events"}


class Elsewhere:
    """Sends the trail to a database of its own."""

    def db_for_write(self, model, **hints):
        return "other" if model is Entry else None


def test_a_trail_in_another_database_is_an_error(settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.Elsewhere"]

    found = checks.check_routers()

    assert set(ids(found)) == {"gallery_audit.E003"}
    assert any("project.Album" in each.msg for each in found)


def test_a_gallery_named_like_a_word_of_the_trail_is_an_error():
    with isolate_apps("tests.project") as isolated:

        class Case(GalleryModel):
            __module__ = "tests.project.models"
            reason = GalleryField()

        (error,) = checks.check_names(app_configs=[isolated.get_app_config("project")])

    assert error.id == "gallery_audit.E005"
    assert error.obj is Case._meta.get_field("reason")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", [0, 1])
def test_a_missing_trigger_is_an_error(which):
    up, down = guard.statements(connection)
    with connection.cursor() as cursor:
        cursor.execute(down[which])
    try:
        (error,) = checks.check_guard(databases=["default"])
    finally:
        with connection.schema_editor() as editor:
            for statement in up:
                editor.execute(statement, params=None)

    assert error.id == "gallery_audit.E004"
    assert "migrate gallery_audit 0001" in error.hint
    assert checks.check_guard(databases=["default"]) == []


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("off", ["DISABLE", "ENABLE REPLICA"])
def test_a_trigger_that_is_switched_off_is_missing(off):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE gallery_audit_entry {off} TRIGGER gallery_audit_entry_kept")

    assert guard.missing(connection) == {"gallery_audit_entry_kept"}


@pytest.mark.django_db
def test_a_guard_that_is_lifted_for_good_is_an_error():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO gallery_audit_pruning VALUES (7)")

    (error,) = checks.check_guard(databases=["default"])

    assert (error.id, "gallery_audit_pruning" in error.msg) == ("gallery_audit.E004", True)


def test_no_database_is_asked_that_is_not_named():
    assert checks.check_guard() == []
    assert checks.check_guard(databases=[]) == []


def test_an_entry_names_nothing_by_a_foreign_key():
    assert not [each for each in Entry._meta.get_fields() if isinstance(each, models.ForeignKey)]
