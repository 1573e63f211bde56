"""Who may upload, use, edit and see."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import path

from gallery_events.access import Access, OwnerAccess, guard, guard_of
from tests import NOW
from tests.factories import make_album, make_image
from tests.project.models import Album, Catalogue, Photo, Picture, Portrait, Poster

pytestmark = pytest.mark.django_db

QUESTIONS = ("may_upload", "may_use", "may_edit", "may_see")


def person(name, *permissions, **columns):
    """Return a saved user with some permissions."""
    user = get_user_model().objects.create_user(name, **columns)
    user.user_permissions.set(
        Permission.objects.get(content_type__app_label=app, codename=codename)
        for app, codename in (each.split(".") for each in permissions)
    )
    return user


def granted(user, image, owner=None):
    """Return which questions about an image are answered by yes."""
    asked = guard(user)
    answers = {
        "may_upload": asked.may_upload(Album._meta.get_field("photos")),
        "may_use": asked.may_use(image, owner or Album()),
        "may_edit": asked.may_edit(image),
        "may_see": asked.may_see(image),
    }
    return {name for name, answer in answers.items() if answer}


@pytest.fixture
def ann():
    return person("ann")


@pytest.fixture
def bob():
    return person("bob")


# The rule that holds when a project says nothing.


def test_ones_own_images_are_ones_own(ann):
    assert granted(ann, make_image(uploaded_by=ann)) == set(QUESTIONS)


@pytest.mark.parametrize("permissions", [(), ("project.change_album",)])
def test_nobody_else_gets_at_an_image_that_is_in_no_gallery(ann, permissions):
    carl = person("carl", *permissions, is_staff=True)

    assert granted(carl, make_image(uploaded_by=ann)) == {"may_upload"}
    assert granted(carl, make_image()) == {"may_upload"}


def test_an_image_that_nobody_has_uploaded_is_not_everybodys():
    unsaved = get_user_model()(username="nobody")
    image = make_image(uploaded_by=None)

    assert granted(unsaved, image) == set()


@pytest.mark.parametrize(
    "permission, more",
    [
        ("gallery_events.change_image", {"may_use", "may_edit", "may_see"}),
        ("gallery_events.view_image", {"may_see"}),
        ("gallery_events.delete_image", set()),
        ("gallery_events.add_image", set()),
        ("project.change_photo", set()),
        ("project.view_photo", set()),
    ],
)
def test_permissions_on_the_image_model_give_what_they_say(permission, more):
    assert granted(person("carl", permission), make_image()) == {"may_upload", *more}


def test_permissions_are_those_of_the_images_own_model():
    carl = person("carl", "project.change_photo")

    assert granted(carl, make_image(Photo)) == set(QUESTIONS)
    assert granted(carl, make_image()) == {"may_upload"}


def test_a_proxy_of_an_image_model_is_no_other_model():
    carl = person("carl", "gallery_events.view_image")

    assert guard(carl).may_see(Picture.objects.get(pk=make_image().pk))


def test_a_superuser_may_everything():
    root = get_user_model().objects.create_superuser("root")

    assert granted(root, make_image()) == set(QUESTIONS)


@pytest.mark.parametrize("columns", [{}, {"is_superuser": True, "is_staff": True}])
def test_a_user_who_is_switched_off_may_nothing(columns):
    gone = person("gone", "gallery_events.change_image", is_active=False, **columns)

    assert granted(gone, make_image(uploaded_by=gone)) == set()
    assert guard(gone).visible([make_image(uploaded_by=gone)]) == set()


def test_whoever_is_not_logged_in_may_nothing(ann):
    image = make_image(uploaded_by=ann)
    make_album([image.pk])

    assert granted(AnonymousUser(), image) == set()


# Galleries that somebody may view.


@pytest.mark.parametrize("permission", ["project.view_album", "project.change_album"])
def test_who_may_view_the_owner_sees_what_is_in_its_gallery(permission):
    image, other = make_image(), make_image()
    make_album([image.pk])
    carl = person("carl", permission)

    assert granted(carl, image) == {"may_upload", "may_see"}
    assert granted(carl, other) == {"may_upload"}


def test_other_permissions_on_the_owner_show_nothing():
    image = make_image()
    make_album([image.pk])

    assert not guard(person("carl", "project.add_album", "project.view_poster")).may_see(image)


def test_what_has_left_the_gallery_is_seen_by_whoever_may_see_histories():
    image = make_image()
    album = make_album([image.pk])
    album.photos = []
    album.save()

    assert not guard(person("carl", "project.view_album")).may_see(image)
    assert guard(person("dora", "project.view_album", "gallery_events.view_timeline")).may_see(
        image
    )
    assert not guard(person("emil", "gallery_events.view_timeline")).may_see(image)


def test_keys_of_every_kind_are_read_back():
    photo, image = make_image(Photo), make_image()
    Poster.objects.create(photos=[photo.pk])
    Catalogue.objects.create(code="a/b 7", plates=[image.pk])

    assert guard(person("carl", "project.view_poster")).may_see(photo)
    assert guard(person("dora", "project.view_catalogue")).may_see(image)


class OneByOne:
    """A backend whose permissions are for single objects."""

    granted = ()

    def has_perm(self, user, permission, obj=None):
        return obj is not None and (permission, type(obj), obj.pk) in self.granted


@pytest.fixture
def one_by_one(settings, monkeypatch):
    """Return a function that gives a permission for one object."""
    settings.AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        f"{__name__}.OneByOne",
    ]

    def grant(permission, owner):
        monkeypatch.setattr(
            OneByOne, "granted", [*OneByOne.granted, (permission, type(owner), owner.pk)]
        )

    return grant


def test_permissions_for_single_owners_count(one_by_one, ann):
    seen, hidden = make_image(), make_image()
    album = make_album([seen.pk])
    make_album([hidden.pk])
    one_by_one("project.view_album", album)

    assert guard(ann).visible([seen, hidden]) == {seen.pk}


def test_permissions_for_single_owners_count_whatever_their_keys(one_by_one, ann):
    from tests.project.models import Club

    image, photo = make_image(), make_image(Photo)
    one_by_one("project.view_poster", Poster.objects.create(photos=[photo.pk]))
    portrait = Portrait.objects.create(club=Club.objects.create(name="Light"), faces=[image.pk])
    one_by_one("project.change_portrait", portrait)

    assert guard(ann).may_see(photo)
    assert guard(ann).may_see(image)


@pytest.mark.parametrize("permissions", [(), ("project.view_album",)])
def test_the_number_of_queries_does_not_grow_with_images_or_owners(permissions, bob):
    def queries(images):
        fresh = get_user_model().objects.get(pk=carl.pk)
        with CaptureQueriesContext(connection) as asked:
            guard(fresh).visible(images)
        return len(asked)

    carl = person("carl", *permissions)
    few = [make_image(uploaded_by=bob)]
    make_album([few[0].pk])
    queries(few)  # content types are remembered from here on
    many = [*few, *(make_image(uploaded_by=bob) for _ in range(30))]
    for image in many:
        make_album([image.pk])
    Poster.objects.create(title="Beside them")

    assert queries(many) == queries(few) <= 5


def test_nothing_is_remembered_between_two_requests(ann):
    image = make_image()
    make_album([image.pk])
    assert not guard(ann).may_see(image)

    ann.user_permissions.add(Permission.objects.get(codename="view_album"))
    fresh = get_user_model().objects.get(pk=ann.pk)
    assert guard(fresh).may_see(image)
    ann.user_permissions.clear()
    assert not guard(get_user_model().objects.get(pk=ann.pk)).may_see(image)


def test_nothing_is_visible_of_nothing(ann):
    assert guard(ann).visible([]) == set()
    assert guard(ann).visible([Photo()]) == set()


# Policies of a project's own.


class Classroom(OwnerAccess):
    """Only the student and the teacher see a picture; after the deadline nothing is handed in."""

    deadline = NOW

    def __init__(self, *, now):
        self.now = now

    def may_upload(self, user, field):
        return super().may_upload(user, field) and self.now < self.deadline

    def may_use(self, user, image, owner):
        return super().may_use(user, image, owner) and self.now < self.deadline

    def may_edit(self, user, image):
        return image.uploaded_by_id == user.pk and self.now < self.deadline

    def may_see(self, user, image):
        return user.is_active and (image.uploaded_by_id == user.pk or user.username == "teacher")


@pytest.mark.parametrize(
    "name, before, after",
    [
        ("student", set(QUESTIONS), {"may_see"}),
        ("teacher", {"may_upload", "may_see"}, {"may_see"}),
        ("classmate", {"may_upload"}, set()),
    ],
)
def test_a_classroom_with_a_deadline(settings, name, before, after):
    student = person("student")
    user = student if name == "student" else person(name, "project.view_album")
    image = make_image(uploaded_by=student)
    make_album([image.pk])

    settings.GALLERY_EVENTS = {"ACCESS": Classroom(now=NOW - timedelta(microseconds=1))}
    assert granted(user, image) == before
    settings.GALLERY_EVENTS = {"ACCESS": Classroom(now=NOW)}
    assert granted(user, image) == after


def test_many_are_judged_by_the_rule_that_one_is_judged_by(settings):
    student = person("student")
    classmate = person("classmate", "project.view_album", "gallery_events.view_image")
    image = make_image(uploaded_by=student)
    make_album([image.pk])
    settings.GALLERY_EVENTS = {"ACCESS": Classroom(now=NOW)}

    assert guard(classmate).visible([image]) == set()
    assert guard(student).visible([image]) == {image.pk}


def test_a_rule_that_is_mixed_in_counts_for_many_too(ann):
    class Nobody:
        def may_see(self, user, image):
            return False

    class Mixed(Nobody, OwnerAccess):
        pass

    class Again(Mixed):
        def visible(self, user, images):
            return {"all"}

    image = make_image(uploaded_by=ann)
    assert Mixed().visible(ann, [image]) == set()
    assert Again().visible(ann, [image]) == {"all"}
    assert OwnerAccess().visible(ann, [image]) == {image.pk}


def test_a_policy_that_says_nothing_grants_nothing(settings):
    settings.GALLERY_EVENTS = {"ACCESS": "gallery_events.access.Access"}
    root = get_user_model().objects.create_superuser("root")

    assert granted(root, make_image(uploaded_by=root)) == set()
    assert Access().visible(root, [make_image()]) == set()


class Stranger:
    """A policy that is none of ours: four answers are enough."""

    def may_upload(self, user, field):
        return None

    def may_edit(self, user, image):
        return ()

    def may_use(self, user, image, owner):
        return 1

    def may_see(self, user, image):
        return image.name == "shown"


def test_a_policy_need_not_be_one_of_ours(settings, ann):
    settings.GALLERY_EVENTS = {"ACCESS": f"{__name__}.Stranger"}
    shown, hidden = make_image(), make_image()
    type(shown)._base_manager.filter(pk=shown.pk).update(name="shown")
    shown.refresh_from_db()

    assert guard(ann).visible([shown, hidden]) == {shown.pk}
    assert guard(ann).may_upload(None) is False
    assert guard(ann).may_use(shown, Album()) is True


# Who asks.


def test_a_program_is_trusted():
    image = make_image()

    assert granted(None, image) == set(QUESTIONS)
    assert guard().visible([image]) == {image.pk}


def test_a_program_that_could_be_a_request_is_not(settings):
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "simple_history" not in each]

    assert granted(None, make_image()) == set()


def test_a_request_without_authentication_is_nobodys(rf, ann):
    request = rf.get("/")
    assert guard_of(request).user.is_anonymous
    request.user = ann
    assert guard_of(request).user is ann


def test_in_a_request_its_user_is_asked_and_no_program(client, ann, settings):
    settings.ROOT_URLCONF = (path("asked/", lambda _request: HttpResponse(guard().user.username)),)

    assert client.get("/asked/").text == ""
    client.force_login(ann)
    assert client.get("/asked/").text == "ann"
    assert guard().trusted
