"""
The scenarios that the predecessors' tests covered, S1 to S45, each under its number.

Those that speak of a script in the browser are here as they are without one.
"""

import re
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import models, transaction
from django.http import HttpResponse
from django.test.utils import isolate_apps
from django.urls import include, path, reverse
from django.views.generic import CreateView, UpdateView

from gallery_events import conf
from gallery_events.checks.forms import check_plain_forms
from gallery_events.checks.models import check_galleries
from gallery_events.fields import GalleryField
from gallery_events.flows import upload
from gallery_events.flows.sweep import sweep
from gallery_events.forms import GalleryFormField
from gallery_events.models import Image
from gallery_events.views.saving import GallerySaveMixin
from gallery_events.widgets import GalleryWidget
from tests import NOW
from tests.edges.sheets import (
    AlbumForm,
    DiptychForm,
    PosterForm,
    Sheet,
    destroy,
    files,
    opened,
    sent_to_owner,
)
from tests.factories import again, make_album, make_ids, make_image
from tests.pictures import picture
from tests.project.models import Album, Diptych, Photo, Poster

pytestmark = pytest.mark.django_db

#: Scenarios that mean nothing here, and why.
NOT_APPLICABLE = MappingProxyType(
    {
        23: "there are no endpoints to guess: a form renders its images itself",
        24: "there are no endpoints to mix up: a signed label names the gallery of an upload",
        25: "the widget takes no addresses",
        26: "a thumbnail has one size, of a setting: clients choose none",
        27: "there is no client library whose options could be merged",
        28: "there is one look, which follows the variables of the admin; templates are overridden",
        31: "there is one upload view, with nothing to configure",
        33: "there is no list of images to be asked for by keys",
        40: "two rows never share a file: UNIQUE(storage, file), and each image has its own folder",
    }
)

#: Tests elsewhere that show a scenario: of edits, and of all that a browser does with files.
ELSEWHERE = MappingProxyType(
    {
        35: {
            "edges/test_edit_view.py": [
                "test_an_edit_is_made_and_told",
                "test_whoever_may_change_images_edits_those_of_others_as_ones_own",
            ],
            "browser/test_cropping.py": ["test_what_is_seen_is_what_is_made"],
        },
        36: {
            "edges/test_edit_view.py": [
                "test_an_edit_that_cannot_be_made_is_told_why",
                "test_whoever_is_not_logged_in_is_told_so_whether_or_not_there_is_an_image",
                "test_an_image_of_somebody_else_is_as_one_that_is_not_there",
                "test_an_address_of_nothing_is_not_found",
                "test_a_policy_that_grants_nothing_lets_nobody_edit",
            ],
        },
        37: {
            "browser/test_defects_cropping.py": [
                "test_b32_a_photograph_of_a_phone_is_cut_where_it_was_seen"
            ],
        },
        43: {
            "browser/test_uploading.py": [
                "test_what_is_dropped_on_a_gallery_is_taken_by_it_alone",
                "test_a_paste_goes_where_the_focus_is_and_else_where_the_pointer_is",
                "test_three_go_at_once_each_by_itself_and_the_order_of_choosing_is_kept",
                "test_one_is_cancelled_and_the_others_go_on",
                "test_the_limit_counts_what_is_there_what_is_added_and_what_is_on_its_way",
            ],
            "browser/test_uploading_refused.py": [
                "test_a_wrong_file_is_refused_before_it_is_sent",
                "test_the_token_is_that_of_the_form_wherever_the_site_keeps_it",
            ],
            "browser/resuming/test_resuming.py": [
                "test_a_large_file_arrives_in_parts_and_is_saved",
                "test_a_line_that_is_cut_goes_on_with_the_part_it_was_at",
            ],
            "browser/test_fit_swaps.py": ["test_what_is_swapped_out_leaves_nothing_behind"],
        },
    }
)


class Saves(GallerySaveMixin):
    """The two views of a project: a form, and the page after it."""

    def render_to_response(self, context, **kwargs):
        return HttpResponse(str(context["form"]))

    def get_success_url(self):
        return f"/{self.object._meta.model_name}/{self.object.pk}/"


class RequiredForm(AlbumForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].required = True


def routes(model, form_class):
    name = model._meta.model_name
    views = [
        type(f"{base.__name__}Of{name}", (Saves, base), {"model": model, "form_class": form_class})
        for base in (CreateView, UpdateView)
    ]
    return [path(f"{name}/", views[0].as_view()), path(f"{name}/<pk>/", views[1].as_view())]


urlpatterns = [
    *routes(Album, RequiredForm),
    *routes(Poster, PosterForm),
    path("gallery/", include("gallery_events.urls")),
]


@pytest.fixture
def ann(client, settings):
    """Log an ordinary user in to a site of these views."""
    settings.ROOT_URLCONF = __name__
    user = get_user_model().objects.create_user("ann")
    client.force_login(user)
    return user


@pytest.fixture
def visit(client, ann):
    """Open a page, or send one back; return the next page, or the address one is led to."""

    def go(address, sheet=None):
        if sheet is None:
            return Sheet(client.get(address).content.decode())
        answer = client.post(address, {**sheet.values, **sheet.files})
        return answer.url if answer.status_code == 302 else Sheet(answer.content.decode())

    return go


def names_of(owner):
    return [each.name for each in again(owner).photos.images()]


def number_of(name):
    return int(re.match(r"test_s(\d+)_", name)[1])


def test_every_scenario_is_a_test_or_has_its_reason():
    tested = {number_of(name) for name in globals() if re.match(r"test_s\d+_", name)}

    told = [*tested, *ELSEWHERE, *NOT_APPLICABLE]
    assert sorted(told) == list(range(1, 46))


@pytest.mark.parametrize("scenario", ELSEWHERE)
def test_what_is_shown_elsewhere_is_shown_there(scenario):
    for file, names in ELSEWHERE[scenario].items():
        written = (Path(__file__).parents[1] / file).read_text(encoding="utf-8")
        assert [name for name in names if f"def {name}(" not in written] == []


# S1 to S6: the journeys.


def test_s01_upload_and_save(visit):
    sheet = visit("/album/").type("title", "New").choose("photos-upload", *files("a.jpg"))
    address = visit("/album/", sheet)

    album = Album.objects.get()
    assert address == f"/album/{album.pk}/"
    assert names_of(album) == ["a.jpg"]


def test_s02_edit_and_add(visit, ann):
    album = make_album([make_image(uploaded_by=ann).pk])
    address = f"/album/{album.pk}/"
    sheet = visit(address)
    assert len(sheet.keys("photos")) == 1

    assert visit(address, sheet.choose("photos-upload", *files("b.jpg"))) == address
    assert visit(address).shown.count("<img") == 2
    assert names_of(album) == ["picture.png", "b.jpg"]


def test_s03_remove_one(visit):
    one, two = make_ids(2)
    album = make_album([one, two])
    address = f"/album/{album.pk}/"
    visit(address, visit(address).tick("photos-remove", one))

    assert again(album).photos == [two]
    assert Image.objects.filter(pk=one).exists()


def test_s04_remove_last_when_required(visit):
    (one,) = make_ids(1)
    album = make_album([one])
    address = f"/album/{album.pk}/"
    shown = visit(address, visit(address).tick("photos-remove", one))

    assert "At least one image is needed" in shown.said
    assert shown.shown.count("<img") == 1
    assert again(album).photos == [one]
    assert visit(address).shown.count("<img") == 1


def test_s05_image_deleted_elsewhere_before_save(visit, client):
    one, two = make_ids(2)
    album = make_album([one, two])
    address = f"/album/{album.pk}/"
    sheet = visit(address).type("title", "Saved")
    destroy(one)
    assert visit(address, sheet) == address

    assert again(album).photos == [two]
    assert again(album).title == "Saved"


def test_s06_custom_model_same_flows(visit, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    sheet = visit("/poster/").type("title", "New").choose("photos-upload", *files("a.jpg", "b.jpg"))
    address = visit("/poster/", sheet)
    owner = Poster.objects.get()
    one, two = owner.photos
    assert Photo.objects.count() == 2

    shown = visit(address)
    assert f'src="/gallery/file/project.photo/{one}/thumbnail/"' in shown.html
    visit(address, shown.tick("photos-remove", one).choose("photos-upload", *files("c.jpg")))
    assert names_of(owner) == ["b.jpg", "c.jpg"]
    assert again(owner).photos[0] == two


# S7 to S20: the form field.


def test_s07_form_create_add_replace():
    one, two, three = make_ids(3)
    form = AlbumForm({"title": "x", "photos": f"[{one}]"})
    album = form.save()
    assert album.photos == [one]
    form = AlbumForm({"title": "x", f"photos-order-{two}": ""}, instance=again(album))
    assert form.save().photos == [one, two]
    form = AlbumForm({"title": "x", "photos": f"[{three}]"}, instance=again(album))
    assert form.save().photos == [three]
    assert again(album).photos == [three]


def test_s08_form_save_empty_optional():
    assert AlbumForm({"title": "x", "photos": ""}).save().photos == []


def test_s09_form_clear_existing_optional():
    ids = make_ids(2)
    album = make_album(ids)
    form = sent_to_owner(opened(instance=album).tick("photos-remove", *ids), album)

    form.save()
    assert again(album).photos == []


def test_s10_form_empty_required_invalid():
    ids = make_ids(2)
    album = make_album(ids)
    sheet = opened(RequiredForm, instance=album).tick("photos-remove", *ids)
    form = sent_to_owner(sheet, album, RequiredForm)

    assert [error.code for error in form.errors["photos"].as_data()] == ["required"]
    assert form.instance.photos == again(album).photos == ids


def test_s11_clean_nonexistent():
    """An unknown key is an error that names it; the rest is kept for the next try."""
    one = make_image().pk
    form = AlbumForm({"title": "x", f"photos-order-{one}": "", "photos-order-999": ""})

    assert [error.code for error in form.errors["photos"].as_data()] == ["unavailable"]
    assert "Image 999 does not exist" in form.errors["photos"][0]
    assert Sheet(form).keys("photos") == [str(one)]


@pytest.mark.parametrize("nothing", ["", None, "null", [], "[]"])
def test_s12_clean_null_variants(nothing):
    assert GalleryFormField(required=False).clean(nothing) == []
    with pytest.raises(ValidationError) as refused:
        GalleryFormField().clean(nothing)
    assert refused.value.error_list[0].code == "required"


@pytest.mark.parametrize(
    "wrong", ["{bad", {"a": 1}, 5, "5", [[1]], [True], [-1], ["²"], "²", [10**22], ["x"], [None]],
    ids=str,
)  # fmt: skip
def test_s13_clean_invalid_json_or_type(wrong):
    with pytest.raises(ValidationError):
        GalleryFormField().clean(wrong)


def test_s14_order_preserved_on_submit():
    ids = make_ids(5)
    shuffled = [ids[at] for at in (3, 0, 4, 1, 2)]
    album = make_album(ids)
    sheet = opened(instance=album)
    for place, each in enumerate(shuffled, start=1):
        sheet.type(f"photos-order-{each}", place)
    form = sent_to_owner(sheet, album)

    assert form.is_valid(), form.errors
    assert form.save().photos == shuffled
    assert GalleryFormField().clean(ids[::-1]) == ids[::-1]


def test_s15_limits():
    one, two, three = make_ids(3)
    by_constructor = GalleryFormField(max_images=2)
    with pytest.raises(ValidationError, match="At most 2 images are allowed; these are 3"):
        by_constructor.clean([one, two, three])
    assert by_constructor.clean([one, two]) == [one, two]
    by_constructor.max_images = 3
    assert by_constructor.clean([one, two, three]) == [one, two, three]
    by_constructor.max_images = 1
    with pytest.raises(ValidationError):
        by_constructor.clean([one, two])
    by_constructor.max_images = None
    assert len(by_constructor.clean([one, two, three])) == 3


@pytest.mark.parametrize("limit", [-1, 0, "abc", "2", 1.5], ids=str)
def test_s16_limit_bad_values(limit):
    """Zero too: it is no way to say "no limit", which None is."""
    with pytest.raises(TypeError, match="or None for no limit"):
        GalleryFormField(max_images=limit)


@pytest.mark.parametrize("widget", [GalleryWidget, forms.Textarea])
def test_s17_widget_swap_keeps_config(widget):
    field = GalleryFormField(to="project.Photo", max_images=1, widget=forms.TextInput)
    field.widget = widget()
    ids = [make_image(Photo).pk for _ in range(2)]

    assert field.gallery.image_model is Photo
    assert field.required
    with pytest.raises(ValidationError, match="At most 1 image is allowed"):
        field.clean(ids)


def test_s18_textarea_value_render():
    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            widgets = {"photos": forms.Textarea}

    one, two, three = make_ids(3)
    sheet = opened(Form, instance=make_album([two, one, three]))

    assert sheet.values["photos"] == [f"[{two}, {one}, {three}]"]


def test_s19_disabled_field():
    (one,) = make_ids(1)
    album = make_album([one])
    form = AlbumForm({"title": "x", "photos-remove": [one]}, instance=album)
    form.fields["photos"].disabled = True
    assert form.is_valid()
    assert form.cleaned_data["photos"] == [one]
    assert Sheet(form).names == {"title", "photos-base"}
    with pytest.raises(ValidationError):
        GalleryFormField(disabled=True).clean(["no key"])


def test_s20_readonly_widget():
    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            widgets = {"photos": GalleryWidget(attrs={"readonly": True})}

    (one,) = make_ids(1)
    album = make_album([one])
    assert opened(Form, instance=album).names == {"title", "photos-base"}
    form = Form({"title": "x", "photos-base": "1", "photos-remove": [one]}, instance=again(album))
    assert form.is_valid()
    assert form.save().photos == [one], "the server refuses the change, not only the page"


# S21 and S22: checks.


@isolate_apps("tests.project")
@pytest.mark.parametrize(
    "target, found",
    [
        ("nowhere.Image", ["E001", "E004"]),
        ("project.Club", ["E001", "E004"]),
        ("no dots", ["E001", "E004"]),
        ("gallery_events.Image", ["E001"]),
    ],
)
def test_s21_target_model_checks(target, found):
    class Plain(models.Model):
        photos = GalleryField(to=target)

        class Meta:
            app_label = "project"

    app = SimpleNamespace(get_models=lambda: [Plain])
    assert [each.id for each in check_galleries(app_configs=[app])] == [
        f"gallery_events.{each}" for each in found
    ]


def test_s22_non_model_form_info(settings):
    class PlainForm(forms.Form):
        motif = GalleryFormField()

    (told,) = [each for each in check_plain_forms() if each.obj is PlainForm]
    assert told.id == "gallery_events.I065"
    settings.SILENCED_SYSTEM_CHECKS = ["gallery_events.I065"]
    assert told.is_silenced()


# S29 to S34: files and addresses.


def test_s29_no_upload_no_texts():
    class Form(AlbumForm):
        class Meta(AlbumForm.Meta):
            widgets = {"photos": GalleryWidget(upload=False, texts=False)}

    (one,) = make_ids(1)
    sheet = opened(Form, instance=make_album([one]))
    assert sheet.files == {}
    assert sheet.names == {"title", "photos-base", "photos-remove", f"photos-order-{one}"}


UPLOADS = {
    "ok": ({}, lambda: {"file": picture("a.jpg")}, 201),
    "not an image": ({}, lambda: {"file": ContentFile(b"%PDF-1.7", "a.pdf")}, 400),
    "no file": ({}, dict, 400),
    "too big": ({"MAX_BYTES": 200}, lambda: {"file": picture("a.jpg")}, 400),
    "too many pixels": ({"MAX_PIXELS": 100}, lambda: {"file": picture("a.jpg")}, 400),
}


@pytest.mark.parametrize("case", UPLOADS)
def test_s30_upload(case, client, ann, settings):
    settings.GALLERY_EVENTS, make, status = UPLOADS[case]
    answer = client.post(reverse("gallery_events:upload"), make())

    assert answer.status_code == status
    assert Image.objects.count() == (1 if status == 201 else 0)


def test_s30_upload_by_nobody_and_by_the_wrong_method(client, ann):
    assert client.get(reverse("gallery_events:upload")).status_code == 405
    client.logout()
    answer = client.post(reverse("gallery_events:upload"), {"file": picture("a.jpg")})
    assert answer.status_code == 401
    assert not Image.objects.exists()


def test_s32_own_and_others(client, ann, settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    bob = get_user_model().objects.create_user("bob")
    boss = get_user_model().objects.create_superuser("boss")
    image = upload.receive(picture("bobs.jpg"), user=bob)
    address = reverse("gallery_events:image", args=[image.pk])
    seen = {}
    for user in (ann, bob, boss):
        client.force_login(user)
        seen[user.username] = client.get(address).status_code

    assert seen["bob"] == seen["boss"] == 200
    assert seen["ann"] != 200


def test_s34_file_missing(visit):
    image = upload.receive(picture("gone.jpg"))
    other = upload.receive(picture("here.jpg"))
    album = make_album([image.pk, other.pk])
    for name in (image.file.name, image.renditions["thumbnail"]["name"]):
        image.file.storage.delete(name)
    address = f"/album/{album.pk}/"
    sheet = visit(address)

    assert sheet.keys("photos") == [str(image.pk), str(other.pk)]
    assert visit(address, sheet.tick("photos-remove", image.pk)) == address
    assert again(album).photos == [other.pk]


# S38 to S41: what becomes of images.


def received(**options):
    return upload.receive(picture("a.jpg"), now=NOW, **options)


@pytest.fixture
def swept():
    """Sweep once a day until everything has had its time."""

    def run():
        from django.utils import timezone

        begun = timezone.now()
        for day in range(0, 70, 7):
            sweep(now=begun + timedelta(days=day))

    return run


def test_s38_gallery_save_collects_removed_image(swept, settings):
    settings.GALLERY_EVENTS = {"BREAKER": {"PER_RUN": 10}}
    image, other = received(), received()
    album = make_album([image.pk, other.pk])
    form = sent_to_owner(opened(instance=album).tick("photos-remove", image.pk), album)
    form.save()
    name, storage = image.file.name, image.file.storage
    assert storage.exists(name)
    swept()

    assert not Image.objects.filter(pk=image.pk).exists()
    assert not storage.exists(name)
    assert again(album).photos.missing() == []


def test_s39_shared_image_survives(swept):
    image = received()
    album, other = make_album([image.pk]), make_album([image.pk])
    sent_to_owner(opened(instance=album).tick("photos-remove", image.pk), album).save()
    swept()

    assert again(other).photos.images() == [image]
    assert image.file.storage.exists(image.file.name)


def test_s41_rollback_keeps_files(swept):
    image = received()
    album = make_album([image.pk])
    form = sent_to_owner(opened(instance=album).tick("photos-remove", image.pk), album)
    with transaction.atomic():
        form.save()
        transaction.set_rollback(True)
    swept()

    assert again(album).photos.images() == [image]
    assert image.file.storage.exists(image.file.name)


# S42: settings.

SETTINGS = [
    ({"RETENTION_DAYS": 30}, True), ({"RETENTION_DAYS": 0}, False),
    ({"RETENTION_DAYS": None}, True), ({"RETENTION_DAYS": "30"}, False),
    ({"MAX_BYTES": 1}, True), ({"MAX_BYTES": -1}, False),
    ({"FORMATS": ("JPEG",)}, True), ({"FORMATS": ("EPS",)}, False),
    ({"MAX_UNCLAIMED": None}, True), ({"MAX_UNCLAIMED": 5}, False),
    ({"SERVE": "storage"}, True), ({"SERVE": "elsewhere"}, False),
    ({"ACCESS": "gallery_events.access.OwnerAccess"}, True), ({"ACCESS": "no.where"}, False),
    ({"RETENTION": 30}, False), ([], False), (None, False), ("4", False),
]  # fmt: skip


@pytest.mark.parametrize("given, valid", SETTINGS, ids=str)
def test_s42_settings_checks_matrix(given, valid, settings, capsys):
    settings.GALLERY_EVENTS = given

    assert (list(conf.problems()) == []) == valid
    if valid:
        call_command("check", tags=["gallery_events"])
    else:
        with pytest.raises(SystemCheckError, match=r"gallery_events\.E020"):
            call_command("check", tags=["gallery_events"])


# S44 and S45: pages.


def test_s44_two_widgets_one_page():
    one, two = make_ids(2)
    owner = Diptych.objects.create(left=[one, two], right=[one])
    sheet = opened(DiptychForm, instance=owner)
    assert len(sheet.ids) == len(set(sheet.ids))
    sheet.choose("left-upload", *files("left.jpg")).choose("right-upload", *files("right.jpg"))
    form = sent_to_owner(sheet, owner, DiptychForm)
    form.save()
    owner = again(owner)

    assert [each.name for each in owner.left.images()][2:] == ["left.jpg"]
    assert [each.name for each in owner.right.images()][1:] == ["right.jpg"]
    sheet = opened(DiptychForm, instance=owner).choose("left-upload", *files("x.jpg"))
    assert list(sent_to_owner(sheet, owner, DiptychForm).errors) == ["left"], "limits are its own"


def test_s45_strict_csp_csrf_in_session_no_js(client, ann, settings):
    settings.CSRF_USE_SESSIONS = True
    album = make_album(make_ids(2))
    address = f"/album/{album.pk}/"
    html = client.get(address).content.decode()

    # A block of JSON is nothing that runs: no policy asks about it.
    running = html.replace('<script type="application/json"', "")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", running)
    sheet = Sheet(html).type("title", "Saved without a script")
    assert client.post(address, {**sheet.values, **sheet.files}).status_code == 302
    assert again(album).title == "Saved without a script"
