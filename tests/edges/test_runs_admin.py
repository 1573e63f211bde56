from datetime import timedelta

import pytest

from gallery_events.flows import trash
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, SweepRun, Tombstone
from tests import NOW
from tests.edges.staff import address, make_user, named_image, signed_in, words
from tests.factories import make_album, make_image
from tests.project.models import Album, Photo
from tests.sweeping import DAY, make_trashed, state

pytestmark = pytest.mark.django_db

RUNS, GRAVES = address(SweepRun, "changelist"), address(Tombstone, "changelist")


@pytest.fixture
def root():
    return signed_in(make_user("root", is_superuser=True))


def purge(name="sunset.png", model=Image):
    """Return the tombstone of an image that a sweep purged."""
    image = make_trashed(model)
    Image._base_manager.filter(pk=image.pk).update(name=name)
    sweep(now=NOW)
    return Tombstone.objects.get(key=str(image.pk))


def shown(client, url, **parameters):
    answer = client.get(url, parameters)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


# Who may look.


@pytest.mark.parametrize(
    "model, code", [(SweepRun, "view_sweeprun"), (Tombstone, "view_tombstone")]
)
def test_runs_and_tombstones_are_looked_at_by_those_who_may_and_changed_by_nobody(model, code):
    grave = purge()
    row = grave if model is Tombstone else SweepRun.objects.get()
    viewer = signed_in(make_user("anna", code))
    stranger = signed_in(make_user("bert"))
    chief = signed_in(make_user("carl", is_superuser=True))

    for client, status in ((viewer, 200), (chief, 200), (stranger, 403)):
        assert client.get(address(model, "changelist")).status_code == status
        assert client.get(address(row)).status_code == status
        assert client.get(address(model, "add")).status_code == 403
        assert client.post(address(row), {"name": "x", "reason": "x"}).status_code == 403
        assert client.post(address(row, "delete"), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()
    assert "delete_selected" not in chief.get(address(model, "changelist")).text


# Runs.


def test_a_run_is_told_in_words(root):
    grave = purge()
    run = SweepRun.objects.get()

    answer = root.get(address(run))

    for told in ("Images purged", "purge: nothing named it", "done", "RETENTION_DAYS"):
        assert told in answer.text
    assert f"{GRAVES}?run={run.pk}" in answer.text
    assert shown(root, GRAVES, run=run.pk) == [grave.pk]
    assert shown(root, GRAVES, run=run.pk + 1) == []
    assert shown(root, GRAVES, run="nonsense") == []


def test_a_run_that_was_refused_says_why(root):
    SweepRun.objects.create(
        started_at=NOW,
        judged_at=NOW,
        outcome="refused",
        report={"refused": ["<b>The storage</b> takes no writes."]},
    )

    answer = root.get(address(SweepRun.objects.get()))

    assert "Why it was refused" in answer.text
    assert "&lt;b&gt;The storage&lt;/b&gt; takes no writes." in answer.text
    assert "Nothing was done." in answer.text
    assert "&lt;b&gt;The storage&lt;/b&gt; takes no writes." in root.get(RUNS).text


def test_a_first_run_says_what_it_would_do(root):
    make_trashed()
    sweep()
    run = SweepRun.objects.get()

    assert "would have been done: Images purged: 1" in root.get(RUNS).text
    assert "This run only said what it would do." in root.get(address(run)).text


def test_a_run_that_the_breaker_stopped_names_the_cure(root, settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 1}}
    for _ in range(2):
        make_trashed()
    sweep(now=NOW)
    run = SweepRun.objects.get()

    answer = root.get(address(run))

    assert "stopped by the breaker" in answer.text
    assert f"gallery_sweep --acknowledge {run.pk} {run.breaker}" in answer.text
    assert shown(root, RUNS, did="stopped") == [run.pk]
    assert shown(root, RUNS, did="purged") == []


def test_a_run_that_died_has_a_page(root):
    run = SweepRun.objects.create(started_at=NOW, judged_at=NOW)

    assert "running, or died" in root.get(address(run)).text
    assert root.get(RUNS).status_code == 200


def test_runs_come_newest_first_and_are_narrowed(root):
    sweep(now=NOW)
    purge()
    first, second = SweepRun.objects.order_by("pk")

    assert shown(root, RUNS) == [second.pk, first.pk]
    assert shown(root, RUNS, did="purged") == [second.pk]
    assert shown(root, RUNS, outcome__exact="done") == [second.pk, first.pk]
    assert shown(root, RUNS, outcome__exact="crashed") == []


def test_a_long_list_of_errors_is_cut_and_counted(root):
    report = {"errors": [f"error {turn}." for turn in range(205)]}
    run = SweepRun.objects.create(started_at=NOW, judged_at=NOW, outcome="left", report=report)

    text = root.get(address(run)).text

    assert "error 199." in text
    assert "error 200." not in text
    assert "and 5 more" in text


def test_what_is_left_is_said(root):
    run = SweepRun.objects.create(
        started_at=NOW, judged_at=NOW, outcome="left", report={"left": True, "seconds": 125}
    )

    assert "Due work is left" in root.get(address(run)).text
    assert "2 minutes" in root.get(RUNS).text


# Tombstones.


def test_a_tombstone_says_why_the_image_is_gone(root):
    grave = purge("<i>sunset</i>.png")

    answer = root.get(address(grave))

    for told in (
        "purged on",
        "judged by a retention of 30 days",
        "&lt;i&gt;sunset",
        "Bring it back",
    ):
        assert told in answer.text
    assert address(SweepRun.objects.get()) in answer.text
    assert "<i>sunset" not in root.get(GRAVES).text


def test_a_tombstone_shows_the_picture_blurred_where_it_keeps_that(root):
    grave = purge()
    blurred = 'aria-label="The picture, blurred"><svg class="gallery-placeholder"'
    assert blurred not in root.get(address(grave)).text
    Tombstone.objects.filter(pk=grave.pk).update(placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI")
    assert blurred in root.get(address(grave)).text


def test_tombstones_are_found_and_narrowed(root):
    grave, other = purge("a.png"), purge("b.png")
    Tombstone.objects.filter(pk=other.pk).update(done_at=NOW)

    assert shown(root, GRAVES) == [other.pk, grave.pk]
    assert shown(root, GRAVES, q="a.png") == [grave.pk]
    assert shown(root, GRAVES, q=other.key) == [other.pk]
    assert shown(root, GRAVES, files="rescuable") == [grave.pk]
    assert shown(root, GRAVES, files="removed") == [other.pk]
    assert shown(root, GRAVES, files="nonsense") == [other.pk, grave.pk]
    assert shown(root, GRAVES, model="gallery_events.Image") == [other.pk, grave.pk]
    assert shown(root, GRAVES, model="project.Photo") == []


@pytest.mark.parametrize(
    "columns, files, said",
    [
        ({}, "rescuable", "can be rescued"),
        ({"attempts": 1}, "trying", "being removed"),
        ({"attempts": 10, "last_error": "down"}, "dead", "could not be removed"),
        ({"done_at": NOW}, "removed", "removed"),
    ],
)
def test_what_became_of_the_files_is_said(root, columns, files, said):
    grave = purge()
    Tombstone.objects.filter(pk=grave.pk).update(**columns)

    assert shown(root, GRAVES, files=files) == [grave.pk]
    assert f"{said}</span>" in root.get(GRAVES).text
    assert said in root.get(address(grave)).text


def test_a_purged_image_is_brought_back_under_its_key(root):
    grave = purge()

    answer = root.post(address(grave, "rescue"), follow=True)

    image = Image.objects.get(pk=grave.image_pk)
    assert state(image) == "kept"
    assert words(answer) == [f"“sunset.png” is back, under its id {image.pk}."]
    assert answer.redirect_chain[-1][0] == address(image)


def test_what_cannot_come_back_is_said_with_the_reason(root):
    grave = purge()
    sweep(now=NOW + 2 * DAY)

    answer = root.post(address(grave, "rescue"), follow=True)

    assert "cannot come back" in words(answer)[0]
    assert "Bring it back" not in root.get(address(grave)).text


def test_bringing_back_needs_its_permission_and_a_post():
    grave = purge()
    viewer = signed_in(make_user("anna", "view_tombstone"))
    blind = signed_in(make_user("bert", "rescue_image"))
    rescuer = signed_in(make_user("carl", "view_tombstone", "rescue_image"))

    assert "Bring it back" not in viewer.get(address(grave)).text
    for client in (viewer, blind):
        assert client.post(address(grave, "rescue")).status_code == 403
    assert rescuer.get(address(grave, "rescue")).url == address(grave)
    assert not Image.objects.exists()
    assert rescuer.post(address(grave, "rescue")).url == GRAVES
    assert Image.objects.exists()


def test_the_evidence_is_told_whole_to_those_who_may_see_the_owners(root):
    image = named_image("sunset.png")
    album = make_album([image.pk])
    Album.objects.filter(pk=album.pk).update(title="Surprise party")
    album = Album.objects.get(pk=album.pk)
    album._history_date = NOW - 60 * DAY
    album.photos = []
    album.save()
    sweep(now=NOW + timedelta(days=400))
    sweep(now=NOW + timedelta(days=800))
    grave = Tombstone.objects.get()
    viewer = signed_in(make_user("anna", "view_tombstone"))

    assert "Surprise" in root.get(address(grave)).text
    text = viewer.get(address(grave)).text
    assert "Surprise" not in text
    assert "the whole explanation is not shown" in text


def test_a_tombstone_of_a_model_that_is_gone_has_a_page(root):
    grave = purge()
    Tombstone.objects.filter(pk=grave.pk).update(image_model="gone.Image")

    assert root.get(address(grave)).status_code == 200
    answer = root.post(address(grave, "rescue"), follow=True)
    assert "is not installed" in words(answer)[0]


def test_no_page_has_a_style_or_a_script_of_its_own(root):
    grave = purge()

    for page in (RUNS, GRAVES, address(grave), address(SweepRun.objects.get())):
        text = root.get(page).text
        assert " style=" not in text
        assert "<style" not in text
        assert "<script>" not in text


def test_the_trash_of_ones_own_model_leaves_tombstones_too(root):
    photo = make_image(Photo)
    trash.trash(photo, now=NOW - 30 * DAY)
    sweep(now=NOW)

    (grave,) = Tombstone.objects.all()
    assert shown(root, GRAVES, model="project.Photo") == [grave.pk]
    answer = root.post(address(grave, "rescue"), follow=True)
    assert answer.redirect_chain[-1][0] == address(Photo.objects.get())
