"""What Django refuses before any view is asked, in a sentence."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import include, path
from django.utils import translation
from django.utils.html import escape

from gallery_events.views import bad_request
from tests.project.urls import urlpatterns as project_urls

pytestmark = pytest.mark.django_db


def form(request):
    """A form of a project, which reads what was posted."""
    return HttpResponse(f"{len(request.POST)} {len(request.FILES)}")


def suspicious(request):
    from django.core.exceptions import SuspiciousOperation

    raise SuspiciousOperation("a secret")


urlpatterns = [
    *project_urls,
    path("form/", form),
    path("suspicious/", suspicious),
    path("other/", include(("gallery_events.urls", "gallery_events"), namespace="other")),
]
handler400 = bad_request


@pytest.fixture(autouse=True)
def project(settings):
    settings.ROOT_URLCONF = __name__
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024


FIELDS = {f"photos-order-{n}": n for n in range(6)}
FILES = {"photos-upload": [SimpleUploadedFile(f"{n}.png", b"x") for n in range(3)]}
TEXT = {"caption": "x" * (2 * 1024 * 1024)}
EXCESSES = [
    (FIELDS, "more entries than are accepted at once (5)", "DATA_UPLOAD_MAX_NUMBER_FIELDS"),
    (FILES, "more files than are accepted at once (2)", "DATA_UPLOAD_MAX_NUMBER_FILES"),
    (TEXT, "longer than is accepted at once (2.0", "DATA_UPLOAD_MAX_MEMORY_SIZE"),
]


@pytest.mark.parametrize("data, words, setting", EXCESSES, ids=["fields", "files", "text"])
def test_too_much_is_a_page_that_says_what_and_what_to_do(client, data, words, setting):
    response = client.post("/form/", data)

    assert response.status_code == 413
    assert response.headers["Content-Type"].startswith("text/html")
    assert escape(words) in response.text
    assert "Nothing was saved." in response.text
    assert "Go back with your browser" in response.text
    assert setting not in response.text


@pytest.mark.parametrize("data, words, setting", EXCESSES, ids=["fields", "files", "text"])
def test_those_who_run_the_site_are_told_the_setting(client, data, words, setting):
    client.force_login(get_user_model().objects.create_user("staff", is_staff=True))

    assert setting in client.post("/form/", data).text


def test_the_setting_is_told_as_it_is_written(client, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
    client.force_login(get_user_model().objects.create_user("staff", is_staff=True))

    text = client.post("/form/", {f"n{n}": n for n in range(1001)}).text
    assert "DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000" in text


@pytest.mark.parametrize(
    "columns", [{"is_staff": False}, {"is_staff": True, "is_active": False}], ids=str
)
def test_others_are_not_told_it(client, columns):
    client.force_login(get_user_model().objects.create_user("ann", **columns))

    assert "DATA_UPLOAD" not in client.post("/form/", FIELDS).text


def test_one_entry_less_is_not_too_much(client):
    assert client.post("/form/", dict(list(FIELDS.items())[:5])).text == "5 0"


def test_it_is_said_where_there_is_no_authentication_and_no_static_files(client, settings):
    settings.MIDDLEWARE = []
    settings.STATIC_URL = None

    response = client.post("/form/", FIELDS)
    assert response.status_code == 413
    assert "stylesheet" not in response.text


def test_a_style_sheet_that_was_not_collected_is_left_out(client, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    settings.STATIC_ROOT = "/nonexistent"

    response = client.post("/form/", FIELDS)
    assert response.status_code == 413
    assert "stylesheet" not in response.text


def test_the_page_is_clean_under_a_strict_policy(client):
    text = client.post("/form/", FIELDS).text

    assert "<style" not in text
    assert "<script" not in text
    assert "style=" not in text
    assert '<html lang="en-us" dir="ltr">' in text
    with translation.override("ar"):
        assert 'dir="rtl"' in client.post("/form/", FIELDS).text


@pytest.mark.parametrize("address", ["/gallery/upload/", "/other/upload/"])
def test_a_program_that_uploads_is_told_in_json(client, address):
    client.force_login(get_user_model().objects.create_user("ann"))
    response = client.post(address, {"file": FILES["photos-upload"]})

    assert response.status_code == 413
    told = response.json()
    assert (told["code"], told["limit"]) == ("files", 2)
    assert "Choose fewer files" in told["message"]


def test_a_program_that_asks_for_json_is_told_in_json(client):
    response = client.post("/form/", FIELDS, headers={"Accept": "application/json"})

    assert response.json()["code"] == "fields"


def test_an_upload_that_cannot_be_read_is_told_in_json(client):
    client.force_login(get_user_model().objects.create_user("ann"))
    response = client.generic(
        "POST", "/gallery/upload/", b"x", content_type="multipart/form-data; boundary="
    )

    assert response.status_code == 400
    assert response.json()["code"] == "unreadable"


def test_other_bad_requests_are_answered_by_django(client):
    response = client.get("/suspicious/")

    assert response.status_code == 400
    assert "Bad Request" in response.text
    assert "secret" not in response.text


def test_a_page_of_the_projects_own_is_kept_for_them(client, settings, tmp_path):
    (tmp_path / "400.html").write_text("our own page")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    assert client.get("/suspicious/").text == "our own page"


def test_django_finds_nothing_wrong_with_the_handler():
    from django.core.checks.urls import check_custom_error_handlers

    assert check_custom_error_handlers(None) == []
