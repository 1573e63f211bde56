"""What the dialog says in which a picture is cut, turned and mirrored."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "title": _("Edit “{name}”"),
    "close": _("Close"),
    "stage": _("Picture"),
    "part": _("Part to keep"),
    "keys": _(
        "Arrow keys move the framed part, or the edge or corner that has the focus. With Shift they "
        "change its size, with Ctrl or Alt they go by one pixel."
    ),
    "top_left": _("Top left corner"),
    "top_edge": _("Top edge"),
    "top_right": _("Top right corner"),
    "right_edge": _("Right edge"),
    "bottom_right": _("Bottom right corner"),
    "bottom_edge": _("Bottom edge"),
    "bottom_left": _("Bottom left corner"),
    "left_edge": _("Left edge"),
    "turns": _("Turn and flip"),
    "left": _("Turn left"),
    "right": _("Turn right"),
    "mirror": _("Flip horizontally"),
    "over": _("Flip vertically"),
    "shape": _("Shape"),
    "free": _("Free"),
    "own": _("As the picture"),
    "numbers": _("Part to keep, in pixels"),
    "from_left": _("From the left"),
    "from_top": _("From the top"),
    "width": _("Width"),
    "height": _("Height"),
    "preview": _("Preview of the result"),
    "result": _("Result: {width} × {height} pixels"),  # noqa: RUF001 - between sizes
    "now": _(
        "{width} × {height} pixels, {left} from the left and {top} from the top"  # noqa: RUF001
    ),
    "back": _("Back to the original"),
    "whole": _("Whole picture"),
    "reset": _("Reset"),
    "cancel": _("Cancel"),
    "apply": _("Apply"),
    "working": _("Working …"),
    "question": _("Discard what you changed here?"),
    "discard": _("Discard"),
    "keep": _("Keep editing"),
    "again": _("Try again"),
    "unloaded": _(
        "The picture cannot be edited now, as a part of this page did not come. Look to your "
        "connection, then try again."
    ),
    "undone": _("“{name}” is as it was before all edits."),
    # The server's own sentences, said before it has to.
    "too_small": _("At least {width} × {height} pixels are needed."),  # noqa: RUF001 - between sizes
    "shape_must": _("Width to height must be {shape}."),
    "shape_from": _("Width to height must be from {lowest} to {highest}."),
    "unseen": _("The picture cannot be shown here. It can be edited by the numbers all the same."),
    "offline": _(
        "The server cannot be reached, and nothing was changed. Look to your connection, then try "
        "again."
    ),
    "login": _("You are not logged in. Log in, then repeat the edit."),
    "denied": _("The server refused this. Load the page again, then repeat the edit."),
    "gone": _("There is no such image any more. Load the page again."),
    "conflict": _("Somebody else changed this meanwhile. Load the page again."),
    "too_much": _("The server takes no request of this size: tell whoever looks after it."),
    "busy": _("Too much was asked of the server at once. Wait a moment, then try again."),
    "failed": _("The picture could not be edited, and nothing was changed. Try again later."),
}
