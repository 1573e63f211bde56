"""Galleries in formsets and inlines: each form has its own."""

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.urls import include, path, reverse
from django.utils.datastructures import MultiValueDict

from gallery_events.admin.changing import GalleryFormAdmin, SaysWhatHappened
from gallery_events.models import Image
from tests.edges.sheets import AlbumForm, MergingForm, Sheet, files
from tests.factories import again, events, make_album, make_ids
from tests.project.models import Album, Club

pytestmark = pytest.mark.django_db

AlbumFormSet = forms.modelformset_factory(Album, form=AlbumForm, extra=2, can_delete=True)
AlbumsOfClub = forms.inlineformset_factory(Club, Album, form=AlbumForm, extra=1)


def page_of(formset):
    return Sheet(str(formset.management_form) + "".join(str(form) for form in formset.forms))


def sent(sheet, formset=AlbumFormSet, **options):
    return formset(sheet.data, sheet.uploads, **options)


def albums():
    return Album.objects.order_by("pk")


def test_each_form_of_a_set_has_names_and_ids_of_its_own():
    one, two = make_ids(2)
    make_album([one, two])
    make_album([one, two])
    sheet = page_of(AlbumFormSet(queryset=albums()))

    assert len(sheet.ids) == len(set(sheet.ids))
    assert set(sheet.labels) <= set(sheet.ids)
    for at in (0, 1):
        assert sheet.keys(f"form-{at}-photos") == [str(one), str(two)]
    assert {"form-2-photos-upload", "form-3-photos-upload"} <= set(sheet.files)


def test_the_empty_form_that_scripts_copy_has_its_prefix_everywhere():
    sheet = Sheet(AlbumFormSet(queryset=albums()).empty_form)

    assert {name for name in sheet.names if not name.startswith("form-__prefix__-")} == set()
    assert "id_form-__prefix__-photos-upload" in sheet.ids
    assert "id_form-__prefix__-photos-limits" in sheet.ids


def test_only_the_forms_that_were_changed_are_saved():
    one, two = make_ids(2)
    first, second = make_album([one, two]), make_album([one, two])
    sheet = page_of(AlbumFormSet(queryset=albums())).tick("form-1-photos-remove", one)
    formset = sent(sheet, queryset=albums())

    assert formset.is_valid(), formset.errors
    formset.save()
    assert again(first).photos == [one, two]
    assert again(second).photos == [two]
    assert (len(events(first)), len(events(second))) == (1, 2)
    assert Album.objects.count() == 2, "the extra forms stayed empty"


def test_files_go_to_the_form_that_they_came_with():
    first, second = make_album(), make_album()
    sheet = page_of(AlbumFormSet(queryset=albums()))
    sheet.choose("form-0-photos-upload", *files("first.jpg"))
    sheet.choose("form-1-photos-upload", *files("second.jpg"))
    sheet.type("form-2-title", "New").choose("form-2-photos-upload", *files("third.jpg"))
    formset = sent(sheet, queryset=albums())

    assert formset.is_valid(), formset.errors
    formset.save()
    names = [[each.name for each in album.photos.images()] for album in albums()]
    assert names == [["first.jpg"], ["second.jpg"], ["third.jpg"]]
    assert Image.objects.count() == 3
    assert (first.pk, second.pk) == tuple(albums().values_list("pk", flat=True)[:2])


def test_files_of_a_form_are_kept_when_another_form_of_the_set_fails():
    make_album()
    make_album()
    sheet = page_of(AlbumFormSet(queryset=albums())).type("form-0-title", "")
    sheet.choose("form-1-photos-upload", *files("a.jpg"))
    formset = sent(sheet, queryset=albums())
    assert not formset.is_valid()

    shown = page_of(formset).type("form-0-title", "x")
    formset = sent(shown, queryset=albums())
    assert formset.is_valid(), formset.errors
    formset.save()
    assert [each.name for each in albums()[1].photos.images()] == ["a.jpg"]
    assert Image.objects.count() == 1


def test_a_form_marked_for_deletion_takes_nothing_from_the_others():
    one, two = make_ids(2)
    first, second = make_album([one]), make_album([one, two])
    sheet = page_of(AlbumFormSet(queryset=albums())).tick("form-0-DELETE", "on")
    formset = sent(sheet.tick("form-1-photos-remove", two), queryset=albums())

    assert formset.is_valid(), formset.errors
    formset.save()
    assert not Album.objects.filter(pk=first.pk).exists()
    assert again(second).photos == [one]


def test_a_file_alone_makes_an_extra_form_count():
    sheet = page_of(AlbumFormSet(queryset=albums()))
    formset = sent(sheet.choose("form-0-photos-upload", *files("a.jpg")), queryset=albums())

    assert not formset.is_valid(), "it has no title"
    assert Image.objects.count() == 1
    shown = page_of(formset)
    assert len(shown.keys("form-0-photos")) == 1


def test_albums_inside_their_club_are_edited_and_merged_each_by_itself():
    one, two, three = make_ids(3)
    club = Club.objects.create(name="Club")
    album = make_album([one, two], club=club)
    sheet = page_of(AlbumsOfClub(instance=club)).tick("album_set-0-photos-remove", one)
    sheet.type("album_set-1-title", "New").choose("album_set-1-photos-upload", *files("a.jpg"))
    theirs = again(album)
    theirs.photos = [one, two, three]
    theirs.save()
    formset = sent(sheet, AlbumsOfClub, instance=Club.objects.get())

    assert formset.is_valid(), formset.errors
    formset.save()
    assert again(album).photos == [two, three]
    assert len(Album.objects.get(title="New").photos) == 1


# The admin.


class Albums(admin.StackedInline):
    model = Album
    form = AlbumForm
    extra = 1


class ClubAdmin(SaysWhatHappened):
    inlines = [Albums]


class AlbumAdmin(GalleryFormAdmin):
    fields = ["title", "notes", "photos"]


site = admin.AdminSite()
site.register(Club, ClubAdmin)
site.register(Album, AlbumAdmin)
urlpatterns = [
    path("admin/", site.urls),
    path("gallery/", include("gallery_events.urls")),
]


@pytest.fixture
def visit(client, settings):
    """Ask the change form of something as a superuser; return the answer and what it says."""
    settings.ROOT_URLCONF = __name__
    client.force_login(get_user_model().objects.create_superuser("boss"))

    def ask(owner, sheet=None):
        name = f"admin:{owner._meta.app_label}_{owner._meta.model_name}_change"
        address = reverse(name, args=[owner.pk])
        if sheet is None:
            answer = client.get(address)
        else:
            answer = client.post(address, {**sheet.values, **sheet.files})
        return answer, [str(each) for each in get_messages(answer.wsgi_request)]

    return ask


def the_page(answer):
    sheet = Sheet(answer.content.decode())
    sheet.values = {
        name: values
        for name, values in sheet.values.items()
        if not name.startswith("_") and not name.startswith("csrf")
    }
    return sheet


def test_the_admin_edits_galleries_of_inlines_and_says_what_others_did(visit):
    one, two, three = make_ids(3)
    club = Club.objects.create(name="Club")
    album = make_album([one, two], club=club)
    sheet = the_page(visit(club)[0]).tick("album_set-0-photos-remove", one)
    theirs = again(album)
    theirs.photos = [one, two, three]
    theirs.save()
    answer, said = visit(club, sheet)

    assert answer.status_code == 302, Sheet(answer.content.decode()).said
    assert any("1 image was added. Both changes are kept." in each for each in said)
    assert again(album).photos == [two, three]


def test_the_admin_merges_other_fields_too(visit):
    album = make_album(make_ids(1))
    sheet = the_page(visit(album)[0]).type("notes", "Mine")
    theirs = again(album)
    theirs.title = "Theirs"
    theirs.save()
    answer, said = visit(album, sheet)

    assert answer.status_code == 302
    assert any("somebody else changed title" in each for each in said)
    assert (again(album).title, again(album).notes) == ("Theirs", "Mine")


@pytest.mark.parametrize("query", ["[1]", "1", "abc", "[", "1,2"])
def test_an_address_of_the_admin_cannot_fill_a_gallery(visit, client, query):
    visit(make_album(make_ids(2)))
    answer = client.get(reverse("admin:project_album_add"), {"photos": query})

    assert answer.status_code == 200
    assert the_page(answer).keys("photos") == []


def test_files_are_a_multi_value_dictionary_or_a_plain_one():
    """Tests of projects hand in plain ones."""
    for given in ({"photos-upload": files("a.jpg")}, {"photos-upload": files("a.jpg")[0]},
                  MultiValueDict({"photos-upload": files("a.jpg")})):  # fmt: skip
        form = MergingForm({"title": "x"}, given)
        assert form.is_valid(), form.errors
        assert len(form.cleaned_data["photos"]) == 1
