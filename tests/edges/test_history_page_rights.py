"""Who may open which page of a history, and which links they find."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.edges.history_site import address, boss, browser, person, record_of
from tests.factories import make_album, make_ids
from tests.project.models import Album, Label

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edges.history_site")]

TIMELINE, RESTORE, RECOVER = (
    f"gallery_events.{name}" for name in ("view_timeline", "restore_gallery", "recover_owner")
)
VIEW, CHANGE, ADD = (f"project.{name}_album" for name in ("view", "change", "add"))
PAGES = ("history", "version", "restore", "deleted", "recover")

#: Whose permissions open which of the pages, in the order of PAGES.
RIGHTS = [
    ((), "....."),
    ((VIEW,), "....."),
    ((VIEW, CHANGE, ADD), "....."),
    ((TIMELINE,), "....."),
    ((TIMELINE, RESTORE, RECOVER), "....."),
    ((TIMELINE, VIEW), "xx..."),
    ((TIMELINE, CHANGE), "xx..."),
    ((TIMELINE, VIEW, RESTORE), "xx..."),
    ((TIMELINE, CHANGE, RESTORE), "xxx.."),
    ((CHANGE, RESTORE), "....."),
    ((RECOVER,), "....."),
    ((ADD,), "....."),
    ((RECOVER, ADD), "...xx"),
    ((TIMELINE, VIEW, RECOVER), "xx..."),
    ((TIMELINE, VIEW, CHANGE, ADD, RESTORE, RECOVER), "xxxxx"),
]


@pytest.fixture
def pages():
    """Return the address of each page, of an album and of one that is deleted."""
    album, gone = make_album(make_ids(1)), make_album()
    key = gone.pk
    gone.delete()
    album.photos = []
    album.save()
    first = record_of(album, 1).pk
    return {
        "history": address(album, "history"),
        "version": address(album, "simple_history", first),
        "restore": address(album, "restore", first),
        "deleted": address(None, "recover_list", model=Album),
        "recover": address(Album(pk=key), "recover"),
    }


@pytest.mark.parametrize("permissions, opened", RIGHTS)
def test_each_page_asks_its_own_permission_and_the_admins(pages, permissions, opened):
    client = browser(person(*permissions))
    expected = dict(zip(PAGES, ({"x": 200, ".": 403}[each] for each in opened), strict=True))

    assert {name: client.get(pages[name]).status_code for name in PAGES} == expected
    for name in ("restore", "recover"):
        if expected[name] == 403:
            answer = client.post(pages[name], {"expected_version": 2, "reason": ""})
            assert answer.status_code == 403
    if "x" not in opened[2:]:
        assert Album.objects.count() == 1
        assert Album.objects.get().gallery_version == 2


def test_a_superuser_may_do_everything(pages):
    client = browser(boss())

    assert {client.get(each).status_code for each in pages.values()} == {200}


@pytest.mark.parametrize("user", [None, {"is_staff": False, "is_superuser": True}])
def test_who_is_not_on_the_staff_is_asked_to_log_in(pages, user):
    client = Client() if user is None else browser(User.objects.create(username="x", **user))

    for each in pages.values():
        answer = client.get(each)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/login/")


@pytest.mark.parametrize(
    "permissions, found",
    [
        ((VIEW,), []),
        ((VIEW, TIMELINE), ["history", "version"]),
        ((CHANGE, TIMELINE, RESTORE), ["history", "version", "restore"]),
        ((VIEW, RECOVER, ADD), ["deleted"]),
    ],
    ids=str,
)
def test_links_are_found_by_those_only_who_may_follow_them(pages, permissions, found):
    client = browser(person(*permissions))
    album = Album.objects.get()
    starts = [address(None, "changelist", model=Album), address(album, "change")]
    text = "".join(
        client.get(each, follow=True).content.decode()
        for each in [*starts, *(pages[name] for name in found)]
    )

    shown = [
        name for name in ("history", "version", "restore", "deleted") if _has(text, pages, name)
    ]

    assert shown == found


def _has(text, pages, name):
    return f'href="{pages[name]}"' in text


def test_the_way_to_the_trail_stays_with_and_without_the_history(pages):
    album = Album.objects.get()
    rights = (VIEW, "gallery_audit.view_entry")
    forms = [
        browser(person(*rights, *more, name=str(at))).get(address(album, "change")).content.decode()
        for at, more in enumerate([(), (TIMELINE,)])
    ]

    assert [">Trail</a>" in form for form in forms] == [True, True]
    assert [pages["history"] in form for form in forms] == [False, True]


def test_an_object_that_the_admin_does_not_show_has_no_history_there():
    label = Label.objects.create(title="secret")
    client, first = browser(boss()), record_of(label, 1).pk
    pages = [
        address(label, "history"),
        address(label, "simple_history", first),
        address(label, "restore", first),
    ]

    assert [client.get(each).status_code for each in pages] == [404] * 3
    key = label.pk
    label.delete()
    gone = Label(pk=key)
    pages.append(address(gone, "recover"))
    assert [client.get(each).status_code for each in pages] == [404] * 4
    assert "secret" not in client.get(address(None, "recover_list", model=Label)).content.decode()


@pytest.mark.parametrize("key", ["77777", "no-number", "9" * 40])
def test_what_never_was_is_not_found(key):
    client = browser(boss())
    base = "/admin/project/album"
    pages = [
        f"{base}/{key}/history/",
        f"{base}/{key}/history/1/",
        f"{base}/{key}/history/1/restore/",
    ]
    pages.append(f"{base}/deleted/{key}/recover/")

    assert {client.get(each).status_code for each in pages} == {404}


def test_a_version_of_another_object_is_not_found():
    one, other = make_album(), make_album()
    client, foreign = browser(boss()), record_of(other, 1).pk
    unknown = ["simple_history", "restore"]

    assert {client.get(address(one, page, foreign)).status_code for page in unknown} == {404}


def test_a_version_is_looked_at_and_never_posted_back(pages):
    client = browser(boss())

    assert client.post(pages["version"], {"title": "changed"}).status_code == 405
    assert "<form" not in _content(client.get(pages["version"]).content.decode())


def _content(page):
    return page[page.index('id="content-main"') :]


def test_simple_historys_switch_forbids_restoring_to_all(pages, settings):
    settings.SIMPLE_HISTORY_REVERT_DISABLED = True
    client = browser(boss())

    assert client.get(pages["restore"]).status_code == 403
    assert pages["restore"] not in client.get(pages["version"]).content.decode()
