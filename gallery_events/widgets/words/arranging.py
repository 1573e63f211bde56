"""What is said while images are arranged, chosen, removed and put back."""

from django.utils.translation import gettext_lazy as _

from gallery_events.widgets.words.plurals import plural

WORDS = {
    # Above the images.
    "toolbar": _("Arrange the images"),
    "count": plural("{count} image", "{count} images"),
    "selected": plural("{count} selected", "{count} selected"),
    "select_all": _("Select all"),
    "select_none": _("Select none"),
    "undo": _("Undo"),
    "redo": _("Redo"),
    "sort": _("Sort"),
    "sort_name": _("By name"),
    "sort_taken": _("By date taken"),
    "sort_uploaded": _("By date uploaded"),
    "sort_reverse": _("Reverse the order"),
    "grid": _("Grid"),
    "list": _("List"),
    "view": _("How the images are shown"),
    # Beside an image.
    "select": _("Select {name}"),
    "handle": _("Move {name}"),
    "handle_help": _(
        "Drag it, or press the arrow keys. Home and End move it to the start and the end."
    ),
    "select_help": _(
        "Space selects, Shift with the arrow keys selects several, Ctrl+A all of them; Delete "
        "removes what is selected."
    ),
    "earlier": _("Move {name} earlier"),
    "later": _("Move {name} later"),
    "remove": _("Remove {name}"),
    "more": _("More for {name}"),
    "edit": _("Edit picture"),
    "texts": _("Texts"),
    # Where to.
    "move": _("Move"),
    "start": _("To the start"),
    "end": _("To the end"),
    "position": _("Position"),
    "position_of": plural("of {count}", "of {count}"),
    "remove_selected": _("Remove"),
    # What was removed.
    "tray": _("Removed when you save"),
    "tray_help": _("These stay until the form is saved."),
    "put_back": _("Put back"),
    "put_back_name": _("Put {name} back"),
    "put_back_all": _("Put all back"),
    # Said when it is done.
    "moved": _("{name} moved to position {place} of {total}."),
    "moved_several": plural(
        "{count} image moved to position {place} of {total}.",
        "{count} images moved, the first of them to position {place} of {total}.",
    ),
    "stays": _("{name} is at position {place} of {total} already."),
    "added": _("{name} added at position {place} of {total}."),
    "replaced": _("{name} replaced by the edited picture."),
    "removed": _("{name} removed. It stays in the tray until you save."),
    "removed_several": plural(
        "{count} image removed. It stays in the tray until you save.",
        "{count} images removed. They stay in the tray until you save.",
    ),
    "restored": _("{name} put back at position {place} of {total}."),
    "restored_several": plural("{count} image put back.", "{count} images put back."),
    "sorted": _("Sorted."),
    "said_selected": plural("{count} image selected.", "{count} images selected."),
    "undone": _("Undone."),
    "redone": _("Done again."),
    "new": _("new"),
}
