"""Into the trash and out of it by hand, and back from the grave while the files are untouched."""

import pytest
from django.contrib.auth import get_user_model

from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows.sweep import explain, sweep
from gallery_events.flows.trash import rescue, trash
from gallery_events.models import Image, Tombstone
from gallery_events.signals import image_rescued, image_trashed
from tests import NOW
from tests.factories import make_album, make_image
from tests.faults.recipes.scripted import install
from tests.project.models import Article, Photo
from tests.sweeping import DAY, GRACE, TRASH, make_trashed, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Return what is told of the trash: (signal, key, who or why)."""
    found = []

    def trashed(sender, image, reason, **kwargs):
        found.append(("trashed", image.pk, reason))

    def rescued(sender, image, user, by, **kwargs):
        found.append(("rescued", image.pk, user, by))

    image_trashed.connect(trashed)
    image_rescued.connect(rescued)
    yield found
    image_trashed.disconnect(trashed)
    image_rescued.disconnect(rescued)


def test_an_image_that_nothing_names_goes_into_the_trash_at_once(heard):
    image = make_image()
    trash(image, now=NOW, reason="blurred")
    assert (image.trashed_at, image.review_after) == (NOW, NOW + TRASH)
    assert Image.objects.filter(trashed_at=NOW, review_after=NOW + TRASH).exists()
    assert heard == [("trashed", image.pk, "blurred")]
    trash(image, now=NOW + DAY)
    assert len(heard) == 1
    assert sweep(now=NOW + TRASH).purged == 1


@pytest.mark.parametrize(
    "use, words",
    [
        (lambda image: make_album([image.pk]), "in photos of"),
        (lambda image: Article.objects.create(lead=image), "named by lead of project.Article"),
        (lambda _: Image.objects.update(pinned_until=NOW + DAY), "pinned until 2026-05-02"),
    ],
    ids=["gallery", "foreign key", "pin"],
)
def test_what_is_needed_stays_and_says_why(heard, use, words):
    image = make_image()
    use(image)
    with pytest.raises(GalleryError, match=words):
        trash(image, now=NOW)
    assert state(image) == "kept"
    assert heard == []


def test_what_a_source_does_not_know_stays(settings):
    settings.GALLERY_EVENTS = {"SOURCES": [lambda _: None]}
    image = make_image()
    with pytest.raises(GalleryError, match="failed"):
        trash(image, now=NOW)
    assert state(image) == "kept"


def test_what_is_purged_can_neither_be_trashed_nor_rescued():
    image = make_trashed()
    sweep(now=NOW)
    for verb in (trash, rescue):
        with pytest.raises(ImagesLost) as refused:
            verb(image)
        assert refused.value.ids == [image.pk]


def test_a_rescue_gives_a_whole_grace(heard):
    user = get_user_model().objects.create_user("anna")
    image = make_trashed()
    assert rescue(image, user=user, now=NOW) == image
    assert (image.trashed_at, image.review_after) == (None, NOW + GRACE)
    assert heard == [("rescued", image.pk, user, "rescued by hand")]
    sweep(now=NOW + GRACE - DAY)
    assert state(image) == "kept"
    sweep(now=NOW + GRACE)
    assert state(image) == "trashed"


def test_what_is_not_in_the_trash_needs_no_rescue(heard):
    image = make_image(review_after=NOW + DAY)
    rescue(image, now=NOW + DAY)
    assert image.review_after == NOW + DAY
    assert heard == []


# Back from the grave.


@pytest.mark.parametrize("model", [Image, Photo])
def test_until_its_files_are_touched_a_purged_image_comes_back_whole(heard, media, model):
    image = make_trashed(
        model,
        alt="A boat",
        taken_at=NOW - 9 * DAY,
        uploaded_by=get_user_model().objects.create_user("b"),
    )
    image.refresh_from_db()
    before = {field.attname: field.value_from_object(image) for field in image._meta.fields}
    sweep(now=NOW)

    back = rescue(Tombstone.objects.get(), now=NOW)
    after = {field.attname: field.value_from_object(back) for field in back._meta.fields}
    assert after == {**before, "trashed_at": None, "review_after": NOW + GRACE}
    assert heard == [("rescued", image.pk, None, "rescued by hand")]
    assert not Tombstone.objects.exists()
    sweep(now=NOW + 2 * DAY)
    assert (media / back.file.name).exists()
    assert explain(back, now=NOW).state == "waiting"


def test_whoever_is_told_of_a_rescue_sees_the_row_as_it_is():
    image, heard = make_trashed(), []

    def rescued(sender, image, **kwargs):
        heard.append((image.trashed_at, image.review_after))
        row = Image.objects.get()
        heard.append((row.trashed_at, row.review_after))

    image_rescued.connect(rescued)
    try:
        rescue(image, now=NOW)
    finally:
        image_rescued.disconnect(rescued)
    assert heard == [(None, NOW + GRACE)] * 2


@pytest.mark.parametrize(
    "touched, words",
    [
        ({"attempts": 1}, "the removal of its files has begun, and nobody knows which of them"),
        ({"done_at": NOW}, "its files were removed on 2026-05-01"),
    ],
    ids=["begun", "done"],
)
def test_after_the_first_attempt_it_is_too_late(touched, words):
    image = make_trashed()
    sweep(now=NOW)
    Tombstone.objects.update(**touched)
    with pytest.raises(ImagesLost, match=words) as refused:
        rescue(Tombstone.objects.get())
    assert refused.value.ids == [image.pk]
    assert Tombstone.objects.exists()


def test_it_comes_back_once():
    make_trashed()
    sweep(now=NOW)
    stone = Tombstone.objects.get()
    kept = Tombstone.objects.get()
    rescue(stone)
    with pytest.raises(ImagesLost, match="Somebody may have brought it back already"):
        rescue(kept)
    kept.pk, kept._state.adding = None, True
    kept.save()
    with pytest.raises(GalleryError, match="exists: there is nothing to bring back"):
        rescue(kept)


def test_a_missing_file_keeps_the_row_away(media):
    """As after a database was restored from an older backup than its storage."""
    image = make_trashed(renditions={"thumbnail": {"name": "small/picture.webp"}})
    sweep(now=NOW)
    with pytest.raises(
        ImagesLost, match=r"small/picture\.webp are missing .* from a backup"
    ) as lost:
        rescue(Tombstone.objects.get())
    assert lost.value.ids == [image.pk]
    assert state(image) == "purged"
    assert Tombstone.objects.get().attempts == 0
    (media / "small").mkdir()
    (media / "small/picture.webp").write_bytes(b"from the backup")
    assert rescue(Tombstone.objects.get()) == image


@pytest.mark.parametrize("storage", ["default", "gone"])
def test_a_storage_that_does_not_answer_leaves_everything_as_it_is(settings, storage):
    image = make_trashed()
    sweep(now=NOW)
    Tombstone.objects.update(storage=storage)
    install(settings).always("exists", "error_before")
    with pytest.raises(GalleryError, match="cannot say whether its files are there") as refused:
        rescue(Tombstone.objects.get())
    assert not isinstance(refused.value, ImagesLost)
    assert state(image) == "purged"
    assert Tombstone.objects.exists()


def test_without_its_app_it_does_not_come_back():
    make_trashed()
    sweep(now=NOW)
    Tombstone.objects.update(image_model="gone.Image")
    with pytest.raises(GalleryError, match=r"gone\.Image is not installed"):
        rescue(Tombstone.objects.get())


def test_whoever_uploaded_it_may_be_gone():
    user = get_user_model().objects.create_user("gone")
    make_trashed(uploaded_by=user)
    sweep(now=NOW)
    user.delete()
    assert rescue(Tombstone.objects.get()).uploaded_by is None


def test_an_edit_does_not_come_back_without_its_original():
    original = make_trashed()
    make_trashed(original=original)
    sweep(now=NOW)
    Image.objects.update(trashed_at=NOW - TRASH, review_after=NOW)
    sweep(now=NOW)
    edit, first = Tombstone.objects.order_by("pk")
    with pytest.raises(GalleryError, match="without its original"):
        rescue(edit)
    rescue(first)
    assert rescue(edit).original_id == original.pk
