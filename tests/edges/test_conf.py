import sys
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from gallery_events import conf
from gallery_events.access import Access, OwnerAccess
from gallery_events.conf import (
    FOR_EVER,
    GB,
    MB,
    BreakerSettings,
    GallerySettings,
    ResumableSettings,
    current,
)
from tests import named


def source(images):
    return set()


NOT_CALLABLE = 7


class Half:
    """A policy that forgot to say who may see."""

    def may_upload(self, user, field):
        return True

    def may_use(self, user, image, owner):
        return True

    def may_edit(self, user, image):
        return True

    may_see = None


class NeedsMore(Access):
    """A policy that cannot be made of nothing."""

    def __init__(self, deadline):
        self.deadline = deadline


def test_without_settings_the_defaults_are_those_of_the_design(settings):
    del settings.GALLERY_EVENTS

    assert current() == GallerySettings(
        RETENTION_DAYS=30,
        KEEP_SNAPSHOTS=1,
        UPLOAD_GRACE_DAYS=14,
        TRASH_DAYS=7,
        FILE_DELAY_HOURS=24,
        MAX_BYTES=25 * MB,
        MAX_PIXELS=50_000_000,
        MAX_FRAMES=1000,
        MAX_UNCLAIMED=(500, 2 * GB),
        FORMATS=("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "HEIC"),
        STRIP_METADATA=True,
        KEEP_DATE_TAKEN=True,
        STORAGE="default",
        BREAKER=BreakerSettings(1000, 0.05, 0.10, 100),
        SOURCES=(),
        ACCESS="gallery_events.access.OwnerAccess",
        SERVE="storage",
        SENDFILE=None,
    )


def test_settings_are_read_at_each_use(settings):
    assert current().KEEP_SNAPSHOTS == 1
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": 5}
    assert current().KEEP_SNAPSHOTS == 5


def test_what_is_given_stands_beside_the_defaults_of_the_rest(settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 3}, "FORMATS": ["PNG"]}

    found = current()
    assert (found.BREAKER.PER_RUN, found.BREAKER.SHARE_FROM) == (3, 100)
    assert (found.FORMATS, found.MAX_FRAMES) == (("PNG",), 1000)


def test_days_become_the_policy_and_none_is_never(settings):
    settings.GALLERY_EVENTS = {
        "RETENTION_DAYS": None,
        "UPLOAD_GRACE_DAYS": 1.5,
        "TRASH_DAYS": None,
        "FILE_DELAY_HOURS": 0,
    }
    policy = current().retention

    assert (policy.retention, policy.trash) == (None, None)
    assert policy.upload_grace == timedelta(hours=36)
    assert policy.file_delay == timedelta(0)


def test_files_are_kept_for_ever_without_a_delay(settings):
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": None}

    assert current().retention.file_delay == FOR_EVER


WEIRD = [True, "7", b"7", [], {}, {1}, object(), float("nan"), float("inf"), 1j, -1, timedelta(1)]


@pytest.mark.parametrize("value", [*WEIRD, 0, 0.99, 100_001, 10**400], ids=named)
@pytest.mark.parametrize("name", ["RETENTION_DAYS", "UPLOAD_GRACE_DAYS", "TRASH_DAYS"])
def test_days_that_are_none_are_named_with_their_cure(settings, name, value):
    settings.GALLERY_EVENTS = {name: value}

    [(problem, cure)] = conf.problems()
    assert problem == f"GALLERY_EVENTS['{name}'] is {value!r}."
    assert cure == "Give a number of days from 1 to 100000, or None for never."
    with pytest.raises(ImproperlyConfigured, match="number of days"):
        current()


@pytest.mark.parametrize("value", [1, 1.0, 100_000, None])
@pytest.mark.parametrize("name", ["RETENTION_DAYS", "UPLOAD_GRACE_DAYS", "TRASH_DAYS"])
def test_days_at_the_bounds_are_taken(settings, name, value):
    settings.GALLERY_EVENTS = {name: value}

    assert getattr(current(), name) == value


@pytest.mark.parametrize(
    "name, value",
    [
        *[("FILE_DELAY_HOURS", value) for value in WEIRD],
        *[
            (name, value)
            for name in ("KEEP_SNAPSHOTS", "MAX_BYTES", "MAX_PIXELS", "MAX_FRAMES")
            for value in [*WEIRD, 0, 1.0, None]
        ],
        *[("THUMBNAIL_SIZE", value) for value in (0, "400", None)],
        *[("MAX_UNCLAIMED", value) for value in (5, (5,), (5, 6, 7), (0, 1), (1, -1), ("5", 6))],
        *[("MAX_UNCLAIMED", value) for value in ({5, 6}, "56", (True, 5), ([1], 2))],
        *[("FORMATS", value) for value in (None, 5, "JPEG", (), ["PCX"], ["jpeg"], [[]], {"PNG"})],
        *[("STRIP_METADATA", value) for value in (None, 0, "True", [])],
        *[("KEEP_DATE_TAKEN", value) for value in (None, 1, "True", [])],
        *[("RENDITIONS", value) for value in (None, 5, [], "x")],
        *[("RESUMABLE", value) for value in (None, True, 0, 5, [], "x")],
        *[("STORAGE", value) for value in (None, "nowhere", [], {}, 5)],
        *[("BREAKER", value) for value in (None, 5, [], "x")],
        *[("SERVE", value) for value in (None, "", "View", "files", 5, ["view"], {}, True)],
        *[("SENDFILE", value) for value in ("X-Sendfile", ("X-Sendfile",), (), {}, 5, True)],
        *[("SENDFILE", ("X-Sendfile", value)) for value in ("/files/", None, 5)],
        *[("SENDFILE", ("X-Accel-Redirect", value)) for value in ("", "/", "files/", "/files", 5)],
        *[("SENDFILE", value) for value in (("Location", "/a/"), (None, ""), ({}, []), "ab")],
        *[("ACCESS", value) for value in (None, "", 5, [], {}, object, object(), len)],
        *[("ACCESS", value) for value in ("nodots", "no.such.module", f"{__name__}.NOT_CALLABLE")],
        *[("ACCESS", value) for value in (f"{__name__}.Half", Half, Half(), NeedsMore)],
        *[("SOURCES", value) for value in (None, 5, "gallery.source", {1: 2}, iter([]), {source})],
        *[("SOURCES", [value]) for value in (5, None, [source], "nodots", "no.such.module")],
        ("SOURCES", [f"{__name__}.NOT_CALLABLE"]),
    ],
    ids=named,
)
def test_every_wrong_value_is_named_and_comes_with_a_cure(settings, name, value):
    settings.GALLERY_EVENTS = {name: value}

    [(problem, cure)] = conf.problems()
    assert f"GALLERY_EVENTS['{name}']" in problem
    assert cure.startswith(("Give ", "List ", "Correct ", "Did you mean "))
    with pytest.raises(ImproperlyConfigured):
        current()


@pytest.mark.parametrize(
    "key, value",
    [
        *[("PER_RUN", value) for value in (-1, 0.5, True, None, "1")],
        *[("SHARE_PER_RUN", value) for value in (-0.1, 1.1, float("nan"), None, "5 %", True)],
        *[("SHARE_PER_WEEK", value) for value in (-0.1, 10)],
        *[("SHARE_FROM", value) for value in (-1, 1.5)],
    ],
)
def test_every_wrong_value_of_the_breaker_is_named(settings, key, value):
    settings.GALLERY_EVENTS = {"BREAKER": {key: value}}

    [(problem, cure)] = conf.problems()
    assert problem == f"GALLERY_EVENTS['BREAKER'][{key!r}] is {value!r}."
    assert cure.startswith("Give a ")


@pytest.mark.parametrize("value", [None, [], (), 5, "x", {1}])
def test_settings_that_are_no_dict_are_named(settings, value):
    settings.GALLERY_EVENTS = value

    assert list(conf.problems()) == [
        (f"GALLERY_EVENTS is {value!r}.", "Write GALLERY_EVENTS = {...}.")
    ]


@pytest.mark.parametrize(
    "key, suggestion",
    [
        ("RETENTION_DAY", "RETENTION_DAYS"),
        ("retention_days", "RETENTION_DAYS"),
        ("TRASHDAYS", "TRASH_DAYS"),
        ("SOURCE", "SOURCES"),
    ],
)
def test_an_unknown_key_is_an_error_that_suggests_the_one_meant(settings, key, suggestion):
    settings.GALLERY_EVENTS = {key: 1}

    [(problem, cure)] = conf.problems()
    assert problem == f"GALLERY_EVENTS has no key {key!r}."
    assert cure.startswith(f"Did you mean '{suggestion}'? Its keys are ")


@pytest.mark.parametrize("key", ["COLOUR", 5, None, ("a", 1)])
def test_a_key_that_nothing_reads_is_an_error_that_names_what_is_read(settings, key):
    settings.GALLERY_EVENTS = {key: True}

    [(problem, cure)] = conf.problems()
    assert problem == f"GALLERY_EVENTS has no key {key!r}."
    assert cure.startswith("Its keys are RETENTION_DAYS, KEEP_SNAPSHOTS, ")


@pytest.mark.parametrize(
    "key, value",
    [
        *[("WIDTHS", value) for value in (None, 640, "640", (0,), (640.0,), (True,), (20_000,))],
        *[("ENCODING", value) for value in (None, "JPEG", "webp", [], 5)],
        *[("FALLBACK_WIDTH", value) for value in (None, 0, "1280", 1e3)],
        *[("QUALITY", value) for value in (None, 82, {"PNG": 9}, {"JPEG": 0}, {"WEBP": 101})],
        *[("WHEN", value) for value in (None, "upload", "Commit", {})],
        *[("ENGINE", value) for value in (None, "libvips", [])],
    ],
)
def test_every_wrong_value_of_the_renditions_is_named(settings, key, value):
    settings.GALLERY_EVENTS = {"RENDITIONS": {key: value}}

    [(problem, cure)] = conf.problems()
    assert problem == f"GALLERY_EVENTS['RENDITIONS'][{key!r}] is {value!r}."
    assert cure.startswith(("Give ", "List "))


def test_renditions_keep_the_defaults_of_what_is_left_out_and_sort_their_widths(settings):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WIDTHS": [800, 400, 800], "QUALITY": {"AVIF": 70}}}

    found = current().RENDITIONS
    assert found.WIDTHS == (400, 800)
    assert found.QUALITY == {"JPEG": 82, "WEBP": 82, "AVIF": 70}
    assert (found.ENCODING, found.WHEN) == ("WEBP", "view")
    settings.GALLERY_EVENTS = {"RENDITIONS": {}}
    assert current() == GallerySettings()


@pytest.mark.parametrize(
    "key, value",
    [
        *[("CHUNK_BYTES", value) for value in (None, 0, -1, 0.5, True, "5 MB")],
        *[("EXPIRE_HOURS", value) for value in (None, 0, 0.5, 100_001, True, "24")],
    ],
)
def test_every_wrong_value_of_resumable_uploads_is_named(settings, key, value):
    settings.GALLERY_EVENTS = {"RESUMABLE": {key: value}}

    [(problem, cure)] = conf.problems()
    assert problem == f"GALLERY_EVENTS['RESUMABLE'][{key!r}] is {value!r}."
    assert cure.startswith("Give a ")


def test_an_unknown_key_of_resumable_uploads_suggests_the_one_meant(settings):
    settings.GALLERY_EVENTS = {"RESUMABLE": {"CHUNKBYTES": 5}}

    [(problem, cure)] = conf.problems()
    assert problem == "GALLERY_EVENTS['RESUMABLE'] has no key 'CHUNKBYTES'."
    assert cure == "Did you mean 'CHUNK_BYTES'? Its keys are CHUNK_BYTES, EXPIRE_HOURS."


def test_resumable_uploads_are_off_until_a_dict_is_given_which_may_be_empty(settings):
    assert current().RESUMABLE is False
    settings.GALLERY_EVENTS = {"RESUMABLE": False}
    assert current().RESUMABLE is False
    settings.GALLERY_EVENTS = {"RESUMABLE": {}}
    assert ResumableSettings() == current().RESUMABLE
    settings.GALLERY_EVENTS = {"RESUMABLE": {"EXPIRE_HOURS": 1}}
    assert current().lifetime == timedelta(hours=1)


@pytest.mark.parametrize("name, extra", [("HEIC", "heif"), ("SVG", "svg")])
def test_a_format_whose_extra_is_missing_is_told_with_what_to_install(
    settings, monkeypatch, name, extra
):
    settings.GALLERY_EVENTS = {"FORMATS": ["PNG", name]}
    assert list(conf.problems()) == []
    # None in the place of a module is Python's own way to say that it is not to be had.
    for module in ("pillow_heif", "py_svg_hush"):
        monkeypatch.setitem(sys.modules, module, None)

    [(_, cure)] = conf.problems()
    assert f"django-gallery-events[{extra}]" in cure
    del settings.GALLERY_EVENTS["FORMATS"]
    assert current().FORMATS == ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")


def test_unknown_keys_of_the_breaker_are_named_too(settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUNS": 1}}

    [(problem, cure)] = conf.problems()
    assert problem == "GALLERY_EVENTS['BREAKER'] has no key 'PER_RUNS'."
    assert cure.startswith("Did you mean 'PER_RUN'?")


def test_all_that_is_wrong_is_told_at_once(settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": 0, "FORMATS": (), "BREAKER": {"PER_RUN": -1}, "X": 1}

    assert len(list(conf.problems())) == 4


def test_sources_are_callables_or_dotted_names_and_are_told_by_name(settings):
    settings.GALLERY_EVENTS = {"SOURCES": [source, f"{__name__}.source"]}

    assert current().sources() == [("source", source), (f"{__name__}.source", source)]


def test_a_source_whose_module_breaks_while_it_is_imported_is_named(
    settings, tmp_path, monkeypatch
):
    (tmp_path / "broken_source.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings.GALLERY_EVENTS = {"SOURCES": ["broken_source.find"]}

    [(problem, _)] = conf.problems()
    assert "'broken_source.find', which cannot be imported: division by zero" in problem
    assert "broken_source" not in sys.modules


@pytest.mark.parametrize(
    "given",
    [OwnerAccess, OwnerAccess(), "gallery_events.access.OwnerAccess"],
    ids=["class", "instance", "name"],
)
def test_a_policy_is_a_class_an_instance_or_the_name_of_one(settings, given):
    settings.GALLERY_EVENTS = {"ACCESS": given}

    assert list(conf.problems()) == []
    assert type(current().access()) is OwnerAccess


def test_an_instance_that_needs_arguments_is_used_as_it_is(settings):
    policy = NeedsMore(deadline=7)
    settings.GALLERY_EVENTS = {"ACCESS": policy}

    assert current().access() is policy


class OfADict(dict, Access):
    """A policy whose class is partly written in C, and does not tell what it takes."""


def test_a_policy_that_does_not_tell_what_it_takes_is_taken(settings):
    settings.GALLERY_EVENTS = {"ACCESS": OfADict}

    assert list(conf.problems()) == []
    assert type(current().access()) is OfADict


def test_a_policy_that_forgot_an_answer_is_told_which(settings):
    settings.GALLERY_EVENTS = {"ACCESS": Half}

    [(problem, cure)] = conf.problems()
    assert problem.endswith("which does not answer may_see.")
    assert "subclass of gallery_events.access.Access" in cure


def test_a_misspelt_policy_is_told_which_was_meant(settings):
    settings.GALLERY_EVENTS = {"ACCESS": "gallery_events.access.OwnerAcess"}

    [(problem, cure)] = conf.problems()
    assert "'gallery_events.access.OwnerAcess', which cannot be imported" in problem
    assert cure.startswith("Did you mean 'gallery_events.access.OwnerAccess'? Correct ")


@pytest.mark.parametrize(
    "given, read",
    [
        (None, None),
        (("X-Sendfile", ""), ("X-Sendfile", "")),
        (["X-Accel-Redirect", "/protected/"], ("X-Accel-Redirect", "/protected/")),
    ],
    ids=named,
)
def test_a_web_server_can_be_asked_to_send_the_files(settings, given, read):
    settings.GALLERY_EVENTS = {"SENDFILE": given}

    assert read == current().SENDFILE


@pytest.mark.parametrize(
    "given, guarded",
    [
        ({}, False),
        ({"SERVE": "storage"}, False),
        ({"SERVE": "view"}, True),
        ({"SERVE": "View"}, True),
        ({"SERVE": None}, True),
        (None, True),
    ],
    ids=named,
)
def test_images_are_served_openly_only_by_a_setting_that_says_so(settings, given, guarded):
    settings.GALLERY_EVENTS = given

    assert conf.serves_itself() is guarded
