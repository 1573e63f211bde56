"""What {% gallery %} and {% picture %} put into a project's pages."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.template import Context, Template, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from PIL import Image

import gallery_events
from gallery_events import galleries
from gallery_events.fields import GalleryImages
from gallery_events.flows import upload
from gallery_events.imaging import thumbhash
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
    sizes = "auto, (min-width: 32rem) 25rem, 100vw"
    newer = [f"{uploaded.rendition_address(f'w{width}')} {width}w" for width in (320, 640, 960)]
    plain = [f"{uploaded.rendition_url()} 400w", f"{uploaded.file.url} 1200w"]
    assert html == (
        f'<picture class="gallery-sources"><source type="image/webp" '
        f'srcset="{", ".join([*newer, plain[-1]])}" sizes="{sizes}">'
        f'<img class="gallery-picture" src="{uploaded.rendition_url()}" '
        f'srcset="{", ".join(plain)}" sizes="{sizes}" '
        f'width="{made["width"]}" height="{made["height"]}" '
        'alt="Sea &amp; &quot;sand&quot;" loading="lazy" decoding="async"></picture>'
    )


def test_a_picture_without_a_choice_is_one_element():
    small = upload.receive(picture("small.png", size=(60, 40)), now=NOW)

    html = show('{% picture image alt="" %}', image=small)

    assert html == (
        f'<img class="gallery-picture" src="{small.rendition_url()}" width="60" height="40" '
        'alt="" loading="lazy" decoding="async">'
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

    small = show('{% picture image size="thumbnail" sizes="50vw" %}', image=uploaded)
    large = show('{% picture image size="original" sizes="50vw" %}', image=uploaded)

    assert f'srcset="{thumbnail}" sizes="50vw"' in small
    assert "<source" not in small
    assert f'srcset="{thumbnail}, {uploaded.file.url} 1200w" sizes="50vw"' in large
    assert f'src="{uploaded.file.url}"' in large
    assert 'width="1200" height="800"' in large
    assert large == show('{% picture image sizes="50vw" %}', image=uploaded)
    assert "srcset" not in show('{% picture image size="thumbnail" %}', image=uploaded)


def test_a_file_wider_than_all_renditions_is_offered_only_when_it_is_asked_for():
    large = upload.receive(picture("large.jpg", size=(2600, 40)), now=NOW)

    for tag in ("{% picture image %}", '{% picture image sizes="100vw" %}'):
        html = show(tag, image=large)
        assert f"{large.rendition_address('w2560')} 2560w" in html
        assert f"{large.rendition_address('fallback')} 1280w" in html
        assert large.file.url not in html
    assert f"{large.file.url} 2600w" in show('{% picture image size="original" %}', image=large)


def test_a_file_wider_than_all_renditions_stands_in_where_there_are_none(settings):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": "worker"}}
    large = upload.receive(picture("large.jpg", size=(2600, 40)), now=NOW)

    assert large.file.url not in show("{% picture image %}", image=large)
    assert f"{large.file.url} 2600w" in show('{% picture image sizes="100vw" %}', image=large)
    assert f"{large.file.url} 2600w" in show("{% gallery images lightbox=True %}", images=[large])


def test_renditions_are_shown_where_they_are_and_those_that_are_planned_are_passed_over(settings):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": "commit"}}
    image = make_image(width=1200, height=900, content_type="image/png")
    made = {"width": 640, "height": 480, "content_type": "image/webp", "size": 9}
    image.renditions = {
        "w320-1": {"name": "gallery/planned.webp", "size": 0},
        "w640": {"name": "gallery/w640.webp", **made},
    }

    html = show("{% picture image %}", image=image)

    assert 'srcset="/media/gallery/w640.webp 640w, ' in html
    assert "planned" not in html


@pytest.mark.parametrize(
    "content_type, gates",
    [
        ("image/jpeg", [("image/webp", ["w320", "w640", "file"])]),
        ("image/webp", [("image/webp", ["w320", "w640", "file"])]),
        (
            "image/avif",
            [
                ("image/avif", ["w320", "w640", "file"]),
                ("image/webp", ["w320", "w640", "fallback"]),
            ],
        ),
    ],
)
def test_a_browser_is_offered_nothing_that_it_does_not_know(content_type, gates):
    image = make_image(width=800, height=600, content_type=content_type)

    html = show("{% picture image %}", image=image)

    named = {image.rendition_address(key): key for key in ("w320", "w640", "fallback")}
    named[image.file.url] = "file"
    found = [
        (kind, [named[each.split()[0]] for each in srcset.split(", ")])
        for kind, srcset in re.findall('<source type="([^"]*)" srcset="([^"]*)"', html)
    ]
    assert found == gates
    # What knows no sources takes this one.
    plain = "file" if content_type == "image/jpeg" else "fallback"
    assert [named[each] for each in sources(html)] == [plain]


@pytest.mark.parametrize("content_type", ["image/tiff", "image/heic", "image/svg+xml"])
def test_what_browsers_do_not_show_is_shown_and_linked_by_its_fallback(content_type):
    image = make_image(width=3000, height=2000, content_type=content_type)
    made = {"width": 1280, "height": 853, "content_type": "image/jpeg", "size": 9}
    image.renditions = {"fallback": {"name": "gallery/fallback.jpg", **made}}

    for options in ("", 'size="original"', 'size="thumbnail"', 'sizes="50vw"'):
        html = show(f"{{% picture image link=True {options} %}}", image=image)
        assert 'href="/media/gallery/fallback.jpg"' in html
        assert sources(html) == ["/media/gallery/fallback.jpg"]
        assert image.file.url not in html
    assert 'href="/media/gallery/fallback.jpg"' in show(
        "{% gallery images lightbox=True %}", images=[image]
    )


def test_a_picture_as_large_as_its_file_is_laid_out_by_it(uploaded):
    html = show('{% picture image size="original" %}', image=uploaded)

    assert 'sizes="auto, (min-width: 1200px) 1200px, 100vw" width="1200" height="800"' in html
    eager = show('{% picture image size="original" loading="eager" %}', image=uploaded)
    assert 'sizes="(min-width: 1200px) 1200px, 100vw" width="1200" height="800"' in eager


def test_a_thumbnail_as_wide_as_its_file_is_not_offered_beside_it():
    small = upload.receive(picture("small.png", size=(60, 40)), now=NOW)

    html = show('{% picture image size="original" sizes="50vw" %}', image=small)

    assert f'srcset="{small.file.url} 60w"' in html


@pytest.mark.parametrize("name", ["waves.gif", "waves.png"])
@pytest.mark.parametrize("size", [(60, 40), (300, 600)])
def test_a_small_animation_moves_where_a_thumbnail_would_stand_still(name, size):
    waves = upload.receive(picture(name, size=size, frames=3), now=NOW)

    for tag in ("{% picture image %}", '{% picture image sizes="50vw" %}'):
        html = show(tag, image=waves)
        assert sources(html) == [waves.file.url]
        assert waves.rendition_url() not in html
    lightbox = show("{% gallery images lightbox=True %}", images=[waves])
    assert sources(lightbox) == [waves.file.url]
    still = show('{% picture image size="thumbnail" %}', image=waves)
    assert sources(still) == [waves.rendition_url()]


def test_a_large_animation_moves_in_every_candidate():
    waves = upload.receive(picture("waves.gif", size=(700, 500), frames=2), now=NOW)

    html = show("{% picture image %}", image=waves)

    assert f"{waves.rendition_address('w320')} 320w" in html
    assert f"{waves.file.url} 700w" in html
    assert waves.rendition_url() not in html
    width = waves.renditions["thumbnail"]["width"]
    assert f'width="{width}"' in html


def test_an_alternative_text_can_be_replaced_and_left_out(uploaded):
    assert 'alt="The sea"' in show('{% picture image alt="The sea" %}', image=uploaded)
    assert 'alt=""' in show('{% picture image alt="" %}', image=uploaded)


@pytest.mark.parametrize(
    "columns, alt",
    [
        ({"alt": "A boat", "caption": "Evening"}, "A boat"),
        ({"caption": "Evening"}, "Evening"),
        ({}, "picture"),
    ],
    ids=["alternative text", "caption", "neither"],
)
def test_a_link_always_has_a_name(columns, alt):
    assert f'alt="{alt}"' in show("{% picture image link=True %}", image=make_image(**columns))


def test_a_decorative_image_is_passed_over_whatever_its_words_say(uploaded):
    uploaded.decorative = True

    assert 'alt=""' in show("{% picture image %}", image=uploaded)
    assert 'alt=""' in show("{% gallery images %}", images=[uploaded])
    assert 'alt="The sea"' in show('{% picture image alt="The sea" %}', image=uploaded)


@pytest.mark.parametrize(
    "name, alt",
    [
        ("north_pier-02.jpg", "north pier 02"),
        ("DSC_0042.JPG", "DSC 0042"),
        ("Möwe über See.webp", "Möwe über See"),
        ("no extension", "no extension"),
        ("a.b.c", "a b"),
        ("", "image {}"),
        ("___.jpg", "___.jpg"),
    ],
)
def test_an_image_without_words_is_called_by_its_name(name, alt):
    image = make_image()
    image.name = name

    assert f'alt="{alt.format(image.pk)}"' in show("{% picture image %}", image=image)


@pytest.mark.parametrize("tag", ['{% picture image alt="" link=True %}', "decorative"])
def test_a_link_whose_picture_says_nothing_has_a_name_of_its_own(uploaded, tag):
    uploaded.decorative = tag == "decorative"
    html = show("{% picture image link=True %}" if uploaded.decorative else tag, image=uploaded)

    assert 'aria-label="Sea &amp; &quot;sand&quot;"' in html
    assert 'alt=""' in html
    assert "aria-label" not in show('{% picture image alt="" %}', image=uploaded)


def test_a_picture_above_the_fold_can_be_loaded_at_once(uploaded):
    html = show('{% picture image loading="eager" %}', image=uploaded)

    assert 'loading="eager" fetchpriority="high"' in html
    assert "auto," not in html
    assert "fetchpriority" not in show("{% picture image %}", image=uploaded)


# A blurred picture behind it.


def test_a_blurred_picture_stands_behind_one_that_is_not_there_yet(uploaded):
    html = show("{% picture image placeholder=True %}", image=uploaded)

    assert html.startswith('<span class="gallery-frame"><svg class="gallery-placeholder"')
    assert html.index("</svg>") < html.index("<picture") < html.index("</picture></span>")
    assert "style" not in html
    assert "<svg" not in show("{% picture image %}", image=uploaded)
    assert show("{% gallery images placeholder=True %}", images=[uploaded]).count("<svg") == 1


def test_nothing_shines_through_a_picture_that_can_be_seen_through():
    clear = upload.receive(picture("clear.png", size=(60, 40), mode="RGBA"), now=NOW)
    clear.placeholder = thumbhash.placeholder(Image.new("RGBA", (60, 40)))
    assert thumbhash.has_alpha(clear.placeholder)

    for image in (clear, make_image(placeholder="")):
        html = show("{% picture image placeholder=True %}", image=image)
        assert "svg" not in html
        assert "gallery-frame" not in html


# The lightbox.


def test_a_gallery_with_a_lightbox_holds_its_dialog_and_all_that_it_says(uploaded):
    html = show("{% gallery images lightbox=True captions=False %}", images=[uploaded])

    assert html.count("<dialog") == html.count("data-gallery-lightbox") == 1
    assert html.index("<ul") < html.index("</ul>") < html.index("<dialog")
    assert f'<a class="gallery-link" href="{uploaded.file.url}" data-width="1200"' in html
    assert 'data-height="800" data-caption="&lt;b&gt;The&lt;/b&gt; beach">' in html
    assert 'data-position="Picture {number} of {count}"' in html
    assert "style=" not in html
    assert "<script" not in html
    assert "dialog" not in show("{% gallery images link=True %}", images=[uploaded])


def test_a_lightbox_has_large_pictures_whatever_is_laid_out(uploaded):
    html = show('{% gallery images lightbox=True size="thumbnail" %}', images=[uploaded])

    assert f"{uploaded.rendition_address('w960')} 960w" in html
    assert f'width="400" height="{uploaded.renditions["thumbnail"]["height"]}"' in html


def test_one_line_loads_what_galleries_need():
    html = show("{% gallery_media %}")

    assert re.findall('(?:href|src)="([^"]*)"', html) == [
        "/static/gallery_events/public.css",
        "/static/gallery_events/lightbox.css",
        "/static/gallery_events/lightbox.js",
    ]
    assert '<script type="module" src=' in html


def test_the_script_of_the_lightbox_is_small():
    script = Path(gallery_events.__file__).parent / "static" / "gallery_events" / "lightbox.js"

    # What servers send is smaller by a tenth or two: they use brotli.
    assert len(gzip.compress(script.read_bytes())) < 2048


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


class OnlyAddresses(FileSystemStorage):
    """A storage that says where files are, and cannot be asked anything else."""

    def __getattribute__(self, name):
        if name in ("open", "_open", "exists", "size", "path", "listdir", "get_modified_time"):
            raise AssertionError(f"a page asks the storage for {name}")
        return super().__getattribute__(name)


@pytest.mark.parametrize("moment", ["view", "worker"])
def test_pictures_cost_no_look_at_the_storage_and_one_query(
    settings, uploaded, moment, django_assert_num_queries
):
    settings.GALLERY_EVENTS = {"RENDITIONS": {"WHEN": moment}}
    only = {"BACKEND": "tests.edges.test_templatetags.OnlyAddresses"}
    settings.STORAGES = {**settings.STORAGES, "default": only}
    album = make_album([uploaded.pk])
    page = '{% gallery album.photos lightbox=True placeholder=True size="original" %}'

    assert isinstance(uploaded.file.storage, OnlyAddresses)
    with django_assert_num_queries(1):
        html = show(page, album=album)
    assert uploaded.file.url in html
    assert ("/gallery/rendition/" in html) is (moment == "view")


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
        ('{% picture image loading="soon" %}', "give one of lazy, eager"),
        ('{% gallery images size="huge" %}', "give one of thumbnail, original"),
    ],
)
def test_an_option_that_is_not_there_is_refused(tag, words):
    with pytest.raises(TemplateSyntaxError, match=words):
        show(tag, image=make_image(), images=[make_image()])


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
