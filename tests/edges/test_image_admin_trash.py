import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from django.utils.formats import date_format

from gallery_events.admin import ImageAdmin, trashing
from gallery_events.flows import trash
from gallery_events.models import Image, Reference
from tests.edges.staff import address, make_user, named_image, signed_in, words
from tests.factories import make_album, make_image
from tests.project.models import Article, Card, Photo, Poster
from tests.sweeping import state, write_gallery

pytestmark = pytest.mark.django_db

LIST = address(Image, "changelist")


@pytest.fixture
def root():
    return signed_in(make_user("root", is_superuser=True))


def earliest():
    return date_format(timezone.localtime(timezone.now() + timedelta(days=7)), "DATE_FORMAT")


def choose(client, *images, model=Image, **fields):
    """Choose images in the list, and the action."""
    posted = {"action": "delete_selected", "_selected_action": [each.pk for each in images]}
    return client.post(address(model, "changelist"), posted | fields, follow=True)


def test_moving_to_the_trash_asks_first_and_says_when_it_will_be_gone(root):
    image = named_image("sunset.png")

    answer = root.get(address(image, "delete"))

    assert "Move “<bdi>sunset.png</bdi>” to the trash?" in answer.text
    assert f"Earliest deletion: {earliest()}" in answer.text
    assert state(image) == "kept"


def test_deleting_moves_to_the_trash_and_keeps_row_and_file(root):
    image = named_image("sunset.png")

    answer = root.post(address(image, "delete"), {"post": "yes"}, follow=True)

    assert state(image) == "trashed"
    assert image.file.storage.exists(image.file.name)
    (said,) = words(answer)
    assert "“sunset.png” is in the trash" in said
    assert earliest() in said
    (entry,) = LogEntry.objects.all()
    assert (entry.action_flag, entry.object_id) == (2, str(image.pk))
    assert "Moved to the trash" in entry.get_change_message()


def test_an_image_in_a_gallery_is_refused_with_the_gallery_named(root):
    image = make_image()
    album = make_album([image.pk])

    asked = root.get(address(image, "delete"))
    answer = root.post(address(image, "delete"), {"post": "yes"})

    for each in (asked, answer):
        assert "Cannot move to the trash" in each.text
        assert f'href="{address(album)}"' in each.text
        assert 'name="post"' not in each.text
    assert state(image) == "kept"


def headings(answer):
    """Return the headings of a page after its title."""
    return re.findall("<h2>(.+?)</h2>", answer.text)


IN_USE = "In use now: take it out there first"
BY_HISTORY = "Kept by history: nothing to do, it goes by itself"


def test_where_it_was_taken_out_already_is_told_apart_from_where_it_still_is(root):
    image = make_image()
    now, before = make_album([image.pk]), make_album([image.pk])
    before.photos = []
    before.save()

    answer = root.get(address(image, "delete"))

    assert headings(answer)[:2] == [IN_USE, BY_HISTORY]
    told = answer.context["told"]
    assert [place.url for place in told.present] == [address(now)]
    assert [place.url for place in told.past] == [address(before)]
    assert "because it is in use" in answer.text
    end = timezone.localtime(timezone.now() + timedelta(days=30))
    assert f"kept until {date_format(end, 'DATE_FORMAT')}" in answer.text


def test_what_only_history_keeps_is_said_to_go_by_itself_and_a_deleted_owner_to_be_deleted(root):
    image = make_image()
    album = make_album([image.pk])
    gone = f"Album {album.pk} &#x27;Summer&#x27; (deleted)"
    album.delete()

    answer = root.get(address(image, "delete"))

    assert headings(answer)[0] == BY_HISTORY
    assert IN_USE not in answer.text
    assert "because it is in use" not in answer.text
    assert "a sweep moves it to the trash" in answer.text
    assert gone in answer.text


def test_the_history_of_another_model_goes_by_itself_too(root):
    image = make_image()
    card = Card.objects.create(picture=image)
    card.picture = None
    card.save()

    answer = root.get(address(image, "delete"))

    assert headings(answer)[0] == BY_HISTORY
    assert answer.context["told"].only_history


@pytest.mark.parametrize(
    "policy, said",
    [
        ({"RETENTION_DAYS": None}, "kept for ever"),
        ({"KEEP_SNAPSHOTS": 3}, "kept as one of the last versions, whatever its age"),
        ({"RETENTION_DAYS": 1}, "kept until the next sweep"),
    ],
)
def test_how_long_history_keeps_it_is_said_by_the_policy(root, settings, policy, said):
    settings.GALLERY_EVENTS = policy
    image = make_image()
    album = make_album([image.pk])
    album.photos = []
    album.save()
    Reference.objects.filter(image=image).update(
        since=timezone.now() - timedelta(days=3), until=timezone.now() - timedelta(days=2)
    )

    place, *more = root.get(address(image)).context["told"].past

    assert (place.kept, more) == (said, [])


def test_a_pin_or_a_source_beside_history_is_in_use(root, settings):
    pinned, named = make_image(), make_image()
    album = make_album([pinned.pk, named.pk])
    album.photos = []
    album.save()
    until = timezone.now() + timedelta(days=2)
    trash.pin(pinned, until=until, reason="for the calendar")

    def rich_text(images):
        return {named.pk}

    settings.GALLERY_EVENTS = {"SOURCES": [rich_text]}

    for image in (pinned, named):
        answer = root.get(address(image, "delete"))
        assert "because it is in use" in answer.text
        assert not answer.context["told"].only_history
    day = date_format(timezone.localtime(until), "DATE_FORMAT")
    text = root.get(address(pinned, "delete")).text
    assert f"It is pinned until <bdi>{day}</bdi>: unpin it first, or wait." in text


def test_the_button_of_an_image_that_stays_asks_why_and_is_not_red(root):
    used, before = make_image(), make_image()
    album = make_album([used.pk, before.pk])
    album.photos = [used.pk]
    album.save()

    for image, words_ in ((used, "In use: why?"), (before, "Kept by history: why?")):
        text = root.get(address(image)).text
        link = f'<a href="{address(image, "delete")}" class="gallery-staying">{words_}</a>'
        assert link in text
        assert "Move to trash" not in text
        assert "deletelink" not in text


def use_by_key(image):
    return f"lead of project.Article {Article.objects.create(lead=image).pk}"


def use_by_pin(image):
    trash.pin(image, until=timezone.now() + timedelta(days=2), reason="for the calendar")
    return "for the calendar"


def use_by_edit(image):
    make_image(original=image)
    return "made from it"


def use_before(image):
    album = make_album([image.pk])
    album.photos = []
    album.save()
    return "kept by snapshot 1"


def use_past_the_signals(image):
    write_gallery(make_album(), "photos", f"[{image.pk}]")
    return "written past the signals"


@pytest.mark.parametrize(
    "use", [use_by_key, use_by_pin, use_by_edit, use_before, use_past_the_signals]
)
def test_whatever_uses_an_image_keeps_it_and_is_named(root, use):
    image = make_image()
    said = use(image)

    answer = root.post(address(image, "delete"), {"post": "yes"})

    assert said in answer.text
    assert said in words(choose(root, image, post="yes"))[0]
    assert state(image) == "kept"


def test_a_source_that_uses_an_image_keeps_it_and_is_named(root, settings):
    image = make_image()

    def rich_text(images):
        return {image.pk}

    settings.GALLERY_EVENTS = {"SOURCES": [rich_text]}

    assert "rich_text" in root.post(address(image, "delete"), {"post": "yes"}).text
    assert state(image) == "kept"


def test_a_source_that_fails_keeps_the_image(root, settings):
    def broken(images):
        raise RuntimeError("down")

    settings.GALLERY_EVENTS = {"SOURCES": [broken]}
    image = make_image()

    answer = root.post(address(image, "delete"), {"post": "yes"}, follow=True)

    assert "stays" in words(answer)[0]
    assert state(image) == "kept"


def test_what_is_in_the_trash_already_is_said_to_be_there(root):
    image = make_image()
    trash.trash(image)

    text = root.get(address(image, "delete")).text

    assert "has been in the trash since" in text
    assert 'name="post"' not in text
    assert "Move to trash" not in root.get(address(image)).text


def test_a_trash_that_is_never_emptied_is_said_to_be_so(root, settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": None}

    assert "never emptied" in root.get(address(make_image(), "delete")).text


def test_the_buttons_say_trash_and_not_delete(root):
    image = make_image()

    assert ">Move to trash</a>" in root.get(address(image)).text
    assert ">Delete</a>" not in root.get(address(image)).text
    assert "Move selected images to the trash" in root.get(LIST).text
    assert "Delete selected" not in root.get(LIST).text


@pytest.mark.parametrize(
    "own, names",
    [
        ((), ["delete_selected"]),
        (["publish"], ["delete_selected", "publish"]),
        (None, []),
    ],
)
def test_actions_of_a_projects_own_stand_beside_it(rf, own, names):
    class Own(ImageAdmin):
        actions = own

        def publish(self, request, queryset):
            """Do something else."""

    request = rf.get("/")
    request.user = make_user("anna", is_superuser=True)

    model_admin = Own(Image, admin.site)

    assert list(model_admin.get_actions(request)) == names
    texts = [text for name, text in model_admin.get_action_choices(request) if name]
    assert [text for text in texts if "Delete" in text] == []


def test_the_action_asks_and_names_what_will_stay(root):
    free, used = named_image("free.png"), named_image("used.png")
    album = make_album([used.pk])

    answer = choose(root, free, used)

    assert answer.context["moving"] == [free]
    assert [each.image for each in answer.context["kept"]] == [used]
    assert f"in Album {album.pk}" in answer.text
    assert earliest() in answer.text
    assert {state(free), state(used)} == {"kept"}


def test_the_action_moves_what_it_may_and_says_what_stayed(root):
    free, used, there = make_image(), named_image("used.png"), make_image()
    make_album([used.pk])
    trash.trash(there)

    answer = choose(root, free, used, there, post="yes")

    assert [state(each) for each in (free, used, there)] == ["trashed", "kept", "trashed"]
    moved, stayed = words(answer)
    assert "1 image is in the trash" in moved
    assert "“used.png” stays, because something keeps it" in stayed


def test_the_action_offers_nothing_where_everything_is_used(root):
    image = make_image()
    make_album([image.pk])

    answer = choose(root, image)

    assert "Cannot move to the trash" in answer.text
    assert ">Move to trash</button>" not in answer.text


def test_more_than_can_be_looked_at_is_refused(root, monkeypatch):
    monkeypatch.setattr(trashing, "MOST_AT_ONCE", 2)
    two, three = [make_image() for _ in range(2)], [make_image() for _ in range(3)]

    assert "Nothing was moved" in words(choose(root, *three, post="yes"))[0]
    assert {state(each) for each in three} == {"kept"}
    choose(root, *two, post="yes")
    assert {state(each) for each in two} == {"trashed"}


def test_images_of_ones_own_model_go_to_the_trash_too(root):
    free, used = make_image(Photo), make_image(Photo)
    Poster.objects.create(photos=[used.pk])

    choose(root, free, used, model=Photo, post="yes")

    assert (state(free), state(used)) == ("trashed", "kept")


def test_an_image_that_is_gone_is_said_to_be_gone(root):
    answer = root.get(address(Image, "changelist") + "999999/delete/", follow=True)

    assert "Perhaps it was deleted" in words(answer)[0]


def test_what_a_project_deletes_through_the_admin_goes_to_the_trash(rf):
    request = rf.post("/")
    request.user = make_user("anna")
    model_admin = admin.site._registry[Image]
    one, two = make_image(), make_image()

    model_admin.delete_model(request, one)
    model_admin.delete_queryset(request, Image.objects.filter(pk=two.pk))

    assert (state(one), state(two)) == ("trashed", "trashed")
