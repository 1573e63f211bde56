"""The plain form field of a gallery: ids as JSON text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError


class IdsField(forms.JSONField):
    """Ids as JSON text; nothing is the empty gallery."""

    def to_python(self, value: Any) -> Any:
        """Parse the text; raises ValidationError for whatever is no JSON, however deep."""
        try:
            return super().to_python(value) or []
        except RecursionError:
            raise ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": "..."}
            ) from None
