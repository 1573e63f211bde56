"""Why a file is not taken: the same words from a form and from the widget's script."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import localize
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gallery_events import conf
from gallery_events.domain.shapes import told
from gallery_events.fields.acceptance import Acceptance

#: The limits of the settings alone.
EVERYTHING = Acceptance()

REFUSED = gettext_lazy("“%(name)s” was not taken: %(why)s. %(accepted)s Everything else was kept.")
QUOTA = gettext_lazy(
    "“%(name)s” was not taken: too many of your images are in no gallery yet. Everything "
    "else was kept: save, or wait until the unused ones are cleared away."
)

REFUSALS: dict[str, Any] = {
    "bytes": gettext_lazy("it is too large"),
    "empty": gettext_lazy("it is empty"),
    "format": gettext_lazy("it is no image of a kind that is taken, whatever its name says"),
    "pixels": gettext_lazy("it has too many pixels"),
    "frames": gettext_lazy("it has too many frames or pages"),
    "broken": gettext_lazy("it is damaged or incomplete"),
    "complex": gettext_lazy("drawing it would take too much"),
    "dtd": gettext_lazy("it holds a document type: export it again as plain SVG"),
    "unsized": gettext_lazy("it does not say how large it is"),
    "not_a_file": gettext_lazy("it cannot be read"),
    "too_small": gettext_lazy("it is too small"),
    "aspect": gettext_lazy("it has another shape"),
}


def accepted(limits: Acceptance = EVERYTHING) -> str:
    """Say what is taken, by the settings and the *limits* of a gallery."""
    settings = conf.current()
    pixels = limits.limits(settings).max_pixels
    said = [
        _("Taken are %(formats)s up to %(size)s and %(pixels)s megapixels.")
        % {
            "formats": get_text_list(list(limits.taken_formats(settings)), _("or")),
            "size": filesizeformat(limits.most_bytes(settings)),
            "pixels": pixels // 1_000_000 if pixels >= 1_000_000 else localize(pixels / 1_000_000),
        }
    ]
    if limits.min_size is not None:
        said.append(
            _("At least %(width)d × %(height)d pixels are needed.")  # noqa: RUF001 - between sizes
            % dict(zip(("width", "height"), limits.min_size, strict=True))
        )
    if limits.aspect is not None:
        said.append(_shape(*told(limits.aspect)))
    return " ".join(said)


def _shape(lowest: str, highest: str) -> str:
    if lowest == highest:
        return _("Width to height must be %(shape)s.") % {"shape": lowest}
    return _("Width to height must be from %(lowest)s to %(highest)s.") % {
        "lowest": lowest,
        "highest": highest,
    }
