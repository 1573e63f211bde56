"""Images and owners as a project has them: real files, real rows."""

from itertools import count

from django.core.files.storage import storages

from gallery_events.models import Image
from tests.pictures import picture
from tests.project.models import Album

_names = count(1)


def make_image(model=Image, **columns):
    """Return a saved image whose small real file is in the storage."""
    name = f"images/{next(_names)}/picture.png"
    stored = storages["default"].save(name, picture("picture.png", size=(8, 6)))
    return model.objects.create(file=stored, name="picture.png", **columns)


def make_ids(number, **columns):
    """Return the ids of so many new images."""
    return [make_image(**columns).pk for _ in range(number)]


def make_album(photos=(), **columns):
    """Return a saved album."""
    return Album.objects.create(title="Summer", photos=list(photos), **columns)


def again(owner):
    """Return the same row as another process would have loaded it."""
    return type(owner)._base_manager.get(pk=owner.pk)


def events(owner):
    """Return (number, event) of each snapshot, oldest first."""
    return list(
        owner.history.order_by("gallery_version").values_list("gallery_version", "gallery_event")
    )


def current(owner, field="photos"):
    """Return the ids that references protect as current ones of a gallery."""
    return set(_references(owner, field).filter(until=None).values_list("image_id", flat=True))


def recent(owner, field="photos"):
    """Return (id, since, until) of the references that ended, by version."""
    return set(
        _references(owner, field)
        .filter(until__isnull=False)
        .values_list("image_id", "since_version", "until_version")
    )


def _references(owner, field):
    from gallery_events import references

    gallery = owner._meta.get_field(field)
    model = type(owner)._meta.concrete_model
    return references.of_gallery(model, owner.pk, gallery, using="default")
