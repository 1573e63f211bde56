import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.test import Client

from gallery_events.access import OwnerAccess
from gallery_events.admin import ImageAdmin
from gallery_events.flows import trash
from gallery_events.models import Image
from tests.edges.staff import address, make_user, named_image, signed_in
from tests.factories import make_album, make_image
from tests.project.models import Article
from tests.sweeping import make_trashed, state

pytestmark = pytest.mark.django_db

#: Who may do what: code names of permissions, and what they open.
PEOPLE = {
    "nobody's": ((), set()),
    "view": (("view_image",), {"list", "see"}),
    "change": (("change_image",), {"list", "see", "edit"}),
    "add": (("add_image",), {"list", "add"}),
    "view and delete": (("view_image", "delete_image"), {"list", "see", "trash"}),
    "delete alone": (("delete_image",), {"list"}),
    "view and rescue": (("view_image", "rescue_image"), {"list", "see", "rescue"}),
    "rescue alone": (("rescue_image",), set()),
    "view and pin": (("view_image", "pin_image"), {"list", "see", "pin"}),
    "pin alone": (("pin_image",), set()),
    "superuser": ((), {"list", "see", "edit", "add", "trash", "rescue", "pin"}),
}
PIN = {"until": "2999-01-01", "reason": "x"}


def client_of(who):
    codes, _ = PEOPLE[who]
    return signed_in(make_user("anna", *codes, is_superuser=who == "superuser"))


def opened(client):
    """Return what a browser may do."""
    image, in_trash = make_image(), make_image()
    trash.trash(in_trash)
    tries = {
        "list": (lambda: client.get(address(Image, "changelist")), 200),
        "see": (lambda: client.get(address(image)), 200),
        "edit": (lambda: client.post(address(image), {"alt": "x"}), 302),
        "add": (lambda: client.get(address(Image, "add")), 200),
        "trash": (lambda: client.get(address(image, "delete")), 200),
        "rescue": (lambda: client.post(address(in_trash, "rescue")), 302),
        "pin": (lambda: client.post(address(image, "pin"), PIN), 302),
    }
    found = set()
    for deed, (request, right) in tries.items():
        status = request().status_code
        assert status in (right, 403), (deed, status)
        if status == right:
            found.add(deed)
    return found


@pytest.mark.parametrize("who", PEOPLE)
def test_permissions_open_what_they_say_and_nothing_else(who):
    _, may = PEOPLE[who]
    found = opened(client_of(who))

    # Django shows a list to whoever may do anything at all in it.
    assert found - {"list"} == may - {"list"}


@pytest.mark.parametrize("page", ["change", "delete", "pin", "rescue", "unpin", "history"])
def test_who_is_not_signed_in_is_asked_to_be(page):
    image = make_image()
    nobody, guest = Client(), signed_in(make_user("anna", "change_image"))
    get_user_model().objects.update(is_staff=False)

    for client in (nobody, guest):
        assert client.post(address(image, page), PIN).url.startswith("/admin/login/")
    image.refresh_from_db()
    assert (image.trashed_at, image.pinned_until) == (None, None)


@pytest.mark.parametrize(
    "who, shown",
    [
        ("view", set()),
        ("change", {"Save"}),
        ("view and delete", {"Move to trash"}),
        ("view and pin", {"Pin"}),
        ("superuser", {"Save", "Move to trash", "Pin"}),
    ],
)
def test_a_page_offers_what_its_reader_may_do(who, shown):
    text = client_of(who).get(address(make_image())).text
    marks = {"Save": 'name="_save"', "Move to trash": ">Move to trash<", "Pin": ">Pin<"}

    assert {name for name, mark in marks.items() if mark in text} == shown


def test_a_trashed_image_offers_its_rescue_to_those_who_may():
    image = make_trashed()

    assert "Rescue from the trash" in client_of("view and rescue").get(address(image)).text
    viewer = signed_in(make_user("bert", "view_image"))
    assert "Rescue from the trash" not in viewer.get(address(image)).text


def test_without_the_right_to_delete_no_action_moves_to_the_trash():
    client, image = client_of("view"), make_image()
    chosen = {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"}

    client.post(address(Image, "changelist"), chosen)

    assert state(image) == "kept"


# The policy beside the permissions.


class Private(OwnerAccess):
    """Everybody sees and changes their own alone."""

    def may_see(self, user, image):
        return image.uploaded_by_id == user.pk

    may_edit = may_see


@pytest.fixture
def private(settings):
    settings.GALLERY_EVENTS = {"ACCESS": Private}
    anna = make_user("anna", is_superuser=True)
    mine = named_image("mine.png", uploaded_by=anna)
    return signed_in(anna), mine, named_image("secret.png", alt="secret words")


@pytest.mark.parametrize("page", ["change", "delete", "pin", "rescue", "unpin"])
def test_the_policy_guards_each_page_of_an_image(private, page):
    client, mine, theirs = private

    assert client.post(address(theirs, page), PIN).status_code == 403
    assert client.post(address(mine, page), PIN).status_code != 403
    assert state(theirs) == "kept"


def test_the_list_shows_no_picture_and_no_name_of_what_may_not_be_seen(private):
    client, mine, theirs = private

    text = client.get(address(Image, "changelist")).text

    assert "secret" not in text
    assert theirs.file.url not in text
    assert f"image {theirs.pk}" in text
    assert mine.file.url in text


def test_a_page_leaves_out_versions_that_may_not_be_seen(private):
    client, mine, theirs = private
    theirs = make_image(original=mine)

    assert address(theirs) not in client.get(address(mine)).text


def test_an_action_on_what_may_not_be_seen_is_refused_as_a_whole(private):
    client, mine, theirs = private
    chosen = {"action": "delete_selected", "_selected_action": [mine.pk, theirs.pk], "post": "yes"}

    assert client.post(address(Image, "changelist"), chosen).status_code == 403
    assert state(mine) == "kept"


def test_a_list_that_is_edited_in_place_asks_the_policy_too(private, rf):
    _, mine, theirs = private
    request = rf.post("/")
    request.user = mine.uploaded_by
    model_admin = ImageAdmin(Image, admin.site)
    mine.alt = theirs.alt = "changed"

    model_admin.save_model(request, mine, None, True)
    with pytest.raises(PermissionDenied):
        model_admin.save_model(request, theirs, None, True)

    assert set(Image.objects.values_list("alt", flat=True)) == {"changed", "secret words"}


# What names an image may be more than its reader may see.


def test_owners_that_may_not_be_seen_are_named_by_their_key_alone():
    image = make_image()
    album = make_album([image.pk])
    album.title = "Surprise party"
    album.save()
    article = Article.objects.create(lead=image)
    client = signed_in(make_user("anna", "view_image", "delete_image"))

    for page in ("change", "delete"):
        text = client.get(address(image, page)).text
        assert "Surprise" not in text
        assert f"album {album.pk}" in text
        assert f"named by lead of project.Article {article.pk}" in text
        assert address(album) not in text
        assert address(article) not in text
    assert "the whole explanation is not shown" in client.get(address(image)).text


def test_a_refusal_tells_no_more_than_its_reader_may_see():
    image = make_image()
    album = make_album([image.pk])
    album.title = "Surprise party"
    album.save()
    client = signed_in(make_user("anna", "view_image", "delete_image"))
    chosen = {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"}

    answer = client.post(address(Image, "changelist"), chosen, follow=True)

    assert "Surprise" not in answer.text
    assert "stays, because something keeps it" in answer.text
    assert state(image) == "kept"
