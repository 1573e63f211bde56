"""What is said while images are arranged, chosen, removed and put back."""

from django.utils.translation import gettext_lazy as _

from gallery_events.widgets.words.plurals import plural

WORDS = {
    "count": plural("{count} image", "{count} images"),
    "chosen": plural("{count} selected", "{count} selected"),
    "chosen_said": plural("{count} image selected.", "{count} images selected."),
    "of": plural("of {count}", "of {count}"),
    "these": plural("{count} image", "{count} images"),
    "moved": _("{name} moved to position {place} of {total}."),
    "moved_several": plural(
        "{count} image moved, to position {place} of {total}.",
        "{count} images moved, the first of them to position {place} of {total}.",
    ),
    "stays": _("{name} is at position {place} of {total}."),
    "no_place": _("That is no position: type a whole number from 1 to {total}."),
    "added": _("{name} added at position {place} of {total}."),
    "replaced": _("{name} replaced by the edited picture."),
    "removed": _("{name} removed when you save. It can be put back until then."),
    "removed_several": plural(
        "{count} image removed when you save. It can be put back until then.",
        "{count} images removed when you save. They can be put back until then.",
    ),
    "restored": _("{name} put back at position {place} of {total}."),
    "restored_several": plural("{count} image put back.", "{count} images put back."),
    "sorted": _("The images are sorted."),
    "added_mark": _("new"),
    "theirs_mark": _("added by somebody else meanwhile"),
    "taken_mark": _("removed by somebody else meanwhile"),
    "gone": _("Gone"),
    "unseen": _("Not yours to see"),
    "undone": _("Undone."),
    "redone": _("Done again."),
}
