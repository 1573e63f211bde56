"""An upload in parts begins: everything that is known before the first byte is asked here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gallery_events import arguments, conf
from gallery_events.fields.acceptance import Acceptance
from gallery_events.fields.addresses import signed
from gallery_events.flows import making
from gallery_events.flows.resumable.rows import rows
from gallery_events.flows.upload import image_model
from gallery_events.imaging.content import refuse_empty, refuse_too_large
from gallery_events.imaging.names import cleaned, new_folder
from gallery_events.models import PartialUpload


def begin(
    length: int,
    *,
    lifetime: Any,
    now: datetime,
    name: str = "",
    metadata: str = "",
    user: Any = None,
    field: Any = None,
) -> PartialUpload:
    """
    Begin an upload of so many bytes for a gallery, and return its row.

    Raises :exc:`~gallery_events.exceptions.UploadRefused` with the code
    ``empty``, ``bytes`` or ``quota``: nothing need be sent to learn that.
    """
    settings = conf.current()
    user = arguments.authenticated(user)
    model = image_model(field)
    accepted = Acceptance() if field is None else field.acceptance
    refuse_empty(length)
    refuse_too_large(length, most=accepted.most_bytes(settings))
    making.refuse_over_quota(model, user, size=length, quota=settings.MAX_UNCLAIMED)
    upload: PartialUpload = rows().create(
        user=user,
        gallery="" if field is None else signed(field),
        image_model=model._meta.label,
        name=cleaned(name),
        metadata=metadata,
        length=length,
        storage=settings.STORAGE,
        folder=new_folder(),
        created_at=now,
        expires_at=now + lifetime,
    )
    return upload
