"""What is said when a form is sent while pictures are still on their way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from gallery_events.widgets.words.plurals import plural

WORDS: dict[str, Any] = {
    "waits": plural(
        "The form is sent as soon as {count} picture is uploaded.",
        "The form is sent as soon as {count} pictures are uploaded.",
    ),
    "asks": plural(
        "The form was not sent: about {count} picture you are asked above.",
        "The form was not sent: about {count} pictures you are asked above.",
    ),
    "failed": plural(
        "The form was not sent: {count} picture was not uploaded. It says why above.",
        "The form was not sent: {count} pictures were not uploaded. They say why above.",
    ),
    "without": _("Send it without them"),
    "stay": _("Do not send it yet"),
    "sent": _("The form has been sent already; the answer has not come yet."),
    "again": _("Send it once more"),
}
