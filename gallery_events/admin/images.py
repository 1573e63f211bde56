"""Images in the admin: where each stands, why it is still here, and what may be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallery_events import access, columns
from gallery_events.admin import faces, filters
from gallery_events.admin.editing import Editing
from gallery_events.admin.explaining import told
from gallery_events.admin.eyes import Eyes
from gallery_events.admin.keeping import Keeping
from gallery_events.admin.pictures import STYLE, thumbnail, without_picture
from gallery_events.admin.states import STANDING, ImagesPage, day, standings
from gallery_events.admin.trashing import Trashing
from gallery_events.admin.uploading import Uploading

#: What flows write, with their own checks; a form may be older than they are.
FLOWS = {"pinned_until", "pin_reason", "renditions", "placeholder", "uploaded_by", "name"}
#: So many edited images of one are shown.
DERIVATIVES = 24


class ImageAdmin(Editing, Uploading, Trashing, Keeping):
    """
    For image models: the built-in one is registered with it, subclass it for one of your own.

    Nobody changes more than alt text, caption and the columns that the model
    adds. Beside Django's permissions the access policy is asked: to see an
    image, to change it, to upload one.
    """

    list_display = ("picture", "title", "state", "bytes", "uploaded")
    list_display_links = ("picture", "title")
    list_filter = (filters.StateFilter, filters.UploaderFilter, filters.ContentTypeFilter)
    list_select_related = ("uploaded_by",)
    list_per_page = 50
    search_fields = ("name", "alt")
    search_help_text = gettext_lazy("Name, alternative text, SHA-256 or id")
    show_full_result_count = False
    exclude = ("pinned_until", "pin_reason")
    change_form_template = "gallery_events/admin/image_change_form.html"
    change_list_template = "gallery_events/admin/image_change_list.html"

    class Media:
        css = STYLE

    def get_changelist(self, request: Any, **kwargs: Any) -> type[ImagesPage]:
        """Return the page that knows where its images stand."""
        return ImagesPage

    def get_ordering(self, request: Any) -> Any:
        """Put the newest first."""
        return self.ordering or filters.newest_first(self.model)

    def get_search_results(
        self, request: Any, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by words; a whole key or hash is found too, by its index where it has one."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        exact = Q(sha256=search_term) | Q(upload_sha256=search_term)
        key = filters.key_of(self.model, search_term)
        if key is not None:
            exact |= Q(pk=key)
        return (found | queryset.filter(exact) if search_term else found), duplicates

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Ask Django's permission, and the policy for an image."""
        may = super().has_view_permission(request, obj)
        return may and (obj is None or access.guard(request.user).may_see(obj))

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Ask Django's permission, and the policy for an image."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or access.guard(request.user).may_edit(obj))

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Ask Django's permission to delete, which moves to the trash; and whether it may be seen."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or access.guard(request.user).may_see(obj))

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own
        """Save what a form may change, and nothing that a flow may have written since."""
        # A list that is edited in place asks for no single image.
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        obj.save(update_fields=[name for name in columns.editable(obj) if name not in FLOWS])

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Say under which heading the words stand, and whose they are."""
        if self.fieldsets:
            return self.fieldsets
        words = _("These belong to the image: every gallery that shows it has the same ones.")
        fields = self.get_fields(request, obj)
        described = {
            "fields": fields,
            "description": format_html("<bdi>{}</bdi>", words),
            "classes": ["gallery-described"],
        }
        return [(_("Description"), described)]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the image, where it stands, what names it and why it is still here."""
        image = kwargs.get("obj")
        if image is not None:
            context.update(self._shown(request, image))
        return super().render_change_form(request, context, *args, **kwargs)

    def action_checkbox(self, obj: Any) -> Any:
        """Return the box to choose an image by, without the name of what may not be seen."""
        standing = obj.__dict__.get(STANDING)
        hidden = standing is not None and not standing.visible
        return super().action_checkbox(type(obj)(pk=obj.pk) if hidden else obj)

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image: Any) -> SafeString:
        """Show the thumbnail, to those who may see the image."""
        standing = image.__dict__.get(STANDING)
        if standing is not None and not standing.visible:
            return without_picture(_("You may not see this image"))
        return thumbnail(image)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def title(self, image: Any) -> str:
        """Return the name, to those who may see the image."""
        standing = image.__dict__.get(STANDING)
        if standing is not None and not standing.visible:
            return f"{self.opts.verbose_name} {image.pk}"
        return str(image)

    @admin.display(description=gettext_lazy("state"), ordering="review_after")
    def state(self, image: Any) -> str:
        """Return where the image stands: in use, waiting, in the trash, pinned."""
        standing = image.__dict__.get(STANDING)
        return "" if standing is None else standing.shown()

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def bytes(self, image: Any) -> str:
        """Return the size of the file and of the picture."""
        pixels = faces.pixels(image.width, image.height) if image.width else ""
        return format_html(
            '{}<span class="gallery-rest gallery-below">{}</span>',
            filesizeformat(image.size),
            pixels,
        )

    @admin.display(description=gettext_lazy("uploaded"), ordering="uploaded_at")
    def uploaded(self, image: Any) -> SafeString:
        """Return when the image came and from whom, with the way to everything they uploaded."""
        if image.uploaded_by_id is None:
            return format_html("{}", day(image.uploaded_at))
        return format_html(
            '{}<a class="gallery-below" href="{}?by={}">{}</a>',
            day(image.uploaded_at),
            self.address("changelist"),
            image.uploaded_by_id,
            image.uploaded_by,
        )

    def _shown(self, request: Any, image: Any) -> dict[str, Any]:
        now = timezone.now()
        eyes = Eyes(request, site=self.admin_site)
        return {
            "image": image,
            "standing": standings([image], user=request.user, now=now)[image.pk],
            "told": told(image, eyes=eyes, now=now),
            "large": faces.large(image),
            "file_url": faces.file_url(image),
            "facts": list(faces.facts(image)),
            "original_image": self.cards(request, [image.original] if image.original_id else []),
            "derivatives": self.cards(request, image.derivatives.order_by("-pk")[:DERIVATIVES]),
            "may_rescue": self.has_rescue_permission(request, image),
            "may_edit_picture": bool(image.width) and self.has_edit_permission(request, image),
            "may_pin": self.has_pin_permission(request, image),
            "may_trash": image.trashed_at is None and self.has_delete_permission(request, image),
        }
