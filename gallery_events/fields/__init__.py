"""The fields: a gallery on its owner, and the file of an image."""

from gallery_events.fields.files import ImageFieldFile, ImageFileField
from gallery_events.fields.gallery import GalleryField, gallery_field, gallery_fields
from gallery_events.fields.images import GalleryAttribute, GalleryImages

__all__ = [
    "GalleryAttribute",
    "GalleryField",
    "GalleryImages",
    "ImageFieldFile",
    "ImageFileField",
    "gallery_field",
    "gallery_fields",
]
