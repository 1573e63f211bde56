"""What the witness stores: the trail, and what it has verified."""

from audit.models.entries import PRUNED, Entry
from audit.models.verifications import Verification

__all__ = ["PRUNED", "Entry", "Verification"]
