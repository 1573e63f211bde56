import pytest
from django.core import checks as django_checks
from django.db import connections, models
from django.test.utils import isolate_apps
from simple_history.models import HistoricalRecords

from gallery_events import checks
from gallery_events.checks import models as model_checks
from gallery_events.checks import project as project_checks
from gallery_events.fields import GalleryField
from gallery_events.history import GalleryHistory
from gallery_events.models import AbstractImage, AbstractReference, GalleryModel
from tests import named

HERE = "tests.project.models"


@pytest.fixture
def app():
    """Return the configuration of an app whose models exist for one test only."""
    with isolate_apps("tests.project") as apps:
        yield apps.get_app_config("project")


def found(check, app):
    """Return the messages of one check about the models of the app."""
    return check(app_configs=[app])


def one(messages, id_):
    """Return the one message, whose id and cure are known."""
    assert [each.id for each in messages] == [f"gallery_events.{id_}"]
    return messages[0]


def image_model(name="Picture", **attributes):
    return type(name, (AbstractImage,), {"__module__": HERE, **attributes, "Meta": _meta()})


def reference_model(image, /, *, bases=(AbstractReference,), **attributes):
    attributes.setdefault(
        "image", models.ForeignKey(image, on_delete=models.PROTECT, related_name="references")
    )
    return type("PictureReference", bases, {"__module__": HERE, **attributes, "Meta": _meta()})


def owner_model(name="Owner", bases=(GalleryModel,), **attributes):
    attributes.setdefault("photos", GalleryField())
    return type(name, bases, {"__module__": HERE, **attributes, "Meta": _meta()})


def _meta(**options):
    return type("Meta", (), {"app_label": "project", **options})


# The healthy project.


@pytest.mark.django_db
def test_a_healthy_project_hears_of_nothing_but_what_it_knows(settings):
    ours = [
        each
        for each in django_checks.run_checks(databases=["default"])
        # What is only told of: plain forms, of which other tests have some.
        if each.id.startswith("gallery_events.") and each.level > django_checks.INFO
    ]

    # The tests' project has a foreign key without a constraint, on purpose.
    message = one(ours, "W009")
    assert "project.Article.loose" in message.msg


@pytest.mark.parametrize("app_configs", [None, []])
def test_checks_of_no_app_are_not_checks_of_all(app_configs):
    messages = model_checks.check_image_models(app_configs=app_configs)

    assert len(messages) == (0 if app_configs == [] else 1)


# Models.


def test_a_gallery_on_a_model_that_is_no_gallery_model(app):
    model = owner_model(bases=(models.Model,))
    message = one(found(checks.check_galleries, app), "E001")

    assert message.obj is model._meta.get_field("photos")
    assert "nothing would be recorded" in message.msg
    assert message.hint == "Write class Owner(GalleryModel)."


def test_a_gallery_that_simple_history_alone_records_is_none_either(app):
    owner_model(bases=(models.Model,), history=HistoricalRecords())

    one(found(checks.check_galleries, app), "E001")


def test_owners_that_inherit_from_another_table(app):
    parent = owner_model("Parent")
    child = owner_model("Child", bases=(parent,), photos=None)
    message = one(found(checks.check_owners, app), "E002")

    assert message.obj is child
    assert "OneToOneField" in message.hint


def test_image_models_that_inherit_from_another_table(app):
    parent = image_model()
    reference_model(parent)
    child = type("Child", (parent,), {"__module__": HERE, "Meta": _meta()})
    message = one(found(checks.check_image_models, app), "E003")

    assert message.obj is child
    assert "make the parent abstract" in message.hint


@pytest.mark.parametrize(
    "to, words",
    [
        ("project.Nowhere", "cannot be found"),
        ("nowhere.Image", "cannot be found"),
        ("auth.User", "is not an image model"),
    ],
)
def test_a_gallery_of_what_are_no_images(app, to, words):
    owner_model(photos=GalleryField(to=to))
    message = one(found(checks.check_galleries, app), "E004")

    assert words in message.msg
    assert message.hint


@pytest.mark.parametrize(
    "build",
    [
        lambda _image: None,
        lambda image: reference_model(image, bases=(models.Model,)),
        lambda image: reference_model(
            image,
            image=models.ForeignKey(image, on_delete=models.CASCADE, related_name="references"),
        ),
        lambda image: reference_model(
            image,
            image=models.ForeignKey(
                image, on_delete=models.PROTECT, related_name="references", db_constraint=False
            ),
        ),
        lambda image: reference_model(image, id=models.UUIDField(primary_key=True)),
    ],
    ids=["none", "another base", "cascade", "no constraint", "another key"],
)
def test_an_image_model_without_references_that_protect_it(app, build):
    image = image_model()
    build(image)
    message = one(found(checks.check_image_models, app), "E005")

    assert message.obj is image
    assert "class PictureReference(AbstractReference)" in message.hint


def test_an_owner_that_no_history_was_made_for(app):
    attributes = {"__module__": HERE, "Meta": _meta(abstract=True)}
    with pytest.warns(UserWarning, match="without inherit=True"):
        parent = type(
            "Parent", (GalleryModel,), {**attributes, "history": GalleryHistory(inherit=False)}
        )
    owner_model(bases=(parent,))
    message = one(found(checks.check_owners, app), "E006")

    assert "history = GalleryHistory(...)" in message.hint


def test_a_manager_that_would_write_past_the_history(app):
    owner_model(plain=models.Manager())
    message = one(found(checks.check_owners, app), "E007")

    assert "'plain'" in message.msg
    assert "from_queryset(GalleryQuerySet)" in message.hint


@pytest.mark.skipif(not hasattr(models, "DB_CASCADE"), reason="needs Django 6.1")
@pytest.mark.parametrize("name", ["DB_CASCADE", "DB_SET_NULL", "DB_SET_DEFAULT"])
def test_a_foreign_key_whose_rows_the_database_itself_would_change(app, name):
    image = image_model()
    reference_model(image)
    naming = type(
        "Naming",
        (models.Model,),
        {
            "__module__": HERE,
            "picture": models.ForeignKey(
                image, on_delete=getattr(models, name), null=True, db_default=None
            ),
            "Meta": _meta(),
        },
    )
    message = one(found(checks.check_image_models, app), "E008")

    assert message.obj is naming
    assert "project.Naming.picture" in message.msg
    assert "Use PROTECT" in message.hint


def test_a_foreign_key_without_a_constraint(app):
    image = image_model()
    reference_model(image)
    loose = models.ForeignKey(image, on_delete=models.CASCADE, db_constraint=False)
    type("Loose", (models.Model,), {"__module__": HERE, "picture": loose, "Meta": _meta()})
    message = one(found(checks.check_image_models, app), "W009")

    assert "use db_constraint=True" in message.hint


@pytest.mark.parametrize(
    "limits, id_",
    [
        ({"max_images": 0}, "E010"),
        ({"max_images": "5"}, "E010"),
        ({"min_images": -1}, "E010"),
        ({"min_images": True}, "E010"),
        ({"min_images": 0, "max_images": 0}, "E010"),
        ({"min_images": 4, "max_images": 3}, "E011"),
        ({"formats": ["XCF"]}, "E013"),
        ({"aspect": 1.5}, "E013"),
        ({"formats": ["SVG"]}, "E014"),
    ],
)
def test_limits_that_no_gallery_can_keep(app, limits, id_):
    model = owner_model(photos=GalleryField(**limits))
    message = one(model._meta.get_field("photos").check(), id_)

    assert message.hint


@pytest.mark.parametrize("none", [0, None])
def test_no_minimum_may_be_written_as_nought(app, none):
    field = owner_model(photos=GalleryField(min_images=none, max_images=3))._meta.get_field(
        "photos"
    )

    assert field.check() == []


def test_the_copy_of_a_field_in_the_history_is_not_told_of_again(app):
    owner = owner_model(photos=GalleryField(max_images=0))
    messages = [*owner.check(), *owner.history.model.check()]

    assert one([each for each in messages if each.obj.name == "photos"], "E010")


def test_a_manager_whose_querysets_are_not_what_it_says(app):
    from gallery_events.querysets import GalleryQuerySet

    class Hidden(models.Manager.from_queryset(GalleryQuerySet)):
        def get_queryset(self):
            return models.QuerySet(self.model)

    owner_model(objects=Hidden())

    one(found(checks.check_owners, app), "E007")


def test_healthy_models_of_ones_own_hear_of_nothing(app):
    reference_model(image_model())
    owner_model(photos=GalleryField(to="project.Picture", max_images=3, min_images=3))

    for check in (checks.check_galleries, checks.check_owners, checks.check_image_models):
        assert found(check, app) == []


# What stops the import itself says what to write.


@pytest.mark.parametrize(
    "declare",
    [
        lambda: owner_model(history=HistoricalRecords()),
        lambda: owner_model(log=HistoricalRecords()),
        lambda: owner_model(bases=(GalleryModel, _recorded())),
        lambda: owner_model(bases=(_recorded(), GalleryModel)),
    ],
    ids=["history", "another name", "behind", "before"],
)
def test_a_history_that_is_no_gallery_history(app, declare):
    with pytest.raises(TypeError, match=r"write GalleryHistory\(\.\.\.\), of gallery_events.hist"):
        declare()


def _recorded():
    attributes = {
        "__module__": HERE,
        "history": HistoricalRecords(inherit=True),
        "Meta": _meta(abstract=True),
    }
    return type("Recorded", (models.Model,), attributes)


@pytest.mark.parametrize("name", ["photos", "gallery_version"])
def test_a_history_that_leaves_out_what_it_is_for(app, name):
    with pytest.raises(TypeError, match=f"leaves out {name}.*keep them"):
        owner_model(history=GalleryHistory(excluded_fields=[name]))


@pytest.mark.parametrize(
    "arguments", [{"m2m_fields": ["tags"]}, {"cascade_delete_history": True}], ids=named
)
def test_a_history_with_arguments_that_galleries_cannot_have(arguments):
    with pytest.raises(TypeError, match="Leave the argument out"):
        GalleryHistory(**arguments)


# The project around them.


def test_every_wrong_setting_is_an_error_with_its_cure(settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": 0, "TRASH_DAY": 7}
    messages = checks.check_settings()

    assert [each.id for each in messages] == ["gallery_events.E020"] * 2
    assert "Did you mean 'TRASH_DAYS'?" in messages[0].hint
    assert "at least 1" in messages[1].hint or "from 1" in messages[1].hint


@pytest.mark.parametrize(
    "days, age, warned",
    [(14, 14 * 86400, 0), (14, 14 * 86400 + 1, 1), (13.9, 14 * 86400, 1), (None, 10**9, 0)],
)
def test_an_upload_grace_that_is_shorter_than_a_session(settings, days, age, warned):
    settings.SESSION_COOKIE_AGE = age
    settings.GALLERY_EVENTS = {"UPLOAD_GRACE_DAYS": days}
    messages = checks.check_settings()

    assert [each.id for each in messages] == ["gallery_events.W021"] * warned
    assert all("UPLOAD_GRACE_DAYS at least as long" in each.hint for each in messages)


def test_simple_history_is_missing_beside_ours(settings):
    settings.INSTALLED_APPS = [each for each in settings.INSTALLED_APPS if each != "simple_history"]

    assert "Add 'simple_history' to INSTALLED_APPS" in one(checks.check_apps(), "E030").hint


def test_a_history_that_is_switched_off(settings):
    settings.SIMPLE_HISTORY_ENABLED = False

    assert "Set it to True" in one(checks.check_apps(), "E031").hint


def test_django_cleanup_beside_ours(settings, tmp_path, monkeypatch):
    (tmp_path / "django_cleanup").mkdir()
    (tmp_path / "django_cleanup" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django_cleanup"]

    assert "out of INSTALLED_APPS" in one(checks.check_apps(), "E032").hint


def test_the_middleware_is_missing(settings):
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "simple_history" not in each]
    message = one(checks.check_apps(), "W033")

    assert "simple_history.middleware.HistoryRequestMiddleware" in message.hint


@pytest.fixture
def other_database():
    """Return a function that opens a second database, under the alias "other"."""

    def configure(engine, **options):
        entry = {"ENGINE": engine, "NAME": ":memory:", "OPTIONS": options}
        complete = connections.configure_settings({"default": {}, "other": entry})
        connections.settings["other"] = complete["other"]

    yield configure
    if hasattr(connections._connections, "other"):
        del connections["other"]
    connections.settings.pop("other", None)


class AllInOther:
    def db_for_write(self, model, **hints):
        return "other"


class HistoryInOther:
    def db_for_write(self, model, **hints):
        return "other" if model.__name__.startswith("Historical") else None


class ReferencesInOther:
    def db_for_write(self, model, **hints):
        return "other" if issubclass(model, AbstractReference) else None


def test_a_database_of_another_vendor(settings, other_database):
    other_database("tests.edges.backends.other")
    settings.DATABASE_ROUTERS = [AllInOther()]
    message = one(checks.check_databases(), "E040")

    assert "'other' is Other" in message.msg
    assert "PostgreSQL 14 or newer, or SQLite" in message.hint


def test_a_postgresql_that_is_too_old(settings, other_database):
    other_database("tests.edges.backends.oldpostgres")
    settings.DATABASE_ROUTERS = [AllInOther()]

    assert checks.check_server_versions(databases=None) == []
    message = one(checks.check_server_versions(databases=["other"]), "E040")
    assert "PostgreSQL 13" in message.msg
    assert "14 or newer" in message.hint


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_postgresql_of_the_tests_is_new_enough():
    assert checks.check_server_versions(databases=["default"]) == []


@pytest.mark.parametrize(
    "options, ids",
    [
        ({}, ["W041", "W042"]),
        ({"transaction_mode": "DEFERRED"}, ["W041", "W042"]),
        ({"transaction_mode": "IMMEDIATE"}, ["W042"]),
        ({"init_command": "PRAGMA journal_mode=wal"}, ["W041"]),
        ({"transaction_mode": "immediate", "init_command": "PRAGMA journal_mode = WAL"}, []),
    ],
)
def test_a_sqlite_that_is_not_opened_for_many_at_once(settings, other_database, options, ids):
    other_database("django.db.backends.sqlite3", **options)
    settings.DATABASE_ROUTERS = [AllInOther()]
    messages = checks.check_databases()

    assert [each.id for each in messages] == [f"gallery_events.{each}" for each in ids]
    hints = " ".join(each.hint for each in messages)
    assert ("transaction_mode" in hints) is ("W041" in ids)
    assert ("journal_mode=WAL" in hints) is ("W042" in ids)


@pytest.mark.parametrize("router", [HistoryInOther(), ReferencesInOther()])
def test_routers_that_split_what_is_saved_together(settings, router):
    settings.DATABASE_ROUTERS = [router]
    messages = checks.check_routers()

    assert {each.id for each in messages} == {"gallery_events.E043"}
    assert all("in 'other'" in each.msg and "in 'default'" in each.msg for each in messages)
    assert all("Route them to one database" in each.hint for each in messages)


def test_routers_that_keep_it_together_are_heard_of_nothing(settings):
    settings.DATABASE_ROUTERS = [AllInOther()]

    assert checks.check_routers() == []


def test_each_check_is_registered_with_django():
    registered = set(django_checks.registry.registry.get_checks(include_deployment_checks=True))

    assert {
        *(model_checks.check_galleries, model_checks.check_owners),
        *(model_checks.check_image_models, project_checks.check_apps),
        *(project_checks.check_databases, project_checks.check_routers),
        *(project_checks.check_settings, project_checks.check_server_versions),
        *(checks.check_schedule, checks.check_serving, checks.check_form_limits, checks.check_urls),
    } <= registered
