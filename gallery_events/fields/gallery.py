"""GalleryField: an ordered list of image ids on a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from gallery_events import conf, roads, sql
from gallery_events.domain.shapes import Aspect
from gallery_events.fields.acceptance import Acceptance, acceptance
from gallery_events.fields.images import GalleryAttribute, null_or
from gallery_events.fields.keys import (
    LARGEST_KEY,
    are_keys,
    key_of,
    key_or_entry,
    key_or_none,
    pk_or,
    shown,
)

DEFAULT_IMAGE_MODEL = "gallery_events.Image"
#: Where an instance keeps the alt texts and captions that its next save is to write, by gallery:
#: each after what it was decided on.
TEXTS = "_gallery_texts"


class GalleryField(models.JSONField):
    """
    An ordered list of images, each once, of the image model *to*.

    Lives on a :class:`~gallery_events.models.GalleryModel`, which records
    every change. The column holds a JSON list of keys. *formats*,
    *max_bytes*, *max_pixels*, *min_size* and *aspect* narrow what uploads and
    forms accept for it; a list that a program sets is not asked for them.
    """

    description = _("Gallery of images")
    descriptor_class = GalleryAttribute
    non_db_attrs = (
        *models.JSONField.non_db_attrs,
        "to",
        "max_images",
        "min_images",
        *(each.name for each in fields(Acceptance)),
    )
    default_error_messages = {
        "not_a_list": _("A gallery is a list of image ids, not %(value)s."),
        "invalid_entry": _("Entry %(position)d (%(value)s) is not an image id: %(why)s."),
        "duplicate": _("Entry %(position)d (%(value)s) names an image that is there already."),
        "unknown": _("Entry %(position)d (%(value)s) names an image that does not exist."),
        "too_many": _("At most %(limit)d images are allowed; these are %(count)d."),
        "too_few": _("At least %(limit)d images are needed; these are %(count)d."),
    }

    def __init__(
        self,
        verbose_name: str | None = None,
        *,
        to: str | type[models.Model] = DEFAULT_IMAGE_MODEL,
        max_images: int | None = None,
        min_images: int | None = None,
        formats: Sequence[str] | None = None,
        max_bytes: int | None = None,
        max_pixels: int | None = None,
        min_size: tuple[int, int] | None = None,
        aspect: Aspect | None = None,
        **kwargs: Any,
    ) -> None:
        self.to = to if isinstance(to, str) else to._meta.label
        self.max_images = max_images
        self.min_images = min_images
        self.acceptance = acceptance(
            formats, min_size, aspect, max_bytes=max_bytes, max_pixels=max_pixels
        )
        if not kwargs.get("null"):
            kwargs.setdefault("default", list)
        super().__init__(verbose_name, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out of migrations what has its default; name the field as users do."""
        name, _path, args, kwargs = super().deconstruct()
        if kwargs.get("default") is list:
            del kwargs["default"]
        if self.to != DEFAULT_IMAGE_MODEL:
            kwargs["to"] = self.to
        for limit in ("max_images", "min_images"):
            if getattr(self, limit) is not None:
                kwargs[limit] = getattr(self, limit)
        kwargs |= self.acceptance.given()
        return name, "gallery_events.fields.GalleryField", args, kwargs

    @property
    def image_model(self) -> type[models.Model]:
        """The concrete model of the images; raises LookupError while it is not installed."""
        return self.shown_model._meta.concrete_model or self.shown_model

    @property
    def shown_model(self) -> type[models.Model]:
        """The model that ``images()`` gives: the image model, or the proxy that *to* names."""
        label = self.to
        if not hasattr(self, "model"):
            return apps.get_model(label)  # the field of a form that is about no model
        if "." not in label:
            label = f"{self.model._meta.app_label}.{label}"
        try:
            return self.model._meta.apps.get_model(label, require_ready=False)
        except LookupError:
            # In a migration's state, the image model's app may not be rendered.
            return apps.get_model(label, require_ready=False)

    def images_by_key(self, keys: Sequence[Any], *, using: str | None) -> dict[Any, Any]:
        """Read images in one query, whatever their number."""
        if not keys:
            return {}
        rows = self.shown_model._default_manager.using(using)
        # Django would ask anew for each part of more keys than a statement takes.
        among = sql.among(self.shown_model._meta.pk, keys, rows.db)
        return {each.pk: each for each in rows.filter(pk__in=among)}

    # One pair translates ids everywhere: a UUID is text in JSON and a UUID elsewhere.

    def to_key(self, value: Any) -> Any:
        """
        Return an id, or an image, as a key in the key's own Python type.

        Raises ValueError with the reason for anything that cannot be one.
        """
        if isinstance(value, models.Model):
            return self._key_of(value)
        return key_of(value, self.image_model._meta.pk)

    def to_json(self, key: Any) -> Any:
        """Return a key as JSON holds it."""
        return key if isinstance(key, int) else str(key)

    def _key_of(self, image: models.Model) -> Any:
        if not isinstance(image, self.image_model):
            message = _("it is a %s") % image._meta.verbose_name
            raise ValueError(message)  # noqa: TRY004 - one kind of error for each wrong entry
        if image.pk is None:
            raise ValueError(_("it is not saved yet"))
        return image.pk

    def clean_keys(self, value: Any) -> list[Any]:
        """
        Return *value* as a list of keys.

        Raises ValidationError naming each entry that is not an id, or that
        comes twice. Whether the images exist is not asked here.
        """
        if value is None:
            return []
        if not isinstance(value, (list, tuple)):
            raise self._error("not_a_list", value=shown(value))
        pk = self.image_model._meta.pk
        if are_keys(value, pk) and len(set(value)) == len(value):
            return list(value)
        keys: list[Any] = []
        seen: set[Any] = set()
        errors = []
        for position, entry in enumerate(value, start=1):
            try:
                key = self._key_of(entry) if isinstance(entry, models.Model) else key_of(entry, pk)
            except ValueError as error:
                errors.append(
                    self._error("invalid_entry", position=position, value=shown(entry), why=error)
                )
                continue
            if key in seen:
                errors.append(self._error("duplicate", position=position, value=shown(key)))
            seen.add(key)
            keys.append(key)
        if errors:
            raise ValidationError(errors)
        return keys

    def _error(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)

    def to_python(self, value: Any) -> Any:
        """Clean the entries; NULL stays NULL, and so does JSON text, which XML fixtures hold."""
        if isinstance(value, str) and value[:1] in ("[", "n"):
            return value  # the XML deserializer parses it next; clean() and saves refuse it
        return self.clean_value(value)

    def clean_value(self, value: Any) -> Any:
        """Clean the entries of what must be a list; NULL stays NULL."""
        return None if null_or(value) is None else self.clean_keys(value)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Return the cleaned list; raises ValidationError naming each wrong entry."""
        value = self.clean_value(value)
        self.validate(value, model_instance)
        self.run_validators(value)
        return value

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Check number and existence, naming what does not exist."""
        super().validate([self.to_json(key) for key in value] if value else value, model_instance)
        ids = value or []
        if self.max_images is not None and len(ids) > self.max_images:
            raise self._error("too_many", limit=self.max_images, count=len(ids))
        if self.min_images is not None and ids and len(ids) < self.min_images:
            raise self._error("too_few", limit=self.min_images, count=len(ids))
        using = model_instance._state.db if model_instance is not None else None
        found = self.images_by_key(ids, using=using)
        unknown = [
            self._error("unknown", position=position, value=shown(key))
            for position, key in enumerate(ids, start=1)
            if key not in found
        ]
        if unknown:
            raise ValidationError(unknown)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Give keys their own type; entries that somebody else wrote stay as they are."""
        found = super().from_db_value(value, expression, connection)
        pk = self.image_model._meta.pk
        if not isinstance(found, list) or isinstance(pk, models.IntegerField):
            return found
        return [key_or_entry(entry, pk) for entry in found]

    def usable_keys(self, value: Any) -> list[Any]:
        """
        Return what can be keys in a column's value, each once.

        What somebody else wrote past the field (text, doubles, nested lists)
        is left out: this is for references, never for showing.
        """
        if not isinstance(value, (list, tuple)):
            return []
        pk = self.image_model._meta.pk
        if are_keys(value, pk):
            return list(dict.fromkeys(value))
        keys = (key_or_none(each, pk) for each in value)
        return list(dict.fromkeys(key for key in keys if key is not None))

    def get_prep_value(self, value: Any) -> Any:
        """Write keys as JSON holds them."""
        value = null_or(value)
        if isinstance(value, (list, tuple)):
            plain = set(map(type, value)) <= {int}
            value = list(value) if plain else [self.to_json(pk_or(entry)) for entry in value]
        return super().get_prep_value(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Write NULL, not the JSON word null, for a gallery that is NULL."""
        return super().get_db_prep_save(null_or(value), connection)

    def formfield(self, **kwargs: Any) -> Any:
        """Return the field of a form, :class:`~gallery_events.forms.GalleryFormField`."""
        if "form_class" in kwargs:
            return super().formfield(**kwargs)
        return roads.form_field(self, **kwargs)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Set what a form has cleaned; its texts are written when the instance is saved."""
        if getattr(getattr(instance, self.attname), "null", False) and not data:
            instance.__dict__.get(TEXTS, {}).pop(self.name, None)
            return
        super().save_form_data(instance, data)
        before = getattr(data, "texts_before", {})
        instance.__dict__.setdefault(TEXTS, {})[self.name] = {
            key: {kind: (before[key][kind], text) for kind, text in texts.items()}
            for key, texts in getattr(data, "texts", {}).items()
        }

    def value_to_string(self, obj: models.Model) -> Any:
        """Return what serializers write: a plain list."""
        return self.get_prep_value(self.value_from_object(obj))

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Check the arguments; what needs other models is in ``gallery_events.checks``."""
        if hasattr(self.model, "tracked_fields"):
            return []  # simple-history's copy: the owner's own field is told of
        return [*super().check(**kwargs), *self._check_limits()]

    def _check_limits(self) -> list[checks.CheckMessage]:
        limits = {"max_images": (self.max_images, 1), "min_images": (self.min_images, 0)}
        found: list[checks.CheckMessage] = [
            checks.Error(
                f"{name} is {value!r}.",
                hint=f"Give a whole number, at least {least}, or leave it out.",
                obj=self,
                id="gallery_events.E010",
            )
            for name, (value, least) in limits.items()
            if value is not None and (type(value) is not int or value < least)
        ]
        found += [
            checks.Error(problem, hint=hint, obj=self, id="gallery_events.E013")
            for problem, hint in self.acceptance.problems()
        ]
        if not found and not list(conf.problems()):
            found += self._check_formats(conf.current())
        if not found and (self.max_images or LARGEST_KEY) < (self.min_images or 0):
            found.append(
                checks.Error(
                    f"min_images ({self.min_images}) is more than max_images ({self.max_images}).",
                    hint="No gallery could satisfy both: lower min_images.",
                    obj=self,
                    id="gallery_events.E011",
                )
            )
        return found

    def _check_formats(self, settings: conf.GallerySettings) -> list[checks.CheckMessage]:
        if self.acceptance.taken_formats(settings):
            return []
        return [
            checks.Error(
                f"formats is {self.acceptance.formats!r}, of which FORMATS takes none.",
                hint="A gallery only narrows what FORMATS takes: name one of those, or add to it.",
                obj=self,
                id="gallery_events.E014",
            )
        ]


def gallery_fields(model: type[models.Model]) -> list[GalleryField]:
    """Return the galleries of a model, in the order of declaration."""
    return [field for field in model._meta.concrete_fields if isinstance(field, GalleryField)]


def gallery_field(model: type[models.Model], name: str) -> GalleryField:
    """Return one gallery by name; raises FieldDoesNotExist naming those there are."""
    for field in gallery_fields(model):
        if field.name == name:
            return field
    names = ", ".join(field.name for field in gallery_fields(model)) or "none"
    message = f"{model._meta.label} has no gallery {name!r}; its galleries: {names}."
    raise FieldDoesNotExist(message)
