"""Every page of a history, for owners of every shape."""

import uuid

import pytest

from tests.edges.history_site import address, boss, browser, record_of
from tests.factories import make_ids, make_image
from tests.project.models import (
    Album,
    AlbumProxy,
    Catalogue,
    Club,
    Diptych,
    Gazette,
    Painting,
    Photo,
    Portrait,
    Poster,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edges.history_site")]

#: What makes an owner, the gallery that is looked at, and the model of its images.
OWNERS = {
    "a plain one": lambda: (Album(title="Summer"), "photos"),
    "a proxy": lambda: (AlbumProxy(title="Summer"), "photos"),
    "a UUID key and a history of its own name": lambda: (Poster(title="x"), "photos"),
    "a UUID key of snapshots and fields left out": lambda: (Gazette(scratch="s"), "pages"),
    "a key with a slash and quotes": lambda: (Catalogue(code='a/b "c" _2F\'d'), "plates"),
    "a key named as a page": lambda: (Catalogue(code="deleted"), "plates"),
    "a key of another row": lambda: (Portrait(club=Club.objects.create()), "faces"),
    "two galleries, one of them NULL": lambda: (Diptych(title="d", right=None), "left"),
    "an abstract parent": lambda: (Painting(title="p"), "pictures"),
}


@pytest.mark.parametrize("name", OWNERS)
def test_all_pages_open_and_do_what_they_say(name):
    owner, gallery = OWNERS[name]()
    setattr(owner, gallery, images := pictures(owner, gallery))
    owner.save()
    setattr(owner, gallery, [])
    owner.save()
    key, first, client = owner.pk, record_of(owner, 1).pk, browser(boss())

    def opened(page, *keys):
        answer = client.get(address(owner, page, *keys))
        assert answer.status_code == 200
        return answer.content.decode()

    assert opened("history").count("<img") == 4
    assert opened("simple_history", first).count("<img") == 6
    assert opened("restore", first).count("<img") == 2
    assert opened("change")
    posted = {"expected_version": 2, "scope": "all", "reason": "back"}
    answer = client.post(address(owner, "restore", first), posted, follow=True)
    assert "was restored" in answer.content.decode()
    owner.refresh_from_db()
    assert getattr(owner, gallery) == images

    owner.delete()
    owner.pk = key
    listed = client.get(address(None, "recover_list", model=type(owner))).content.decode()
    assert f'href="{address(owner, "recover")}"'.replace("'", "&#x27;") in listed
    assert "2 of 2 images can be had" in listed
    assert opened("history")
    assert opened("recover").count("<img") == 2
    answer = client.post(address(owner, "recover"), {"reason": ""}, follow=True)
    assert "is back." in answer.content.decode()
    assert getattr(type(owner).objects.get(pk=key), gallery) == images


def pictures(owner, gallery):
    """Return the keys of two images that this gallery may hold."""
    if owner._meta.get_field(gallery).image_model is Photo:
        return [make_image(Photo, id=uuid.uuid4()).pk for _ in range(2)]
    return make_ids(2)
