"""Who may upload, use, edit and see: asked by forms, views, admin and JSON; denied by default."""

from gallery_events.access.guards import Guard, guard, guard_of
from gallery_events.access.policies import Access, OwnerAccess

__all__ = ["Access", "Guard", "OwnerAccess", "guard", "guard_of"]
