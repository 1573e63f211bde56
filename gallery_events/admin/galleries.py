"""The admin of owners: SimpleHistoryAdmin, with the history of galleries as pictures."""

from __future__ import annotations

from gallery_events.admin.changing import GalleryFormAdmin
from gallery_events.admin.pictures import FirstPictures
from gallery_events.admin.readonly import ReadonlyPictures
from gallery_events.admin.recovering import Recovering
from gallery_events.admin.restoring import Restoring


class GalleryAdmin(Restoring, Recovering, ReadonlyPictures, GalleryFormAdmin, FirstPictures):
    """
    The ModelAdmin of a model with galleries.

    History, one version, restore and recovery each ask a permission of this
    package beside the admin's own: ``has_view_timeline_permission``,
    ``has_restore_permission``, ``has_recover_permission``. Where
    ``get_queryset`` limits which objects somebody sees, override
    ``may_recover(request, record)`` too. ``get_history_queryset`` and
    ``get_deleted_queryset`` narrow down what is listed, ``links(request)``
    says where pages lead, ``object_history_template``,
    ``object_history_form_template``, ``restore_template``,
    ``recover_list_template`` and ``recover_template`` how they look,
    ``restore_version`` and ``recover_owner`` how something comes back.
    """
