"""Checks of how images are served, and of what Django lets a form send."""

import pytest
from django.core import checks as django_checks
from django.test.utils import isolate_apps

from gallery_events import checks
from gallery_events.checks import serving
from gallery_events.fields import GalleryField
from gallery_events.models import GalleryModel


def ids(messages):
    return [each.id.removeprefix("gallery_events.") for each in messages]


@pytest.mark.parametrize(
    "serve, urls, found", [("view", (), ["E060"]), ("storage", (), []), ("view", None, [])]
)
def test_images_need_our_urls_where_our_view_serves_them(settings, serve, urls, found):
    settings.GALLERY_EVENTS = {"SERVE": serve}
    if urls is not None:
        settings.ROOT_URLCONF = urls
    messages = checks.check_urls()

    assert ids(messages) == found
    assert all('include("gallery_events.urls")' in each.hint for each in messages)


def test_a_project_without_urls_is_not_asked_for_ours(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    del settings.ROOT_URLCONF

    assert checks.check_urls() == []


def test_a_sweep_is_not_refused_for_missing_urls(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    settings.ROOT_URLCONF = ()

    assert "E060" not in ids(django_checks.run_checks(tags=[checks.TAG]))
    assert "E060" in ids(django_checks.run_checks(tags=["urls"]))


@pytest.fixture
def stored(settings):
    """Return a function that puts images of the view into a folder."""

    def put(location, backend="django.core.files.storage.FileSystemStorage"):
        entry = {"BACKEND": backend}
        if location is not None:
            entry["OPTIONS"] = {"location": location}
        settings.STORAGES = {**settings.STORAGES, "gallery": entry}
        settings.GALLERY_EVENTS = {"SERVE": "view", "STORAGE": "gallery"}
        return checks.check_serving()

    return put


@pytest.mark.parametrize("folder", ["media", "media/gallery", "media/../media/x"])
def test_files_that_the_web_server_sends_to_anybody_are_warned_of(stored, tmp_path, folder):
    messages = stored(str(tmp_path / folder))

    assert ids(messages) == ["W061"]
    assert "outside MEDIA_ROOT" in messages[0].hint


@pytest.mark.parametrize("folder", ["private", "media-private", "media/../private"])
def test_files_elsewhere_are_not(stored, tmp_path, folder):
    assert stored(str(tmp_path / folder)) == []


def test_a_storage_of_the_medias_own_place_is_warned_of(stored):
    assert ids(stored(None)) == ["W061"]


@pytest.mark.parametrize(
    "backend", ["django.core.files.storage.InMemoryStorage", "no.such.Storage"]
)
def test_of_other_storages_nothing_is_known(stored, backend):
    assert stored(None, backend) == []


def test_without_a_media_root_there_is_none_to_lie_in(stored, settings, tmp_path):
    settings.MEDIA_ROOT = ""

    assert stored(str(tmp_path)) == []


@pytest.mark.parametrize(
    "configured, found",
    [
        ({"SENDFILE": ("X-Sendfile", "")}, ["W062"]),
        ({"SENDFILE": None}, []),
        ({"SERVE": "view", "SENDFILE": ("X-Sendfile", "")}, ["W061"]),
        ({"SERVE": "nowhere"}, []),  # told of as a wrong setting
        (None, []),
    ],
    ids=str,
)
def test_a_way_to_send_files_that_nobody_goes_is_told(settings, configured, found):
    settings.GALLERY_EVENTS = configured

    assert ids(checks.check_serving()) == found


@pytest.mark.parametrize(
    "configured, found",
    [
        ({"FORMATS": ["PNG", "SVG"]}, ["W066"]),
        ({"FORMATS": ["PNG"]}, []),
        ({}, []),
    ],
    ids=str,
)
def test_drawings_that_a_server_of_files_sends_are_warned_of(settings, configured, found):
    settings.GALLERY_EVENTS = configured
    messages = checks.check_serving()

    assert ids(messages) == found
    assert all("Content-Security-Policy" in each.hint for each in messages)
    assert all("ContentDisposition" in each.hint for each in messages)


def test_drawings_that_our_view_sends_are_not(settings, stored, tmp_path):
    stored(str(tmp_path / "private"))
    settings.GALLERY_EVENTS |= {"FORMATS": ["PNG", "SVG"]}

    assert checks.check_serving() == []


# What Django lets a form send.


@pytest.fixture
def limits_of(monkeypatch):
    """Return a function that gives the messages about a model with some galleries."""

    def declare(**fields):
        with isolate_apps("tests.project"):
            meta = type("Meta", (), {"app_label": "project"})
            attributes = {"__module__": "tests.project.models", "Meta": meta, **fields}
            model = type("Owner", (GalleryModel,), attributes)
        return [*serving._check_fields(model), *serving._check_files(model)]

    return declare


def test_djangos_own_limits_are_enough_for_two_galleries_of_any_size(limits_of):
    assert limits_of(left=GalleryField(), right=GalleryField(max_images=5000)) == []


def test_the_inputs_of_all_galleries_of_a_model_add_up(limits_of):
    galleries = {name: GalleryField() for name in ("left", "middle", "right")}
    [message] = limits_of(**galleries)

    assert ids([message]) == ["W063"]
    assert "project.Owner" in message.msg
    assert "DATA_UPLOAD_MAX_NUMBER_FIELDS is 1000" in message.msg
    assert "left and middle and right" in message.hint


def test_the_limit_that_is_advised_is_just_enough(limits_of, settings):
    import re

    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    [message] = limits_of(photos=GalleryField(max_images=30))
    needed = int(re.search(r"FIELDS to (\d+)", message.hint)[1])

    assert needed > 30 * 4
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = needed
    assert limits_of(photos=GalleryField(max_images=30)) == []
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = needed - 1
    assert ids(limits_of(photos=GalleryField(max_images=30))) == ["W063"]


@pytest.mark.parametrize("most, found", [(30, []), (31, ["W064"]), (None, ["W064"])])
def test_as_many_files_may_come_as_can_be_chosen_for_a_gallery(limits_of, settings, most, found):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 30
    messages = limits_of(photos=GalleryField(max_images=most))

    assert ids(messages) == found
    assert all("DATA_UPLOAD_MAX_NUMBER_FILES to" in each.hint for each in messages)


def test_without_limits_there_is_nothing_to_compare(limits_of, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = settings.DATA_UPLOAD_MAX_NUMBER_FILES = None

    assert limits_of(**{f"gallery{n}": GalleryField() for n in range(9)}) == []


@pytest.mark.parametrize("wrong", ["5", 0, -1, 1.5])
def test_a_maximum_that_is_none_is_left_to_its_own_check(limits_of, wrong):
    assert limits_of(photos=GalleryField(max_images=wrong)) == []


def test_all_owners_of_a_project_are_looked_at(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    labels = {each.obj._meta.label for each in checks.check_form_limits()}

    assert {"project.Album", "project.Poster", "project.Diptych"} <= labels
