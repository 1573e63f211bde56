"""Editors on a public page, with and without scripts; S numbers are those of the old package."""

import pytest
from django.conf import settings
from django.urls import reverse

from gallery_events.flows import restore
from gallery_events.models import Image
from tests.browser.clicks import press
from tests.browser.galleryform import GalleryForm, add_inputs, file
from tests.browser.people import somebody, uploaded
from tests.factories import again, make_album
from tests.project.models import Album, Diptych, Poster

#: With the script each file goes by itself: see test_uploading_refused.py and test_uploading_twice.py.
without_script = pytest.mark.parametrize(
    "javascript", [False], indirect=True, ids=["without-javascript"]
)


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def page(visit, anna):
    return visit(anna)


def opened(page, owner, view="edit-{}", *, name="photos"):
    """Open the form of an owner, and return its gallery."""
    page.goto(reverse(view.format(owner._meta.model_name), args=[owner.pk]))
    return GalleryForm(page, name)


def keys(owner, name="photos"):
    """Return what is saved now, as text."""
    return [str(key) for key in getattr(again(owner), name)]


def text(*images):
    return [str(image.pk) for image in images]


def leave_out_title(page):
    """Send what the browser itself would hold back."""
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_label("Title").fill("")


def says(page, words):
    return page.get_by_text(words).first.is_visible()


@pytest.mark.parametrize("model", [Album, Poster], ids=["S1", "S6-own-image-model"])
def test_s1_an_upload_is_saved_and_shown(page, sound, anna, model):
    page.goto(reverse(f"add-{model._meta.model_name}"))
    page.get_by_label("Title").fill("Summer")
    sound(page)
    form = GalleryForm(page)
    form.add("beach.jpg")
    form.save()

    owner = model.objects.get()
    (image,) = owner.photos.images()
    assert (image.name, image.uploaded_by) == ("beach.jpg", anna)
    assert page.locator("main img").count() == 1
    sound(page)


@pytest.mark.parametrize("model", [Album, Poster], ids=["S2", "S6-own-image-model"])
def test_s2_a_saved_image_is_shown_and_a_second_one_added(page, sound, anna, model):
    (first,) = uploaded(anna, "first.jpg", owner=model)
    owner = model.objects.create(title="Summer", photos=[first.pk])
    form = opened(page, owner)
    assert form.keys() == text(first)
    form.add("second.png")
    form.save()

    assert [image.name for image in again(owner).photos.images()] == ["first.jpg", "second.png"]
    assert page.locator("main img").count() == 2
    sound(page)


@pytest.mark.parametrize("model", [Album, Poster], ids=["S3", "S6-own-image-model"])
def test_s3_one_of_two_is_removed_and_can_be_restored(page, anna, model):
    first, second = uploaded(anna, "first.jpg", "second.jpg", owner=model)
    owner = model.objects.create(title="Summer", photos=[first.pk, second.pk])
    form = opened(page, owner)
    form.remove(first.pk)
    form.save()

    assert keys(owner) == text(second)
    assert type(first).objects.filter(pk=first.pk).exists()
    restore.restore(again(owner), 1)
    assert keys(owner) == text(first, second)


def test_s4_a_required_gallery_cannot_be_emptied_and_shows_its_pictures(page, sound, anna):
    (only,) = uploaded(anna, "only.jpg")
    album = make_album([only.pk])
    form = opened(page, album, "required")
    form.remove(only.pk)
    form.save()

    assert says(page, "At least one image is needed")
    assert form.keys() == text(only)
    assert keys(album) == text(only)
    sound(page)


@pytest.mark.parametrize("model", [Album, Poster], ids=["S5", "S6-own-image-model"])
def test_s5_of_two_uploads_one_is_deleted_elsewhere_and_the_other_saved(page, sound, model):
    page.goto(reverse(f"add-{model._meta.model_name}"))
    form = GalleryForm(page)
    leave_out_title(page)
    form.add("gone.jpg", "kept.jpg")
    form.save()
    gone, kept = form.keys()
    model._meta.get_field("photos").image_model.objects.filter(pk=gone)._raw_delete("default")
    page.get_by_label("Title").fill("Summer")
    form.save()
    assert says(page, f"Image {gone} does not exist")
    sound(page)
    form.save()

    assert keys(model.objects.get()) == [kept]


def test_a_form_that_fails_elsewhere_keeps_the_files_and_shows_them(page, sound, anna):
    album = make_album()
    form = opened(page, album)
    leave_out_title(page)
    form.add("beach.jpg", "dune.jpg")
    form.save()

    assert len(form.keys()) == 2
    assert keys(album) == []
    sound(page)
    page.get_by_label("Title").fill("Summer")
    form.save()
    assert {image.name for image in again(album).photos.images()} == {"beach.jpg", "dune.jpg"}
    assert Image.objects.count() == 2


@without_script
def test_a_file_that_is_no_image_is_named_and_the_others_are_kept(page, sound):
    album = make_album()
    form = opened(page, album)
    letter = {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear Anna"}
    form.input("upload").set_input_files([letter])
    form.save()

    assert says(page, "“letter.png” was not taken")
    assert keys(album) == []
    sound(page)


def test_images_are_put_in_another_order_by_their_numbers(page, anna):
    one, two, three = uploaded(anna, "one.jpg", "two.jpg", "three.jpg")
    album = make_album([one.pk, two.pk, three.pk])
    form = opened(page, album)
    form.arrange(three.pk, one.pk, two.pk)
    form.save()

    assert keys(album) == text(three, one, two)


def test_words_for_those_who_see_no_picture_are_saved_with_it(page, anna):
    (image,) = uploaded(anna, "beach.jpg")
    album = make_album([image.pk])
    form = opened(page, album)
    form.input("alt", image.pk).fill("A beach at dusk")
    form.save()

    assert page.get_by_role("img", name="A beach at dusk").is_visible()
    assert again(image).alt == "A beach at dusk"


def test_an_image_is_marked_as_decorative_and_no_more(page, sound, anna):
    (image,) = uploaded(anna, "line.png")
    album = make_album([image.pk])
    form = opened(page, album)
    form.input("decorative", image.pk).check()
    sound(page)
    form.save()

    assert again(image).decorative
    assert page.locator("main img").get_attribute("alt") == ""
    form = opened(page, album)
    assert form.input("decorative", image.pk).is_checked()
    form.save()
    assert again(image).decorative
    opened(page, album).input("decorative", image.pk).uncheck()
    form.save()
    assert not again(image).decorative
    assert page.locator("main img").get_attribute("alt") == "line"


def test_s44_two_galleries_on_one_page_do_not_touch_each_other(page, sound, anna):
    one, two, three = uploaded(anna, "one.jpg", "two.jpg", "three.jpg")
    diptych = Diptych.objects.create(title="Both", left=[one.pk, two.pk], right=[three.pk])
    left = opened(page, diptych, name="left")
    right = GalleryForm(page, "right")
    sound(page)
    left.arrange(two.pk, one.pk)
    right.remove(three.pk)
    right.add("four.jpg")
    right.save()

    assert keys(diptych, "left") == text(two, one)
    assert [image.name for image in again(diptych).right.images()] == ["four.jpg"]


def test_several_owners_on_one_page_are_saved_each_for_itself(page, sound, anna):
    one, two = uploaded(anna, "one.jpg", "two.jpg")
    first, second = make_album([one.pk]), make_album([two.pk])
    page.goto(reverse("edit-all"))
    sound(page)
    GalleryForm(page, "form-0-photos").remove(one.pk)
    form = GalleryForm(page, "form-1-photos")
    form.add("three.jpg")
    form.save()

    assert keys(first) == []
    assert [image.name for image in again(second).photos.images()] == ["two.jpg", "three.jpg"]
    assert Album.objects.count() == 2


def test_two_editors_are_merged_and_it_is_said(page, anna):
    one, two = uploaded(anna, "one.jpg", "two.jpg")
    album = make_album([one.pk, two.pk])
    form = opened(page, album)
    theirs = again(album)
    theirs.photos.remove(one.pk)
    theirs.save()
    form.add("three.jpg")
    form.save()

    assert [image.name for image in again(album).photos.images()] == ["two.jpg", "three.jpg"]
    assert says(page, "Both changes are kept")


@pytest.mark.parametrize("choice", ["mine", "theirs"])
def test_two_orders_are_a_choice_and_nothing_is_saved_before_it(page, sound, anna, choice):
    images = uploaded(anna, "one.jpg", "two.jpg", "three.jpg")
    one, two, three = (image.pk for image in images)
    album = make_album([one, two, three])
    form = opened(page, album)
    theirs = again(album)
    theirs.photos = [two, one, three]
    theirs.save()
    form.arrange(three, two, one)
    form.save()

    assert says(page, "Whose order is kept?")
    assert keys(album) == [str(key) for key in (two, one, three)]
    sound(page)
    page.locator(f'[name="photos-choice"][value="{choice}"]').check()
    form.save()
    chosen = {"mine": (three, two, one), "theirs": (two, one, three)}[choice]
    assert keys(album) == [str(key) for key in chosen]


def test_the_form_that_the_back_button_shows_again_does_no_harm(page, anna):
    one, two = uploaded(anna, "one.jpg", "two.jpg")
    album = make_album([one.pk, two.pk])
    form = opened(page, album)
    form.remove(one.pk)
    form.save()
    page.go_back()
    form.save()

    assert keys(album) == text(two)


@without_script
def test_a_form_that_is_sent_twice_adds_its_file_once(page, anna):
    (image,) = uploaded(anna, "beach.jpg")
    album = make_album([image.pk])
    dune = file("dune.jpg")
    both = [opened(page, album), opened(page.context.new_page(), album)]
    for form in both:
        form.input("upload").set_input_files([dune])
    for form in both:
        form.save()

    assert [image.name for image in again(album).photos.images()] == ["beach.jpg", "dune.jpg"]


def test_more_than_django_takes_at_once_is_a_page_that_says_so_and_one_can_go_back(page, sound):
    album = make_album()
    form = opened(page, album)
    page.get_by_label("Title").fill("Autumn")
    add_inputs(page.locator("form"), settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    form.save()

    assert page.faults.forgive(413) == 1
    assert says(page, "more entries than are accepted at once (1000)")
    sound(page)
    page.go_back()
    form.save()
    assert again(album).title == "Autumn"


def test_a_gallery_that_is_only_shown_has_nothing_to_change(page, sound, anna):
    (image,) = uploaded(anna, "beach.jpg")
    album = make_album([image.pk])
    opened(page, album, "disabled")

    assert page.locator(".gallery-input :is(input:not([type=hidden]), textarea)").count() == 0
    assert page.locator(".gallery-input img").count() == 1
    sound(page)
    press(page, "Save")
    assert keys(album) == text(image)


def test_nobody_edits_without_logging_in(visit, sound, anna):
    (image,) = uploaded(anna, "beach.jpg")
    album = make_album([image.pk])
    page = visit()
    page.goto(reverse("edit-album", args=[album.pk]))

    assert "/accounts/login/" in page.url
    assert page.locator(".gallery-input").count() == 0
    sound(page)


def test_another_persons_image_cannot_be_put_in_by_its_number(page, anna):
    mine, theirs = *uploaded(anna, "mine.jpg"), *uploaded(somebody("bert"), "theirs.jpg")
    album = make_album([mine.pk])
    form = opened(page, album)
    form.input("order", mine.pk).evaluate(
        "(input, key) => { const other = input.cloneNode();"
        " other.name = input.name.replace(/[^-]+$/, key); input.after(other); }",
        str(theirs.pk),
    )
    form.save()

    assert says(page, "does not exist, or you may not use it")
    assert keys(album) == text(mine)
