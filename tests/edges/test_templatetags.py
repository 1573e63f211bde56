"""What {% gallery %} and {% picture %} put into a project's pages."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import connection
from django.template import Context, Template, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from gallery_events import galleries
from gallery_events.fields import GalleryImages
from gallery_events.flows import upload
from tests import NOW, named
from tests.factories import make_album, make_ids, make_image
from tests.pictures import picture
from tests.project.models import Album, Diptych, Photo

pytestmark = pytest.mark.django_db
#: A sunset over water, from the page that explains the format.
SUNSET = "1QcSHQRnh493V4dIh4eXh1h4kJUI"


def show(tag, *, user=None, **names):
    """Return what a page shows that has only this tag."""
    if user is not None:
        names["request"] = RequestFactory().get("/")
        names["request"].user = user
    return Template("{% load gallery_events %}" + tag).render(Context(names)).strip()


def sources(html):
    return re.findall(r'src="([^"]+)"', html)


def urls(ids):
    return [make_images_by_key(ids)[key].rendition_url() for key in ids]


def make_images_by_key(ids):
    return Album._meta.get_field("photos").images_by_key(ids, using=None)


@pytest.fixture
def uploaded():
    """A real upload, wider than its thumbnail, with words that need escaping."""
    image = upload.receive(picture("sea & sand.jpg", size=(1200, 800)), now=NOW)
    image.alt = 'Sea & "sand"'
    image.caption = "<b>The</b> beach"
    image.save(update_fields=["alt", "caption"])
    return image


# The gallery.


def test_a_gallery_is_a_list_of_figures_in_its_order(uploaded):
    first, last = make_ids(2, alt="plain")
    album = make_album([first, uploaded.pk, last])

    html = show("{% gallery album.photos %}", album=album)

    assert sources(html) == urls([first, uploaded.pk, last])
    assert html.count('<ul class="gallery-pictures">') == 1
    assert html.count("<li>") == html.count("<figure") == 3
    assert html.count("<figcaption") == 1
    assert "&lt;b&gt;The&lt;/b&gt; beach" in html


def test_a_picture_has_its_pixels_its_words_and_its_patience(uploaded):
    html = show("{% picture image %}", image=uploaded)

    made = uploaded.renditions["thumbnail"]
    assert html == (
        f'<img class="gallery-picture" src="{uploaded.rendition_url()}" '
        f'width="{made["width"]}" height="{made["height"]}" '
        'alt="Sea &amp; &quot;sand&quot;" loading="lazy" decoding="async">'
    )


def test_words_are_escaped_where_a_page_escapes_nothing(uploaded):
    html = show("{% autoescape off %}{% gallery images %}{% endautoescape %}", images=[uploaded])

    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_pixels_have_no_separators_in_any_language(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    image = make_image(width=1200, height=1600)

    with translation.override("de"):
        assert 'width="1200" height="1600"' in show("{% picture image %}", image=image)


def test_an_image_of_unknown_size_says_none():
    html = show("{% picture image %}", image=make_image())

    assert "width" not in html
    assert "height" not in html


def test_ids_without_a_row_are_shown_as_nothing():
    (key,) = make_ids(1)
    album = make_album([key])
    album.photos = [10**9, key, 10**9 + 1]

    html = show("{% gallery album.photos %}", album=album)

    assert sources(html) == urls([key])
    assert html.count("<li>") == 1


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(lambda: make_album().photos, id="empty"),
        pytest.param(lambda: Diptych.objects.create().right, id="null"),
        pytest.param(lambda: None, id="none"),
        pytest.param(list, id="no images"),
        pytest.param(
            lambda: GalleryImages([10**9], field=Album._meta.get_field("photos")), id="gone"
        ),
    ],
)
def test_no_pictures_are_nothing_or_the_text_for_it(given):
    shown = given()

    assert show("{% gallery shown %}", shown=shown) == ""
    html = show("{% gallery shown empty=words %}", shown=shown, words="None <yet>.")
    assert html == '<p class="gallery-empty">None &lt;yet&gt;.</p>'


def test_an_unknown_name_is_an_empty_gallery_as_everywhere_in_templates():
    assert show("{% gallery album.photos %}") == ""
    assert show("{% picture album.cover %}") == ""


def test_a_limit_counts_the_pictures_that_are_shown():
    keys = make_ids(4)
    album = make_album(keys)
    album.photos = [10**9, *keys]

    assert sources(show("{% gallery album.photos limit=3 %}", album=album)) == urls(keys[:3])
    assert sources(show("{% gallery album.photos limit=4 %}", album=album)) == urls(keys)
    assert sources(show("{% gallery album.photos limit=None %}", album=album)) == urls(keys)


def test_options_reach_every_picture(uploaded):
    html = show(
        '{% gallery images size="original" sizes="50vw" link=True captions=False css_class="wide" %}',
        images=[uploaded],
    )

    assert '<ul class="gallery-pictures wide">' in html
    assert f'<a class="gallery-link" href="{uploaded.file.url}">' in html
    assert f'src="{uploaded.file.url}"' in html
    assert "figcaption" not in html


def test_a_gallery_can_be_kept_in_a_name(uploaded):
    page = "{% gallery images as pictures %}{% if pictures %}<h2>Pictures</h2>{{ pictures }}{% endif %}"

    assert show(page, images=[]) == ""
    assert show(page, images=[uploaded]).startswith("<h2>Pictures</h2>")
    assert "<img" in show(page, images=[uploaded])


# One picture.


def test_with_sizes_the_browser_chooses_among_what_there_is(uploaded):
    thumbnail = f"{uploaded.rendition_url()} {uploaded.renditions['thumbnail']['width']}w"

    small = show('{% picture image sizes="50vw" %}', image=uploaded)
    large = show('{% picture image size="original" sizes="50vw" %}', image=uploaded)

    assert f'srcset="{thumbnail}" sizes="50vw"' in small
    assert f'srcset="{thumbnail}, {uploaded.file.url} 1200w" sizes="50vw"' in large
    assert 'width="1200" height="800"' in large
    assert "srcset" not in show("{% picture image %}", image=uploaded)


def test_a_thumbnail_as_wide_as_its_file_is_not_offered_beside_it():
    small = upload.receive(picture("small.png", size=(60, 40)), now=NOW)

    html = show('{% picture image size="original" sizes="50vw" %}', image=small)

    assert f'srcset="{small.file.url} 60w"' in html


def test_an_alternative_text_can_be_replaced_and_left_out(uploaded):
    assert 'alt="The sea"' in show('{% picture image alt="The sea" %}', image=uploaded)
    assert 'alt=""' in show('{% picture image alt="" %}', image=uploaded)


@pytest.mark.parametrize(
    "columns, alt",
    [
        ({"alt": "A boat", "caption": "Evening"}, "A boat"),
        ({"caption": "Evening"}, "Evening"),
        ({}, "picture.png"),
    ],
    ids=["alternative text", "caption", "neither"],
)
def test_a_link_always_has_a_name(columns, alt):
    assert f'alt="{alt}"' in show("{% picture image link=True %}", image=make_image(**columns))


def test_a_picture_above_the_fold_can_be_loaded_at_once(uploaded):
    assert 'loading="eager"' in show('{% picture image loading="eager" %}', image=uploaded)


# Queries.


@pytest.mark.parametrize("count", [1, 30])
def test_a_gallery_costs_one_query(count, django_assert_num_queries):
    album = make_album(make_ids(count))

    with django_assert_num_queries(1):
        html = show("{% gallery album.photos link=True %}", album=album)

    assert len(sources(html)) == count


@pytest.mark.parametrize("count", [1, 8])
def test_galleries_whose_images_were_read_cost_none(count, django_assert_num_queries):
    albums = [make_album(make_ids(count)) for _ in range(count)]
    galleries.prefetch_images(albums, "photos")

    with django_assert_num_queries(0):
        html = show(
            "{% for each in albums %}{% gallery each.photos limit=6 %}{% endfor %}", albums=albums
        )

    assert len(sources(html)) == count * min(count, 6)


def test_guarded_pictures_cost_the_same_queries_whatever_their_number(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    costs = []
    # The first page of a process reads content types too.
    for turn, count in enumerate((1, 1, 30)):
        member = User.objects.create_user(f"member{turn}")
        own = make_ids(count, uploaded_by=member)
        album = make_album([*own, *make_ids(count)])
        with CaptureQueriesContext(connection) as queries:
            html = show("{% gallery album.photos %}", album=album, user=member)
        assert sources(html) == urls(own)
        costs.append(len(queries))

    assert costs[1] == costs[2]


# Who sees what.


@pytest.mark.parametrize("serve", ["storage", "view"])
def test_only_guarded_pictures_are_left_out(settings, serve):
    settings.GALLERY_EVENTS = {"SERVE": serve}
    member, other = User.objects.create_user("ben"), User.objects.create_user("anna")
    viewer = User.objects.create_user("vera")
    viewer.user_permissions.add(Permission.objects.get(codename="view_image"))
    image = make_image(uploaded_by=member)
    album = make_album([image.pk])

    def seen_by(user):
        gallery = show("{% gallery album.photos %}", album=album, user=user)
        alone = show("{% picture image %}", image=image, user=user)
        assert bool(gallery) == bool(alone)
        return bool(gallery)

    guarded = serve == "view"
    assert seen_by(member)
    assert seen_by(viewer)
    assert seen_by(other) is not guarded
    assert seen_by(AnonymousUser()) is not guarded


def test_images_of_two_models_are_guarded_apart(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    member = User.objects.create_user("ben")
    own, other = make_image(uploaded_by=member), make_image(Photo)

    html = show("{% gallery images %}", images=[other, own], user=member)

    assert sources(html) == [own.rendition_url()]


def test_a_request_without_a_user_is_a_strangers(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}

    assert show("{% picture image %}", image=make_image(), request=RequestFactory().get("/")) == ""


def test_what_a_user_may_not_see_counts_for_no_limit(settings):
    settings.GALLERY_EVENTS = {"SERVE": "view"}
    member = User.objects.create_user("ben")
    hidden, own = make_ids(2), make_ids(2, uploaded_by=member)
    album = make_album([*hidden, *own])

    assert sources(show("{% gallery album.photos limit=2 %}", album=album, user=member)) == urls(
        own
    )


# Templates of the project.


def test_templates_of_the_project_come_first(settings, tmp_path, uploaded):
    folder = tmp_path / "templates" / "gallery_events"
    folder.mkdir(parents=True)
    (folder / "picture.html").write_text("[{{ picture.image.name }}]")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder.parent]}]

    def page(tag):
        text = "{% load gallery_events %}" + tag
        return engines["django"].from_string(text).render({"images": [uploaded]})

    assert page("{% picture images.0 %}") == "[sea &amp; sand.jpg]"
    assert "[sea &amp; sand.jpg]" in page("{% gallery images %}")


def test_a_tag_can_name_a_template_of_its_own(settings, tmp_path, uploaded):
    (tmp_path / "bare.html").write_text(
        "{{ request.path }} {% for each in pictures %}{{ each.src }}{% endfor %}{{ picture.href }}"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    request = RequestFactory().get("/page/")
    page = (
        '{% load gallery_events %}{% gallery images template="bare.html" %}'
        '|{% picture images.0 link=True template="bare.html" %}'
    )

    html = engines["django"].from_string(page).render({"images": [uploaded]}, request)

    assert html == f"/page/ {uploaded.rendition_url()}|/page/ {uploaded.file.url}"


# Wrong arguments name the cure.


@pytest.mark.parametrize(
    "tag, words",
    [
        ("{% gallery %}", "did not receive value"),
        ("{% gallery images columns=3 %}", "unexpected keyword argument 'columns'"),
        ("{% gallery images 6 %}", "too many positional arguments"),
        ("{% picture %}", "did not receive value"),
        ("{% picture image width=200 %}", "unexpected keyword argument 'width'"),
    ],
)
def test_a_tag_written_wrongly_says_how_it_is_written(tag, words):
    with pytest.raises(TemplateSyntaxError) as refused:
        show(tag, images=[])

    assert words in str(refused.value)
    name = tag.split()[1]
    assert f"What {{% {name} %}} takes: {{% {name}" in str(refused.value)
    assert "sizes=" in str(refused.value)


@pytest.mark.parametrize("limit", [0, -1, True, "six", 1.5], ids=named)
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(TemplateSyntaxError, match="a whole number, at least 1"):
        show("{% gallery images limit=limit %}", images=[], limit=limit)


@pytest.mark.parametrize(
    "tag, words",
    [
        ('{% picture image size="huge" %}', "give one of thumbnail, original"),
        ('{% picture image loading="soon" %}', '"lazy" or "eager"'),
    ],
)
def test_an_option_that_is_not_there_is_refused(tag, words):
    with pytest.raises(TemplateSyntaxError, match=words):
        show(tag, image=make_image())


@pytest.mark.parametrize(
    "given, words",
    [
        (make_album, "name one of its galleries, such as album.photos"),
        (make_image, "use {% picture %}"),
        (lambda: [1, 2], "read it from the object that has the gallery"),
        (lambda: "photos", "read it from the object that has the gallery"),
        (lambda: 7, "read it from the object that has the gallery"),
    ],
    ids=["owner", "image", "ids", "text", "number"],
)
def test_what_is_no_gallery_is_refused(given, words):
    with pytest.raises(TypeError) as refused:
        show("{% gallery given %}", given=given())

    assert words in str(refused.value)


@pytest.mark.parametrize("given", [7, "photo.jpg", ["a"]], ids=named)
def test_what_is_no_image_is_refused(given):
    with pytest.raises(TypeError, match="shows an image"):
        show("{% picture given %}", given=given)


# A blurred picture.


def test_a_placeholder_is_drawn_without_style_and_script():
    image = make_image(placeholder=SUNSET)
    drawn = show("{% placeholder image %}", image=image)
    assert drawn == show("{% placeholder text %}", text=SUNSET)
    assert drawn.startswith('<svg class="gallery-placeholder" viewBox="0 0 4 6"')
    assert drawn.count("<rect") == 25
    assert "style" not in drawn
    assert 'aria-hidden="true"' in drawn
    assert re.findall('fill="([^"]*)"', drawn) == re.findall('fill="(#[0-9a-f]{6})"', drawn)


@pytest.mark.parametrize("value", ["", None, "nonsense", '"><script>', 5, []])
def test_what_has_no_placeholder_draws_nothing(value):
    assert show("{% placeholder value %}", value=value) == ""
    assert show("{% placeholder unknown %}") == ""


def test_a_language_puts_no_separator_into_the_drawing():
    with translation.override("ar"):
        assert show("{% placeholder text css_class='<b>' %}", text=SUNSET) == show(
            "{% placeholder text css_class='<b>' %}", text=SUNSET
        ).translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))
        assert "&lt;b&gt;" in show("{% placeholder text css_class=name %}", text=SUNSET, name="<b>")
