"""GalleryWidget: pictures, numbers, boxes and a file input."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.forms.renderers import (
    BaseRenderer,
    DjangoTemplates,
    TemplatesSetting,
    get_default_renderer,
)
from django.template import TemplateDoesNotExist
from django.utils.safestring import SafeString, mark_safe

from gallery_events import conf
from gallery_events.arguments import refuse_unknown
from gallery_events.domain.shapes import told
from gallery_events.fields import GalleryImages
from gallery_events.imaging.formats import KNOWN
from gallery_events.widgets import rest, words
from gallery_events.widgets.attributes import DIST, attributes
from gallery_events.widgets.posted import LONGEST_TEXT, Posted, posted
from gallery_events.widgets.presets import presets
from gallery_events.widgets.shown import Blank, Shown, items_of

#: What a browser may offer for each format; what is taken is decided by content.
ACCEPT = {name: each.content_type for name, each in KNOWN.items()}

#: Attributes that have their own place in the templates; others are put on the whole.
PLACED = {"id", "class", "required", "disabled", "readonly", "aria-describedby", "aria-invalid"}


class GalleryWidget(forms.Widget):
    """
    The images of a gallery with name, alt text, caption, number and a box to remove each.

    What comes back are operations on the version that was shown. Options:
    *multiple* lets people choose several files at once, *upload* False takes
    the file input away, *texts* False the inputs of alt text and caption.
    *crop* False takes the editing of pictures away, and *aspects* are shapes
    that it offers: ``"16:9"``, or a label with one, ``("Cover", "3:2")``.
    *resumable* False does not tell scripts where uploads in parts begin, even if RESUMABLE is on.
    *template_name* and *item_template_name* are templates of the project, which
    may extend ours and fill some of their blocks.
    """

    template_name = "gallery_events/widgets/gallery.html"
    item_template_name = "gallery_events/widgets/item.html"
    needs_multipart_form = True
    use_fieldset = True

    class Media:
        css = {
            "all": [
                "gallery_events/gallery.css",
                "gallery_events/lightbox.css",
                "gallery_events/gallery-input.css",
                "gallery_events/uploading.css",
            ]
        }
        js = [
            forms.Script("gallery_events/lightbox.js", type="module"),
            forms.Script(f"{DIST}gallery-input.js", type="module"),
        ]

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        multiple: bool = True,
        upload: bool = True,
        texts: bool = True,
        crop: bool = True,
        aspects: Iterable[Any] = (),
        resumable: bool | None = None,
        template_name: str | None = None,
        item_template_name: str | None = None,
        **unknown: Any,
    ) -> None:
        refuse_unknown(GalleryWidget, unknown)
        super().__init__(attrs)
        self.template_name = template_name or self.template_name
        self.item_template_name = item_template_name or self.item_template_name
        self.multiple = multiple
        self.upload = upload
        self.texts = texts
        self.crop = crop
        self.aspects = presets(aspects)
        self.resumable = resumable

    def id_for_label(self, id_: str | None) -> str:
        """Return nothing: a legend names the whole, and each input has its own label."""
        return ""

    def use_required_attribute(self, initial: Any) -> bool:
        """Tell whether a browser may insist on a file: only while there is no image."""
        return super().use_required_attribute(initial) and not initial

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Posted:
        """Return what came in, unchecked; what an option has taken away is not taken either."""
        found = posted(data, files, name)
        if not self.upload:
            found.uploads, found.names_only = [], []
        if not self.multiple:
            found.uploads = found.uploads[:1]
        if not self.texts:
            found.texts = {}
        return found

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Tell whether the form did not hold this gallery at all."""
        return posted(data, files, name).is_empty

    def format_value(self, value: Any) -> Shown:
        """Return what is to be shown of a value: a form's, a gallery, or images."""
        if isinstance(value, Shown):
            return value
        if isinstance(value, GalleryImages) and value.field is not None:
            images = value.images()
        else:
            images = [each for each in value or () if hasattr(each, "rendition_url")]
        return Shown(items=items_of(images), count=len(images))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template the gallery as ``widget.value``, beside Django's own entries."""
        context = super().get_context(name, value, attrs)
        settings = conf.current()
        accepted = context["widget"]["value"].accepted
        shown, given = context["widget"]["value"], context["widget"]["attrs"]
        # A widget by itself: in a form the gallery says so.
        closed = any(given.get(each) for each in ("disabled", "readonly"))
        editable = shown.editable and not closed
        context["widget"] |= {
            "id": given.get("id") or f"id_{name}",
            "editable": editable,
            "item_template_name": self.item_template_name,
            "words": words.script(),
            "rest": rest.script(shown.rest) if editable else "",
            "blank": Blank(),
            "told": attributes(
                shown,
                settings,
                name=name,
                editable=editable,
                upload=self.upload,
                texts=self.texts,
                multiple=self.multiple,
                crop=self.crop,
                aspects=self.aspects,
                resumable=self.resumable is not False,
            ),
            "upload": self.upload,
            "texts": self.texts,
            "multiple": self.multiple,
            "accept": ",".join(ACCEPT[each] for each in accepted.taken_formats(settings)),
            "formats": accepted.taken_formats(settings),
            "max_bytes": accepted.most_bytes(settings),
            "min_size": accepted.min_size,
            "shapes": None if accepted.aspect is None else told(accepted.aspect),
            "longest_text": LONGEST_TEXT,
            "required": bool(given.get("required")) and not shown.items,
            "described_by": given.get("aria-describedby", ""),
            "invalid": given.get("aria-invalid", ""),
            "classes": given.get("class", ""),
            "others": [
                (name, value)
                for name, value in given.items()
                if name not in PLACED and value is not None and value is not False
            ],
        }
        return context

    def _render(
        self,
        template_name: str,
        context: dict[str, Any],
        renderer: BaseRenderer | type[BaseRenderer] | None = None,
    ) -> SafeString:
        """Render by the project's own templates first, so that it can override ours."""
        html: str = _template(template_name, renderer).render(context).strip()
        return mark_safe(html)  # noqa: S308 - a template's


def _template(name: str, renderer: Any) -> Any:
    """
    Return a template: the project's, else the form renderer's, else our own.

    A project of Jinja templates alone finds neither of the first two.
    """
    asked = renderer() if isinstance(renderer, type) else renderer
    for each in (TemplatesSetting(), asked or get_default_renderer()):
        with suppress(TemplateDoesNotExist, ImproperlyConfigured):
            return each.get_template(name)
    return DjangoTemplates().get_template(name)
