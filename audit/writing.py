"""An entry written beside its deed: what happened, who did it, from where."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.utils.module_loading import import_string

from audit import conf
from audit.labels import label_and_key
from audit.models import Entry
from gallery_events.history.recording import (
    actor_of,
    request_id_of,
    request_under_way,
    source_of,
)


def enter(
    kind: str,
    *,
    using: str,
    event: str = "",
    owner: Any = None,
    version: int | None = None,
    image: Any = None,
    user: Any = None,
    source: str = "code",
    detail: dict[str, Any] | None = None,
) -> Entry:
    """
    Write one entry into the database of its deed, inside the deed's transaction; return it.

    *user* None is the user of the request under way, where there is one.
    Whatever goes wrong is raised: no entry, no deed.
    """
    request = request_under_way()
    actor_key, actor = _person(_user_of(request) if user is None else user)
    owner_model, owner_key = label_and_key(owner) if owner is not None else ("", "")
    image_model, image_key = label_and_key(image) if image is not None else ("", "")
    entry = Entry(
        kind=kind,
        event=event,
        owner_model=owner_model,
        owner_key=owner_key,
        version=version,
        image_model=image_model,
        image_key=image_key,
        actor_key=actor_key,
        actor=actor,
        request_id=request_id_of(request),
        address=_address_of(request),
        source=source_of(request, source),
        detail={name: value for name, value in (detail or {}).items() if value not in (None, "")},
    )
    entry.save(using=using)
    return entry


def _user_of(request: Any) -> Any:
    return getattr(request, "user", None)


def _person(user: Any) -> tuple[str, str]:
    """Return key and name of a user; nobody in particular has neither."""
    if user is None or not getattr(user, "is_authenticated", True):
        return "", ""
    key = getattr(user, "pk", None)
    return "" if key is None else str(key)[:64], actor_of(user)


def _address_of(request: Any) -> str | None:
    """Return where a request came from, if that is to be kept and is an address at all."""
    settings = conf.current()
    if request is None or not settings.RECORD_ADDRESS:
        return None
    ask = settings.CLIENT_ADDRESS
    ask = import_string(ask) if isinstance(ask, str) else ask
    told = str(request.META.get("REMOTE_ADDR", "") if ask is None else ask(request))
    try:
        # The zone of a link-local address means nothing on another machine.
        return str(ip_address(told.partition("%")[0].strip()))
    except ValueError:
        return None
