"""Who may see a history, restore from it and recover what is deleted: asked by page and link."""

from __future__ import annotations

from typing import Any

from simple_history.admin import SimpleHistoryAdmin

VIEW_TIMELINE = "gallery_events.view_timeline"
RESTORE_GALLERY = "gallery_events.restore_gallery"
RECOVER_OWNER = "gallery_events.recover_owner"


class Permits(SimpleHistoryAdmin):  # type: ignore[misc]
    """
    The permissions of this package, each beside the admin's own one.

    Override a method to grant by other rules; pages and links ask the same
    ones. Which objects somebody sees is limited by ``get_queryset``, as
    everywhere in the admin: the history of any other one is not found.
    """

    def has_view_timeline_permission(self, request: Any, obj: Any = None) -> bool:
        """Tell whether histories may be seen: ``view_timeline``, and the right to view."""
        return bool(
            request.user.has_perm(VIEW_TIMELINE)
            and self.has_view_or_change_permission(request, obj)
            and self.has_view_history_or_change_history_permission(request, obj)
        )

    def has_restore_permission(self, request: Any, obj: Any = None) -> bool:
        """
        Tell whether a version may be restored: ``restore_gallery``, and the right to change.

        simple-history's ``SIMPLE_HISTORY_REVERT_DISABLED`` forbids it to all.
        """
        return bool(
            request.user.has_perm(RESTORE_GALLERY)
            and self.has_view_timeline_permission(request, obj)
            and self.has_change_permission(request, obj)
            and not self.revert_disabled(request, obj)
        )

    def has_recover_permission(self, request: Any) -> bool:
        """Tell whether deleted owners may be recovered: ``recover_owner``, and the right to add."""
        return bool(request.user.has_perm(RECOVER_OWNER) and self.has_add_permission(request))

    def may_recover(self, request: Any, record: Any) -> bool:
        """
        Tell whether a deleted owner may be seen and recovered, by its last snapshot.

        All of them by default: where ``get_queryset`` limits which objects
        somebody sees, override this too, as no queryset finds what is deleted.
        """
        return True
