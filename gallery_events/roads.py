"""
The one way up: how models and querysets reach the flow that is built on them.

``receivers`` fills these in when the apps are ready. Everything else imports
only downwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.module_loading import import_string


def _not_ready(*args: Any, **kwargs: Any) -> Any:
    message = (
        "Galleries cannot be saved before the apps are ready: "
        "add 'gallery_events' to INSTALLED_APPS."
    )
    raise RuntimeError(message)


#: save(owner, write, *, expected_version, using, update_fields, force_insert, force_update)
save: Callable[..., Any] = _not_ready
#: bulk_create(queryset, owners, write)
bulk_create: Callable[..., Any] = _not_ready
#: bulk_save(queryset, owners, fields)
bulk_save: Callable[..., Any] = _not_ready
#: update(queryset, values, write)
update: Callable[..., Any] = _not_ready


def form_field(field: Any, **kwargs: Any) -> Any:
    """Return the form field of a gallery; forms may be made before the apps are ready."""
    make: Callable[..., Any] = import_string("gallery_events.forms.form_field")
    return make(field, **kwargs)
