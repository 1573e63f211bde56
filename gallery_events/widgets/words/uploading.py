"""What is said while pictures are brought: what happens, what went wrong, what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from gallery_events.widgets.refusing import QUOTA, REFUSALS, REFUSED
from gallery_events.widgets.words.plurals import plural

WORDS: dict[str, Any] = {
    "folder": _("Choose a folder"),
    "camera": _("Take a photo"),
    "drop": _("You can also drop pictures here, or paste them."),
    "rows": _("Pictures on their way"),
    "waiting": _("Waiting for its turn"),
    "sending": _("{percent} sent"),
    "storing": _("Sent; the server is looking at it"),
    "offline": _("There is no connection. It goes on by itself as soon as there is one."),
    "again": _("{why} Trying again in {time}."),
    "cancel": _("Cancel"),
    "cancel_all": _("Cancel all"),
    "retry": _("Try again"),
    "retry_all": _("Try all again"),
    "retry_now": _("Try now"),
    "dismiss": _("Dismiss"),
    "login_link": _("Log in in another window"),
    "progress": _("Progress: {name}"),
    "overall": _("Progress of all"),
    "done": plural("{done} of {count} picture uploaded", "{done} of {count} pictures uploaded"),
    "speed": _("{speed}, {time} left"),
    "started": plural("{count} picture is being uploaded", "{count} pictures are being uploaded"),
    "finished": plural("{count} picture was added", "{count} pictures were added"),
    "failed": _("“{name}”: {why}"),
    "restored": plural(
        "{count} picture that you had uploaded before is here again",
        "{count} pictures that you had uploaded before are here again",
    ),
    # The same picture twice.
    "twice_chosen": _("The same picture is here already, as “{other}”."),
    "twice_sent": _("You have uploaded the same picture before, as “{other}”."),
    "keep": _("Keep both"),
    "use": _("Use the one that is there"),
    "leave": _("Leave it out"),
    "keep_all": _("Keep both, of all that are asked about"),
    "leave_all": _("Leave out all that are asked about"),
    # What the form says too.
    "refused": REFUSED,
    "quota": QUOTA,
    **{f"refused_{code}": why for code, why in REFUSALS.items()},
    "most": plural("At most %(counter)s image in all.", "At most %(counter)s images in all."),
    "too_many": _("{most} Remove another one, then try again."),
    "left_out": plural(
        "{count} file of the folder is no picture that is taken: it was left out.",
        "{count} files of the folder are no pictures that are taken: they were left out.",
    ),
    "unreadable": _("It cannot be read: it was moved or deleted meanwhile. Choose it again."),
    # What went wrong on the way, and what to do.
    "network": _("The connection broke off. Look whether you are online, then try again."),
    "timeout": _("The server did not answer in time. Try again."),
    "login": _(
        "You are not logged in any more. Log in in another window, then try again here: nothing "
        "is lost."
    ),
    "csrf": _(
        "The server does not trust this page any more. Open it in another window, log in there "
        "if you are asked to, then try again here: nothing is lost."
    ),
    "denied": _("You may not upload pictures here. Ask an administrator for the permission."),
    "missing": _(
        "The address that pictures are sent to is not there (404). Save what you have, then load "
        "the page again; if it stays so, tell whoever runs this site."
    ),
    "server_limit": _(
        "It has {size}, more than the server lets through. Make it smaller, or ask whoever runs "
        "this site to allow more."
    ),
    "busy": _("The server is asked too much at the moment. Try again in a while."),
    "server": _(
        "The server failed ({status}). Try again; if it stays so, tell whoever runs this site."
    ),
    "answer": _(
        "The server gave an answer that makes no sense ({status}). Try again; if it stays so, "
        "tell whoever runs this site."
    ),
}
