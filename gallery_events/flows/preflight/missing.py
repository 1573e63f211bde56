"""Images whose file is not in the storage any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings as django_settings
from django.core.files.storage import storages

from gallery_events import galleries
from gallery_events.flows.steps.run import alias

COLUMNS = ("pk", "storage", "file", "name")


@dataclass(frozen=True, slots=True)
class Missing:
    """One image that has lost its file."""

    image: str
    key: Any
    storage: str
    name: str


def missing_files() -> Iterator[Missing]:
    """
    Ask the storage for the file of each image, one by one; raise what it raises.

    What cannot be asked is not missing: images of a storage that STORAGES
    does not have are passed over.
    """
    for model in galleries.image_models():
        rows: Any = model._base_manager.using(alias(model)).order_by("pk")
        rows = rows.filter(storage__in=list(django_settings.STORAGES))
        for pk, storage, file, name in rows.values_list(*COLUMNS).iterator(chunk_size=1000):
            if not storages[storage].exists(str(file)):
                yield Missing(model._meta.label, pk, storage, name or str(file))
