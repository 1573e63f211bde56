"""An admin site where every owner has its GalleryAdmin, and some see but a part."""

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import include, path, reverse

from audit.admin import TrailMixin
from audit.models import Entry
from gallery_events.admin.galleries import GalleryAdmin
from gallery_events.models import Image, Reference, Tombstone
from gallery_events.views.timeline import TimelineView
from tests import NOW
from tests.project import models

site = admin.AdminSite()


class AlbumAdmin(TrailMixin, GalleryAdmin):
    """The plain case, with the way to the trail."""


class LabelAdmin(GalleryAdmin):
    """Its gallery is read-only; secret ones are not to be found; pages are short."""

    readonly_fields = ("photos",)
    history_list_per_page = 3
    recover_list_per_page = 2

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(title__startswith="secret")

    def may_recover(self, request, record):
        return not record.title.startswith("secret")


class OpenTimeline(TimelineView):
    """Albums may be seen by anybody who may see histories, in a frame of the project."""

    base_template = "frame.html"

    def may_view(self, owner):
        return owner is not None


site.register(models.Album, AlbumAdmin)
site.register(models.Label, LabelAdmin)
site.register(
    [
        models.AlbumProxy,
        models.Catalogue,
        models.Diptych,
        models.Gazette,
        models.Painting,
        models.Portrait,
        models.Poster,
    ],
    GalleryAdmin,
)
site.register([Image, models.Club])
site.register(get_user_model(), UserAdmin)
site.register(Entry, admin.ModelAdmin)

urlpatterns = [
    path("admin/", site.urls),
    path("gallery/", include("gallery_events.urls")),
    path("albums/<int:pk>/history/", TimelineView.as_view(model=models.Album), name="album"),
    path("open/<int:pk>/", OpenTimeline.as_view(model=models.Album), name="open"),
]


def person(*permissions, name="ada", **columns):
    """Return somebody on the staff who has these permissions and no other."""
    user = get_user_model().objects.create_user(name, is_staff=True, **columns)
    for each in permissions:
        app, codename = each.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


def boss():
    """Return somebody who may do everything."""
    return get_user_model().objects.create_superuser("boss")


def browser(user):
    """Return a client in which somebody is logged in."""
    client = Client()
    client.force_login(user)
    return client


def address(owner, page, *keys, model=None):
    """Return the address of a page of an owner, or of its model."""
    meta = (model or type(owner))._meta
    keys = [quote(key) for key in keys]
    if owner is not None:
        keys.insert(0, quote(owner.pk))
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=keys)


def record_of(owner, version):
    """Return the row of one snapshot."""
    return type(owner).history.get(**{owner._meta.pk.attname: owner.pk}, gallery_version=version)


def purge_at_once(*keys, name="IMG_7.jpg", placeholder=""):
    """Let images be gone as if a sweep had purged them, and leave their tombstones."""
    for key in keys:
        Reference.objects.filter(image_id=key).delete()
        Tombstone.objects.create(
            image_model="gallery_events.Image",
            key=str(key),
            name=name,
            placeholder=placeholder,
            columns={},
            storage="default",
            files=[],
            purged_at=NOW,
            due=NOW,
        )
        rows = Image._base_manager.filter(pk=key)
        rows._raw_delete(rows.db)
