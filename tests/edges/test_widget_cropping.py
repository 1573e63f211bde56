"""What the widget tells its script about the editing of pictures."""

import json
import re

import pytest
from django.utils.functional import lazystr
from django.utils.translation import override

from gallery_events.fields.acceptance import acceptance
from gallery_events.forms import GalleryModelForm
from gallery_events.forms.wording import accepted
from gallery_events.widgets import GalleryWidget
from gallery_events.widgets.words import marked
from tests.factories import make_album
from tests.project.models import Album

pytestmark = pytest.mark.django_db

PHOTOS = Album._meta.get_field("photos")


def told(album=None, **options):
    """Return the attributes of the widget in a form, by name without data-."""
    form = type(
        "AlbumForm",
        (GalleryModelForm,),
        {
            "Meta": type(
                "Meta",
                (),
                {
                    "model": Album,
                    "fields": ["photos"],
                    "widgets": {"photos": GalleryWidget(**options)},
                },
            )
        },
    )
    html = str(form(instance=album)["photos"])
    tag = re.search(r"<gallery-input[^>]*>", html).group()
    return dict(re.findall(r'data-([\w-]+)="([^"]*)"', tag))


def test_shapes_are_told_in_their_order_with_their_labels():
    found = told(aspects=["16:9", ("Cover", "3:2"), ("Square", 1), (lazystr("Tall"), 0.5)])

    assert json.loads(found["aspects"].replace("&quot;", '"')) == [
        {"label": "16:9", "ratio": 1.777778},
        {"label": "Cover", "ratio": 1.5},
        {"label": "Square", "ratio": 1.0},
        {"label": "Tall", "ratio": 0.5},
    ]


def test_without_shapes_none_are_told():
    assert "aspects" not in told()


@pytest.mark.parametrize(
    "aspects, said",
    [
        ("16:9", "is '16:9', which is one text"),
        (["16/9"], "holds '16/9', which is no shape"),
        (["16:"], "no shape"),
        (["0:9"], "no shape"),
        (["16:0"], "no shape"),
        (["-16:9"], "no shape"),
        (["١٦:٩"], "no shape"),
        ([""], "no shape"),
        ([16 / 9], "no shape"),
        ([("", "3:2")], "no shape"),
        ([("Cover", 0)], "no shape"),
        ([("Cover", -1)], "no shape"),
        ([("Cover", float("nan"))], "no shape"),
        ([("Cover", float("inf"))], "no shape"),
        ([("Cover", 1001)], "no shape"),
        ([("Cover", True)], "no shape"),
        ([("Cover", None)], "no shape"),
        ([("Cover", "3:2", 1)], "no shape"),
        (["3:2", ("3:2", 1)], "holds 3:2 twice"),
    ],
    ids=str,
)
def test_what_is_no_shape_is_refused_with_what_to_give(aspects, said):
    with pytest.raises(ValueError, match=re.escape(said)) as refused:
        GalleryWidget(aspects=aspects)
    assert "Give texts like" in str(refused.value) or "twice" in said


def test_editing_can_be_taken_away():
    assert "edit-url" in told()
    assert "edit-url" not in told(crop=False)


def test_the_owner_is_told_once_it_is_saved():
    album = make_album()

    assert told(album)["owner"] == str(album.pk)
    assert "owner" not in told()


def test_limits_of_shape_are_told_as_people_write_them(monkeypatch):
    monkeypatch.setattr(PHOTOS, "acceptance", acceptance(aspect=((3, 4), (16, 9))))

    assert told()["shapes"] == "3:4,16:9"


def test_the_script_says_of_limits_what_the_server_says():
    words = marked()
    limits = acceptance(min_size=(30, 20), aspect=(3, 2))
    with override("en"):
        said = accepted(limits)
        for word, params in (
            ("too_small", {"width": 30, "height": 20}),
            ("shape_must", {"shape": "3:2"}),
        ):
            assert str(words[f"cropping.{word}"]).format(**params) in said
        between = accepted(acceptance(aspect=((1, 1), (3, 2))))
        shape = str(words["cropping.shape_from"]).format(lowest="1:1", highest="3:2")
        assert shape in between
