"""What is made of an image: planned on its row, written beside its file, known to its purge."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from gallery_events import conf
from gallery_events.domain.edits import Edit
from gallery_events.exceptions import RenditionFailed
from gallery_events.flows import edit, renditions, trash, upload
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from gallery_events.signals import image_uploaded
from tests import NOW
from tests.factories import make_image
from tests.faults.world import files
from tests.pictures import picture

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
KEYS = ["w320", "w640"]
LIFE = {"FILE_DELAY_HOURS": 0, "UPLOAD_GRACE_DAYS": 1, "TRASH_DAYS": 1}


@pytest.fixture
def received():
    """Return what receives a picture as a visitor sends it."""

    def receive(name="boat.jpg", *, size=(700, 500), **options):
        return upload.receive(picture(name, size=size, **options), now=NOW)

    return receive


def row(image):
    return type(image)._base_manager.get(pk=image.pk)


def test_what_is_missing_is_made_beside_the_file_and_recorded(received, media):
    image = received()
    assert renditions.make(image, now=NOW) == KEYS
    folder = Path(image.file.name).parent
    for key in KEYS:
        entry = row(image).renditions[key]
        assert Path(entry["name"]).parent == folder
        assert Path(entry["name"]).name.startswith(f"{key}-")
        assert entry["content_type"] == "image/webp"
        assert entry["size"] == (media / entry["name"]).stat().st_size
        assert (entry["width"], entry["height"]) in [(320, 229), (640, 457)]
    assert image.renditions == row(image).renditions
    assert files() == set(row(image).file_names())


def test_what_is_made_is_not_made_again(received):
    image = received()
    assert renditions.make(image) == KEYS
    assert renditions.make(image) == []
    assert renditions.make(row(image)) == []


def test_only_what_is_asked_for_and_on_the_ladder_is_made(received):
    image = received()
    assert renditions.make(image, keys=["w640", "w2560", "thumbnail"]) == ["w640"]
    assert sorted(row(image).made()) == ["thumbnail", "w640"]


def test_bytes_of_renditions_are_bytes_of_the_image(received, media):
    image = received()
    renditions.make(image)
    assert row(image).total_size() == sum(
        path.stat().st_size for path in (media / image.file.name).parent.iterdir()
    )


def test_an_image_of_another_model_has_its_own(received):
    from tests.project.models import Poster

    field = Poster._meta.get_field("photos")
    image = upload.receive(picture("boat.jpg", size=(700, 500)), field=field, now=NOW)
    assert renditions.make(image) == KEYS


def test_two_images_in_one_folder_do_not_share_names(received):
    """As those of a project that had its files before it had this package."""
    first = make_image(width=8, height=6, content_type="image/bmp")
    second = make_image(width=8, height=6, content_type="image/bmp")
    folder = Path(first.file.name).parent
    name = first.file.storage.save(f"{folder}/other.png", picture("o.png", size=(8, 6)))
    Image.objects.bulk_create([Image(file=name, width=8, height=6, content_type="image/bmp")])
    third = Image.objects.get(file=name)
    for image in (first, second, third):
        assert renditions.make(image) == ["fallback"]
    names = [row(image).renditions["fallback"]["name"] for image in (first, second, third)]
    assert len(set(names)) == 3
    assert names[0].startswith(f"{first.file.name}.fallback-")


# What browsers do not show.


@pytest.mark.parametrize("mode,kind", [("RGB", "image/jpeg"), ("RGBA", "image/png")])
def test_what_browsers_do_not_show_has_its_fallback_from_the_upload_on(mode, kind, media):
    from tests.imaging.made import quarters, saved

    drawn = quarters((700, 500)).convert(mode)
    if mode == "RGBA":
        drawn.putalpha(100)
    from io import BytesIO

    image = upload.receive(BytesIO(saved(drawn, "TIFF")), now=NOW)
    entry = row(image).made()["fallback"]
    assert (entry["content_type"], entry["width"], entry["height"]) == (kind, 700, 500)
    assert image.shown_url() == image.rendition_url("fallback") != image.file.url
    assert (media / entry["name"]).stat().st_size == entry["size"]
    assert renditions.make(image) == [*KEYS, "w700"], "the fallback is there already"


def test_so_has_a_heic_that_a_telephone_took(media):
    from io import BytesIO

    from tests.imaging.made import quarters

    heif = pytest.importorskip("pillow_heif")
    file = BytesIO()
    heif.from_pillow(quarters((700, 500))).save(file)
    image = upload.receive(file, now=NOW)
    assert image.content_type == "image/heic"
    assert row(image).made()["fallback"]["content_type"] == "image/jpeg"
    assert image.shown_url() == image.rendition_url("fallback")
    assert renditions.make(image) == [*KEYS, "w700"]


def test_what_browsers_show_is_shown_by_its_file(received):
    image = received()
    assert image.shown_url() == image.file.url
    assert "fallback" not in image.renditions


def test_when_the_row_is_refused_the_fallback_goes_with_the_other_files():
    from io import BytesIO

    from tests.imaging.made import quarters, saved

    def refuse(**kwargs):
        message = "not today"
        raise RuntimeError(message)

    image_uploaded.connect(refuse)
    try:
        with pytest.raises(RuntimeError, match="not today"):
            upload.receive(BytesIO(saved(quarters((700, 500)), "TIFF")), now=NOW)
    finally:
        image_uploaded.disconnect(refuse)
    assert files() == set()


# Another recipe.


def test_another_recipe_is_made_only_when_asked_and_keeps_what_pages_still_name(received, settings):
    image = received()
    renditions.make(image)
    before = row(image).renditions
    settings.GALLERY_EVENTS = {"RENDITIONS": {"QUALITY": {"WEBP": 40}}}
    assert renditions.make(image) == []
    assert renditions.make(image, remake=True) == KEYS
    after = row(image).renditions
    for key in KEYS:
        assert after[key]["name"] != before[key]["name"]
        assert {before[key]["name"], after[key]["name"]} < files()
    assert files() == set(row(image).file_names())
    assert sorted(row(image).made()) == ["thumbnail", *KEYS]
    assert row(image).total_size() > image.size + sum(each["size"] for each in after.values()) - 1
    settings.GALLERY_EVENTS = {}
    assert renditions.make(image, remake=True) == KEYS
    assert {key: row(image).renditions[key] for key in KEYS} == {key: before[key] for key in KEYS}
    assert files() == set(row(image).file_names())


# What cannot be made.


def test_a_file_that_is_missing_or_broken_is_said_and_nothing_is_shown(received, media):
    missing, broken = received(), received()
    (media / missing.file.name).unlink()
    (media / broken.file.name).write_bytes(b"\xff\xd8\xff nothing more")
    for image, why in ((missing, "cannot be read"), (broken, "damaged")):
        with pytest.raises(RenditionFailed, match=why) as caught:
            renditions.make(image)
        assert caught.value.image == image
        assert sorted(row(image).made()) == ["thumbnail"]


def test_nothing_is_made_of_what_nobody_measured():
    image = make_image()
    assert renditions.make(image) == []
    assert row(image).renditions == {}


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_run_inside_a_transaction(received):
    image = received()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        renditions.make(image)


def test_what_somebody_else_has_just_begun_is_left_to_them_by_whoever_wants_no_double_work(
    received,
):
    image = received()
    entries = {"w320": {"name": "x", "size": 0, "since": (NOW - timedelta(seconds=59)).isoformat()}}
    Image.objects.update(renditions=entries)
    assert renditions.make(image, keys=["w320"], alone=True, now=NOW) == []
    later = NOW + timedelta(seconds=1)
    assert renditions.make(image, keys=["w320"], alone=True, now=later) == ["w320"]


# With the commit of an upload.


def test_with_the_commit_they_are_made_after_the_upload(
    received, settings, django_capture_on_commit_callbacks
):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": "commit"}}
    with django_capture_on_commit_callbacks(execute=True):
        image = received()
        assert sorted(row(image).made()) == ["thumbnail"]
    assert sorted(row(image).made()) == ["thumbnail", *KEYS]


def test_so_are_those_of_an_edited_image(received, settings, django_capture_on_commit_callbacks):
    original = received()
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": "commit"}}
    with django_capture_on_commit_callbacks(execute=True):
        turned = edit.derive(original, Edit(rotate=90), now=NOW)
    assert sorted(row(turned).made()) == ["thumbnail", "w320"]
    assert row(turned).renditions["w320"]["height"] == 448
    assert sorted(row(original).made()) == ["thumbnail"]


@pytest.mark.parametrize("when", ["view", "worker"])
def test_otherwise_an_upload_waits_for_none(
    received, settings, when, django_capture_on_commit_callbacks
):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": when}}
    with django_capture_on_commit_callbacks() as callbacks:
        received()
    assert callbacks == []


def test_an_upload_stands_when_its_renditions_fail(
    received, settings, media, caplog, django_capture_on_commit_callbacks
):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": "commit"}}
    with django_capture_on_commit_callbacks(execute=True):
        image = received()
        (media / image.file.name).unlink()
    assert f"No rendition of image {image.pk}" in caplog.text
    assert Image.objects.filter(pk=image.pk).exists()


# What the sweep makes of them.


def test_a_purge_removes_every_rendition_on_disk(received, settings, media):
    settings.GALLERY_EVENTS = LIFE
    image = received()
    renditions.make(image)
    settings.GALLERY_EVENTS = {**LIFE, "RENDITIONS": {"QUALITY": {"WEBP": 40}}}
    renditions.make(image, remake=True)
    total, number = row(image).total_size(), len(files())
    assert number == 6
    sweep(now=NOW + 2 * DAY, first_run_ok=True)
    report = sweep(now=NOW + 4 * DAY, first_run_ok=True)
    assert (report.purged, report.files_removed, report.bytes_removed) == (1, number, total)
    assert report.files_missing == 0
    assert files() == set()


def test_an_image_in_the_trash_may_still_be_shown(received):
    image = received()
    Image.objects.update(trashed_at=NOW)
    assert renditions.make(image) == KEYS


def test_a_rescue_does_not_miss_what_was_only_planned(received, settings):
    settings.GALLERY_EVENTS = LIFE | {"FILE_DELAY_HOURS": 24}
    image = received()
    renditions.make(image, keys=["w320"])
    planned = {"name": f"{Path(image.file.name).parent}/w640-abcdef.webp", "size": 0}
    Image.objects.update(renditions={**row(image).renditions, "w640": planned})
    sweep(now=NOW + 2 * DAY, first_run_ok=True)
    assert sweep(now=NOW + 4 * DAY, first_run_ok=True).purged == 1
    trash.rescue(Tombstone.objects.get(), now=NOW + 4 * DAY)
    assert renditions.make(row(image)) == ["w640"]
    # By another name than was planned once, which stays known all the same.
    assert files() == set(row(image).file_names()) - {planned["name"]}


# What a page is given.


def test_a_page_costs_no_query_and_no_look_at_the_storage(
    received, settings, django_assert_num_queries
):
    image = received()
    renditions.make(image, keys=["w320"])
    image = row(image)
    with django_assert_num_queries(0):
        offered = image.offered()
    assert [(each.width, each.content_type) for each in offered] == [
        (320, "image/webp"),
        (400, "image/jpeg"),
        (640, "image/webp"),
        (700, "image/jpeg"),
    ]
    small, _thumbnail, large, itself = offered
    assert small.url == image.rendition_address("w320") == image.rendition_url("w320")
    assert large.url == image.rendition_address("w640")
    assert large.url.startswith("/gallery/rendition/gallery_events.image/")
    assert itself.url == image.file.url


@pytest.mark.parametrize("when", ["commit", "worker"])
def test_where_nothing_is_made_lazily_only_what_is_made_is_offered(received, settings, when):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": when}}
    image = received()
    assert [each.width for each in image.offered()] == [400, 700]
    assert image.rendition_address("w640") == image.shown_url()


def test_a_size_that_the_image_has_not_leads_to_the_image(received):
    image = received()
    assert image.rendition_address("w2560") == image.file.url
    assert image.rendition_address("nonsense") == image.file.url


def test_what_is_only_planned_is_nowhere_shown(received, client):
    image = received()
    Image.objects.update(renditions={"thumbnail": {"name": "x", "size": 0}})
    image = row(image)
    assert image.rendition_url("thumbnail") == image.file.url
    assert image.made() == {}
    assert "x" in image.file_names()


def test_planning_costs_two_short_transactions_and_no_more_queries_than_needed(received):
    from django.db import connection

    image = received()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        renditions.make(image)
    statements = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    assert sum(each.startswith("SELECT") for each in statements) == 2
    assert sum("renditions" in each and each.startswith("UPDATE") for each in statements) == 2


def test_the_settings_of_this_moment_decide(received, settings):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WIDTHS": [100], "ENCODING": "AVIF"}}
    image = received()
    assert renditions.make(image) == ["w100"]
    assert row(image).renditions["w100"]["content_type"] == "image/avif"
    assert conf.current().RENDITIONS.WIDTHS == (100,)
