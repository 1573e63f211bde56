"""What the witness stores: the trail, and what it has verified."""

from audit.models.entries import Entry
from audit.models.verifications import Verification

__all__ = ["Entry", "Verification"]
