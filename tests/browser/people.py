"""Who sits in front of the browser, and the images they brought."""

from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from gallery_events.flows import upload
from tests.pictures import picture
from tests.project.models import Album, Photo, Poster

#: Everything that somebody who looks after the albums of the admin may do with them.
KEEPER = (
    "view_album",
    "add_album",
    "change_album",
    "delete_album",
    "view_image",
    "view_timeline",
    "restore_gallery",
    "recover_owner",
)


def somebody(name="anna"):
    """Return an ordinary user, who has no permissions."""
    return get_user_model().objects.create_user(name)


def staff(name="bert", *permissions):
    """Return a member of the staff with these permissions, by their code names."""
    user = get_user_model().objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def superuser(name="carla"):
    """Return somebody who may do everything."""
    return get_user_model().objects.create_superuser(name)


def uploaded(user, *names, owner=Album, field="photos"):
    """Return images as that person uploaded them for owners of this model, thumbnails and all."""
    field = owner._meta.get_field(field)
    return [
        upload.receive(picture(name, size=(300, 200)), user=user, field=field) for name in names
    ]


def poster_of(count, user):
    """Return a poster of very many images, whose thumbnails are one file."""
    (first,) = uploaded(user, "beach.jpg", owner=Poster)
    columns = {each.attname: getattr(first, each.attname) for each in Photo._meta.concrete_fields}
    copies = [
        Photo(**{**columns, "id": uuid4(), "name": f"{number}.jpg", "file": f"{number}.jpg"})
        for number in range(1, count + 1)
    ]
    Photo.objects.bulk_create(copies)
    return Poster.objects.create(title="Many", photos=[each.pk for each in copies])
