"""Storages that really fail, each in its own way."""

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage


class StorageDown(Exception):
    """What these storages raise."""


class ShakyStorage(FileSystemStorage):
    """
    A folder that fails at the named steps.

    ``before`` and ``after`` raise before or after the file is written, ``half``
    when half of it is; *file* is the part of the name they wait for.
    ``delete`` cannot remove, ``folder`` no folders, ``elsewhere`` writes under another name than asked.
    """

    def __init__(self, *, steps=(), file="original", error=StorageDown, **options):
        super().__init__(**options)
        self.steps = steps
        self.awaited = file
        self.error = error

    def _save(self, name, content):
        steps = self.steps if self.awaited in name else ()
        if "before" in steps:
            raise self.error("before")
        if "half" in steps:
            super()._save(name, ContentFile(content.read()[: content.size // 2]))
            raise self.error("half")
        if "elsewhere" in steps:
            name = name.replace("original", "renamed").replace("thumbnail", "small")
        saved = super()._save(name, content)
        if "after" in steps:
            raise self.error("after")
        return saved

    def delete(self, name):
        if "delete" in self.steps or ("folder" in self.steps and "." not in name):
            raise StorageDown("delete")
        super().delete(name)


class ClosingStorage(FileSystemStorage):
    """Closes what it is given, as clients of object stores do."""

    def _save(self, name, content):
        saved = super()._save(name, content)
        content.close()
        return saved


class BackslashStorage(FileSystemStorage):
    """Gives names back as some Windows storages do."""

    def save(self, name, content, max_length=None):
        return super().save(name, content, max_length).replace("/", "\\")


class OvertakenStorage(FileSystemStorage):
    """Has something happen, and the file gone, just before it opens one."""

    def __init__(self, *, meanwhile, **options):
        super().__init__(**options)
        self.meanwhile = meanwhile

    def open(self, name, mode="rb"):
        self.meanwhile()
        self.delete(name)
        return super().open(name, mode)
