"""Names and contents of what models of one's own have in the database."""

import pytest
from django.apps import apps as global_apps
from django.core.checks import run_checks
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from django.test.utils import isolate_apps

from gallery_events import checks
from gallery_events.models import AbstractImage, AbstractReference, Image, Reference
from tests.project.models import Album

HERE = "tests.project.models"
LONG = "PhotographOfTheCollectionOfTheMunicipalMuseumOfModernArt"


def meta(*bases, **options):
    return type("Meta", bases, {"app_label": "project", **options})


def pair(image_meta, reference_meta, name="Photograph"):
    """Return an image model and its references."""
    image = type(name, (AbstractImage,), {"__module__": HERE, "Meta": image_meta})
    key = models.ForeignKey(image, on_delete=models.PROTECT, related_name="references")
    attributes = {"__module__": HERE, "image": key, "Meta": reference_meta}
    return image, type(f"{name}Reference", (AbstractReference,), attributes)


def whole(name):
    return pair(meta(AbstractImage.Meta), meta(AbstractReference.Meta), name)


@pytest.fixture
def app():
    """Return the configuration of an app whose models exist for one test only."""
    with isolate_apps("tests.project") as apps:
        yield apps.get_app_config("project")


def names(model):
    return [each.name for each in (*model._meta.constraints, *model._meta.indexes)]


def test_short_names_are_as_they_were():
    assert names(Image) == ["gallery_events_image_file", "gallery_events_image_due"]
    assert names(Reference) == [
        "gallery_events_reference_current",
        "gallery_events_reference_until",
        "gallery_events_reference_ended",
    ]
    assert "project_historicalalbum_version" in names(Album.history.model)


@pytest.mark.django_db
def test_long_ones_fit_and_differ(app):
    found = [name for model in (*whole("PhotographOfOurs"), *whole(LONG)) for name in names(model)]
    assert len(set(found)) == len(found) == 10
    assert max(map(len, found)) == 63

    for model in app.get_models():
        assert all(len(each.name) <= 30 for each in model._meta.indexes)
        assert [each for each in model.check(databases=["default"]) if "E03" in each.id] == []
        assert {name.rpartition("_")[2] for name in names(model)} <= {
            *("file", "due", "current", "until", "ended")
        }


def test_migrations_hold_the_names_themselves(app):
    for model in whole(LONG):
        state = ModelState.from_model(model)
        for each in (*state.options["constraints"], *state.options["indexes"]):
            assert type(each.name) is str
            assert type(each) in {models.Index, models.UniqueConstraint}
            assert repr(each.name) in MigrationWriter.serialize(each)[0]


def test_and_come_out_the_same_again(app):
    def state():
        made = ProjectState()
        for model in whole(LONG):
            made.add_model(ModelState.from_model(model))
        return made

    first = state()
    with isolate_apps("tests.project"):
        second = state()

    assert MigrationAutodetector(first, second)._detect_changes() == {}


@pytest.mark.django_db(transaction=True)
def test_the_database_takes_them(app):
    state = ProjectState.from_apps(global_apps)
    for model in whole(LONG):
        state.add_model(ModelState.from_model(model))
    made = [state.apps.get_model("project", f"{LONG}{end}") for end in ("", "Reference")]
    with connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    try:
        with connection.cursor() as cursor:
            for model in made:
                there = connection.introspection.get_constraints(cursor, model._meta.db_table)
                assert set(names(model)) <= there.keys()
    finally:
        with connection.schema_editor() as editor:
            for model in reversed(made):
                editor.delete_model(model)


# What a Meta of one's own has dropped.


def test_models_that_inherit_the_meta_are_whole(app):
    own = [models.Index(fields=["alt"], name="by_alt")]
    pair(
        meta(AbstractImage.Meta, indexes=[*AbstractImage.Meta.indexes, *own]),
        meta(AbstractReference.Meta, ordering=["since"]),
    )

    assert checks.check_tables([app]) == []


def test_a_meta_that_does_not_inherit_drops_all(app):
    image, reference = pair(meta(), meta())
    messages = checks.check_tables([app])

    assert {each.id for each in messages} == {"gallery_events.E012"}
    assert [(each.obj, each.msg.rpartition(": ")[2]) for each in messages] == [
        (image, "'file'."),
        (image, "'due'."),
        (reference, "'current'."),
        (reference, "'until', 'ended'."),
    ]
    assert "Write class Meta(AbstractImage.Meta)" in messages[0].hint


def test_one_that_replaces_a_list_drops_what_was_in_it(app):
    own = [models.UniqueConstraint(fields=["sha256"], name="once")]
    image, _ = pair(meta(AbstractImage.Meta, constraints=own), meta(AbstractReference.Meta))
    (message,) = checks.check_tables([app])

    assert message.obj is image
    assert "[*AbstractImage.Meta.constraints, ...]" in message.hint


def test_another_name_is_no_other_constraint(app):
    own = [models.UniqueConstraint(fields=["storage", "file"], name="one_row_a_file")]
    pair(meta(AbstractImage.Meta, constraints=own), meta(AbstractReference.Meta))

    assert checks.check_tables([app]) == []


@pytest.mark.django_db
def test_the_project_is_asked_by_manage_py_check(app):
    pair(meta(), meta())

    assert checks.check_tables in checks.checks.registry.registry.registered_checks
    assert "gallery_events.E012" not in {each.id for each in run_checks(tags=[checks.TAG])}
