"""Why an image is still here, in words that a person understands."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image, Reference
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.faults.recipes.scripted import install
from tests.project.models import Album, Article, Card, Diptych, Label, Poster
from tests.sweeping import DAY, GRACE, make_due, make_trashed, save_at, write_gallery

pytestmark = pytest.mark.django_db


def told(image, **how):
    """Return the state and the lines as one text."""
    found = explain(image, **{"now": NOW, **how})
    return found.state, "\n".join(found.lines)


def saved_by(name, owner, at):
    """Save an owner as of that moment, as one person."""
    users = get_user_model()
    owner._history_user = users.objects.get_or_create(username=name)[0]
    save_at(owner, at)
    return owner


def taken_out(key, *, at, by="anna", **columns):
    """Return an album that held an image until that moment."""
    album = save_at(Album(title="Summer", photos=[key], **columns), at - 9 * DAY)
    album.photos = []
    return saved_by(by, album, at)


# In galleries.


def test_in_a_gallery_it_says_whose_since_when_and_who_put_it_there():
    (key,) = make_ids(1)
    album = saved_by("anna", Album(title="Summer", photos=[key]), NOW)
    found = f"in Album {album.pk} 'Summer' now, since 1 May, added by anna"
    assert told(key) == ("in use", found)


def test_another_year_is_named():
    (key,) = make_ids(1)
    save_at(Album(title="Summer", photos=[key]), NOW - 365 * DAY)
    assert told(key)[1].endswith("now, since 1 May 2025")


def test_the_gallery_is_named_where_an_owner_has_several():
    key, other = make_ids(2)
    diptych = save_at(Diptych(title="Sea", left=[key, other], right=[key]), NOW)
    lines = told(key)[1].splitlines()
    # Nobody gave a Diptych words of its own.
    assert sorted(lines) == [
        f"in {side} of Diptych {diptych.pk} now, since 1 May" for side in ("left", "right")
    ]


def test_shared_it_names_every_gallery():
    (key,) = make_ids(1)
    albums = [make_album([key]) for _ in range(3)]
    state, text = told(key)
    assert state == "in use"
    for album in albums:
        assert f"in Album {album.pk} 'Summer' now" in text


def test_in_very_many_galleries_it_names_some_and_counts_the_rest_with_as_many_queries():
    few, many = make_ids(2)
    make_album([few])
    for _ in range(25):
        make_album([many])
    with CaptureQueriesContext(connection) as one:
        told(few)
    with CaptureQueriesContext(connection) as all_of_them:
        _state, text = told(many)
    assert text.count(" now, since ") == 20
    assert "and in 5 more places now, 25 in all" in text
    assert len(all_of_them) == len(one)


def test_written_past_the_signals_it_says_so():
    image = make_image()
    album = make_album()
    write_gallery(album, "photos", f"[{image.pk}]")
    line = f"in photos of project.Album {album.pk}, written past the signals"
    assert told(image) == ("in use", line)


# Kept by snapshots.


def test_taken_out_it_says_by_whom_and_when_it_goes():
    (key,) = make_ids(1)
    album = taken_out(key, at=NOW)
    found = explain(key, now=NOW)
    assert found.state == "in use"
    line = f"kept by snapshot 1 of Album {album.pk} 'Summer' (taken out on 1 May by anna) "
    line += "until 31 May; then in the trash until 7 June"
    assert found.lines == (line, "earliest deletion 7 June 2026, if nothing names it before")
    assert found.earliest == NOW + 37 * DAY


def test_what_it_says_of_the_end_is_what_the_sweeps_do():
    (key,) = make_ids(1)
    taken_out(key, at=NOW)
    earliest = explain(key, now=NOW).earliest
    sweep(now=NOW + 30 * DAY)
    sweep(now=earliest - DAY)
    assert Image.objects.filter(pk=key).exists()
    sweep(now=earliest)
    assert not Image.objects.filter(pk=key).exists()


def test_of_several_snapshots_the_longest_lasting_comes_first_and_leads_to_the_trash():
    (key,) = make_ids(1)
    taken_out(key, at=NOW - 5 * DAY, by="ben")
    taken_out(key, at=NOW)
    first, second, end = explain(key, now=NOW).lines
    assert first.endswith("by anna) until 31 May; then in the trash until 7 June")
    assert second.endswith("by ben) until 26 May")
    assert end.startswith("earliest deletion 7 June 2026")


def test_still_in_a_gallery_it_does_not_speak_of_the_trash():
    (key,) = make_ids(1)
    taken_out(key, at=NOW)
    make_album([key])
    _state, text = told(key)
    assert "until 31 May" in text
    assert "trash" not in text
    assert "earliest deletion" not in text


def test_by_very_many_snapshots_it_names_some_and_counts_the_rest():
    (key,) = make_ids(1)
    for _ in range(23):
        taken_out(key, at=NOW)
    _state, text = told(key)
    assert text.count("kept by snapshot 1 of") == 20
    assert "and by 3 more snapshots, 23 in all" in text


def test_taken_out_by_nobody_knows_whom_it_does_not_guess(settings):
    settings.GALLERY_EVENTS = {"RETENTION_DAYS": None}
    (key,) = make_ids(1)
    album = make_album([key])
    album.photos = []
    save_at(album, NOW)
    assert told(key)[1].endswith("(taken out on 1 May) for ever")


def test_without_an_end_of_the_trash_it_says_so(settings):
    settings.GALLERY_EVENTS = {"TRASH_DAYS": None}
    (key,) = make_ids(1)
    taken_out(key, at=NOW)
    assert told(key)[1].endswith("until 31 May; then in the trash for ever")


def test_a_deleted_owner_is_called_as_its_last_snapshot_says():
    (key,) = make_ids(1)
    album = save_at(Album(title="Summer", photos=[key]), NOW - DAY)
    album._history_user = get_user_model().objects.create_user("anna")
    pk, album._history_date = album.pk, NOW
    album.delete()
    assert told(key)[1].startswith(
        f"kept by snapshot 1 of Album {pk} 'Summer' (deleted) "
        "(deleted with it on 1 May by anna) until 31 May"
    )


def test_one_of_the_last_snapshots_says_so(settings):
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": 2}
    (key,) = make_ids(1)
    album = make_album([key])
    album.photos = []
    save_at(album, NOW)
    words = "as one of its last 2 snapshots"
    assert told(key)[1].endswith(f"(taken out on 1 May) until 31 May and after that {words}")
    for held in (False, True):
        assert Reference.objects.get().held is held
        found = explain(key, now=NOW + 90 * DAY)
        assert found.lines[-1].endswith(f"(taken out on 1 May) {words}")
        assert (found.state, found.earliest) == ("in use", None)
        sweep(now=NOW + 90 * DAY)


def test_an_app_that_is_not_installed_any_more_still_has_its_places(settings):
    current, ended = make_ids(2)
    make_album([current])
    taken_out(ended, at=NOW)
    gone = ContentType.objects.create(app_label="gone", model="brochure")
    Reference.objects.update(content_type=gone)
    owner = Reference.objects.get(image=ended).object_id
    name = f"photos of Brochure {owner} (its app is not installed)"
    assert told(ended)[1].startswith(f"kept by snapshot 1 of {name} (taken out on 1 May) until")
    assert "photos of Brochure" in told(current)[1]
    settings.GALLERY_EVENTS = {"KEEP_SNAPSHOTS": 2}
    assert told(ended)[1].endswith("because nobody knows which are its newest snapshots")


def test_what_has_run_out_only_waits_for_a_sweep():
    (key,) = make_ids(1, uploaded_at=NOW - 31 * DAY)
    album = taken_out(key, at=NOW - 30 * DAY)
    state, text = told(key)
    assert state == "waiting"
    assert text.splitlines() == [
        "nothing names it any more; the next sweep puts it into the trash",
        f"last in Album {album.pk} 'Summer', by its snapshot 1 (taken out on 1 April by anna)",
        "uploaded on 31 March",
        "earliest deletion 8 May 2026, if nothing names it before",
    ]


# Other uses.


@pytest.mark.parametrize(
    "use, line",
    [
        (
            lambda image: (
                f"named by lead of project.Article {Article.objects.create(lead=image).pk}"
            ),
            None,
        ),
        (
            lambda image: Card.objects.create(picture=image),
            "named by the recent history of project.Card 1",
        ),
        (lambda image: make_image(original=image), "'picture.png' made from it"),
        (
            lambda _: Image.objects.update(pinned_until=NOW + DAY, pin_reason="for the court"),
            "pinned until 2 May: for the court",
        ),
    ],
    ids=["foreign key", "history", "derivative", "pin"],
)
def test_other_uses_are_named(use, line):
    image = make_image()
    made = use(image)
    state, text = told(image)
    assert state == "in use"
    assert (line or made).replace("Card 1", f"Card {getattr(made, 'pk', '')}") in text


def test_a_foreign_key_is_named_by_its_first_rows_and_how_many_more_there_are():
    image = make_image()
    articles = [Article.objects.create(lead=image) for _ in range(9)]
    assert explain(image, now=NOW).lines == (
        *(f"named by lead of project.Article {each.pk}" for each in articles[:5]),
        "named by lead of project.Article: 4 more",
    )


def test_a_many_to_many_is_named_by_its_owner():
    image = make_image()
    Article.objects.create()
    article = Article.objects.create()
    article.figures.add(image)
    assert told(image)[1] == f"named by figures of project.Article {article.pk}"


def test_a_row_that_says_what_it_is_is_called_so():
    image = make_image()
    diptych = Diptych.objects.create(cover=image)
    assert f"named by cover of project.Diptych {diptych.pk}" in told(image)[1]
    edit = make_image(original=image)
    assert f"image {edit.pk} 'picture.png' made from it" in told(image)[1]
    assert f"made from image {image.pk} 'picture.png'" in told(edit)[1]


def test_a_name_that_cannot_be_had_is_left_out(monkeypatch):
    (key,) = make_ids(1)
    album = make_album([key])
    monkeypatch.setattr(Album, "__str__", lambda _: 1 / 0)
    assert told(key)[1].startswith(f"in Album {album.pk} now, since")


def test_a_long_name_is_cut():
    (key,) = make_ids(1)
    save_at(Album(title="A  b\nc " + "x" * 190, photos=[key]), NOW)
    assert f"'A b c {'x' * 71}...' now" in told(key)[1]


def test_sources_are_asked(settings):
    def newsletter(images):
        return {each.pk for each in images}

    settings.GALLERY_EVENTS = {"SOURCES": [newsletter]}
    state, text = told(make_image())
    assert state == "in use"
    assert "newsletter" in text


def test_a_source_that_fails_leaves_it_open(settings):
    settings.GALLERY_EVENTS = {"SOURCES": [lambda _: 1 / 0]}
    found = explain(make_image(review_after=NOW), now=NOW)
    assert (found.state, found.earliest) == ("waiting", None)
    assert found.lines[0].startswith("kept as long as nobody knows: the source")
    assert "failed" in found.lines[0]


# Nothing names it.


def test_an_upload_says_who_brought_it_and_until_when_it_has_grace():
    anna = get_user_model().objects.create_user("anna")
    image = make_image(uploaded_at=NOW, review_after=NOW + GRACE, uploaded_by=anna)
    assert told(image) == (
        "waiting",
        (
            "nothing names it; it is looked at on 15 May, when its upload grace ends\n"
            "uploaded on 1 May by anna, in no gallery that the history knows\n"
            "earliest deletion 22 May 2026, if nothing names it before"
        ),
    )


def test_put_off_it_says_until_when():
    image = make_image(uploaded_at=NOW - 90 * DAY, review_after=NOW + DAY)
    assert told(image)[1].startswith("nothing names it; it is looked at on 2 May\nuploaded")


def test_due_it_waits_for_the_next_sweep():
    text = told(make_due())[1]
    assert text.startswith("nothing names it; the next sweep puts it into the trash\n")


def test_a_never_looked_at_image_has_no_day(settings):
    settings.GALLERY_EVENTS = {"UPLOAD_GRACE_DAYS": None}
    found = explain(make_image(), now=NOW)
    assert found.lines[0] == "nothing names it; it is looked at on no day"
    assert found.earliest is None


def test_what_no_sweep_would_look_at_names_the_cure():
    image = make_image()
    Image.objects.update(review_after=None)
    assert "no sweep will look at it: run gallery_rebuild" in told(image)[1]


# In the trash.


def test_in_the_trash_it_says_since_when_and_until_when(settings):
    image = make_trashed(since=NOW)
    found = explain(image, now=NOW)
    assert found.state == "in the trash"
    assert found.lines[0] == "in the trash since 1 May"
    assert found.lines[-1] == "earliest deletion 8 May 2026, if nothing names it before"
    assert found.can_be_rescued
    settings.GALLERY_EVENTS = {"TRASH_DAYS": None}
    found = explain(image, now=NOW)
    assert found.lines[0] == "in the trash since 1 May; the trash is never emptied"
    assert found.earliest is None


def test_in_the_trash_it_says_where_it_was_last_and_who_took_it_out():
    (key,) = make_ids(1, review_after=NOW)
    album = taken_out(key, at=NOW - 60 * DAY, by="user 5")
    sweep(now=NOW)
    _state, text = told(key)
    line = f"last in Album {album.pk} 'Summer', by its snapshot 1 (taken out on 2 March by user 5)"
    assert line in text


def test_of_very_many_last_places_it_names_the_latest():
    (key,) = make_ids(1, review_after=NOW)
    albums = [taken_out(key, at=NOW - (40 + age) * DAY) for age in range(5)]
    sweep(now=NOW)
    lines = [line for line in explain(key, now=NOW).lines if line.startswith(("last in", "and "))]
    assert [f"Album {album.pk} '" in line for album, line in zip(albums, lines, strict=False)] == [
        *(True, True, True, False)
    ]
    assert lines[-1] == "and before in 2 more places"


def test_in_the_trash_and_needed_again_it_says_who_takes_it_out():
    image = make_trashed()
    Article.objects.create(lead=image)
    _state, text = told(image)
    assert "in the trash since 24 April; its next review takes it out" in text


# Its file.


def test_a_missing_file_is_told(media):
    image = make_image()
    make_album([image.pk])
    (media / image.file.name).unlink()
    assert explain(image).lines[-1] == (
        f"its file {image.file.name} is missing in the storage 'default'"
    )


def test_a_storage_that_does_not_answer_leaves_it_open(settings):
    image = make_image()
    script = install(settings)
    script.always("exists", "error_before")
    line = explain(image).lines[-1]
    assert script.calls == [("exists", image.file.name)]
    assert line.startswith(f"nobody knows whether its file {image.file.name} is there: the storage")


def test_so_does_a_storage_that_is_gone():
    image = make_image(storage="gone")
    assert "nobody knows whether its file" in explain(image).lines[-1]


# Other keys.


def test_images_with_uuids_are_told_of_too():
    from tests.project.models import Photo

    photo = make_image(Photo, review_after=NOW)
    poster = save_at(Poster(title="P", photos=[photo.pk]), NOW - 90 * DAY)
    poster.photos = []
    save_at(poster, NOW - 60 * DAY)
    assert f"last in Poster {poster.pk}" in told(photo)[1]
    sweep(now=NOW)
    assert f"last in Poster {poster.pk}" in told(photo)[1]


def test_owners_of_every_kind_are_looked_through_for_the_last_places():
    (key,) = make_ids(1, review_after=NOW)
    label = save_at(Label(title="L", photos=[key]), NOW - 99 * DAY)
    label._history_date = NOW - 50 * DAY
    label.delete()
    sweep(now=NOW)
    assert "(deleted), by its snapshot 2 (deleted with it on 12 March)" in told(key)[1]


def test_it_is_json_too():
    (key,) = make_ids(1)
    album = taken_out(key, at=NOW)
    found = explain(key, now=NOW)
    assert found.as_json() == {
        "subject": f"gallery_events.Image {key} 'picture.png'",
        "state": "in use",
        "lines": list(found.lines),
        "image": "gallery_events.Image",
        "key": key,
        "earliest": (NOW + 37 * DAY).isoformat(),
        "can_be_rescued": False,
    }
    assert str(found).startswith(
        f"{found.subject}: in use\n  kept by snapshot 1 of Album {album.pk}"
    )
