"""What somebody has a right to, by owning it or by permissions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models

from gallery_events import galleries, references, sql
from gallery_events.fields import gallery_fields
from gallery_events.fields.keys import key_or_none

#: Who has it sees what galleries held before, too.
SEE_THE_PAST = "gallery_events.view_timeline"


def is_active(user: Any) -> bool:
    """Tell whether somebody is logged in and not switched off; who was never saved is nobody."""
    return bool(
        user is not None and user.pk is not None and user.is_authenticated and user.is_active
    )


def may_change(user: Any, image: Any) -> bool:
    """Tell whether an image is one's own, or one may change all of its model."""
    return is_active(user) and (_is_own(user, image) or _permits(user, type(image), "change"))


def visible(user: Any, images: Sequence[Any]) -> set[Any]:
    """
    Return the keys of those images, all of one model, that somebody has a right to see.

    In a number of queries that depends on the number of owner models only.
    """
    saved = {image.pk: image for image in images if image.pk is not None}
    if not saved or not is_active(user):
        return set()
    if _permits(user, type(images[0]), "view", "change"):
        return set(saved)
    own = {key for key, image in saved.items() if _is_own(user, image)}
    others = saved.keys() - own
    using = images[0]._state.db or models.QuerySet(type(images[0])).db
    return own | _in_galleries(user, type(images[0]), others, using=using) if others else own


def _in_galleries(user: Any, image_model: Any, keys: set[Any], *, using: str) -> set[Any]:
    """Return those that are in a gallery of an owner whom somebody may view."""
    model = references.reference_model(image_model)
    among = sql.among(model._meta.get_field("image"), keys, using)  # type: ignore[arg-type]
    rows = model._base_manager.using(using).filter(image_id__in=among)
    if not user.has_perm(SEE_THE_PAST):
        rows = rows.filter(until__isnull=True)
    images: dict[int, dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for owner_type, owner, image in rows.values_list("content_type_id", "object_id", "image_id"):
        images[owner_type][owner].add(image)
    found: set[Any] = set()
    for owner_model in galleries.owner_models() if images else ():
        of_owner = images.get(references.content_type(owner_model, using).pk, {})
        for owner in _viewable(user, owner_model, list(of_owner), using=using):
            found |= of_owner[owner]
    return found


def _viewable(user: Any, model: Any, ids: list[str], *, using: str) -> Iterator[str]:
    """Yield the ids, as references hold them, of those owners that somebody may view."""
    if not ids or _permits(user, model, "view", "change"):
        yield from ids
        return
    keys = [key for each in ids if (key := key_or_none(each, _key_field(model))) is not None]
    owners = model._base_manager.using(using).filter(pk__in=sql.among(model._meta.pk, keys, using))
    # The lists are long, and rights seldom depend on them.
    for owner in owners.defer(*(field.name for field in gallery_fields(model))):
        if _permits(user, model, "view", "change", row=owner):
            yield references.object_id(model, owner.pk)


def _key_field(model: Any) -> Any:
    field = model._meta.pk
    while field.remote_field is not None:
        field = field.target_field
    return field


def _is_own(user: Any, image: Any) -> bool:
    return image.uploaded_by_id is not None and image.uploaded_by_id == user.pk


def _permits(user: Any, model: Any, *deeds: str, row: Any = None) -> bool:
    meta = model._meta.concrete_model._meta
    names = (f"{meta.app_label}.{deed}_{meta.model_name}" for deed in deeds)
    return any(user.has_perm(name, row) for name in names)
