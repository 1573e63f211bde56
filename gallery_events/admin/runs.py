"""What each sweep did, would have done, or why it did nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gallery_events.admin import sweep_filters
from gallery_events.admin.bases import ReadOnly
from gallery_events.admin.eyes import Eyes
from gallery_events.admin.pictures import STYLE
from gallery_events.domain import wording
from gallery_events.models import SweepRun, Tombstone

#: How an outcome looks: as good, as worth a look, or as bad.
KINDS = {
    SweepRun.Outcome.RUNNING: "waiting",
    SweepRun.Outcome.DONE: "use",
    SweepRun.Outcome.LEFT: "waiting",
    SweepRun.Outcome.REPORTED: "pin",
    SweepRun.Outcome.BREAKER: "trash",
    SweepRun.Outcome.REFUSED: "trash",
    SweepRun.Outcome.CRASHED: "trash",
}
#: So many lines of each part of a report are shown.
LONGEST_PART = 200
#: A list shows so many signs of the reason of a refusal.
LONGEST_REASON = 120


class SweepRunAdmin(ReadOnly):
    """The runs of the sweep, newest first, each with its report in words."""

    list_display = ("title", "judged_at", "ending", "deeds", "seconds")
    list_filter = ("outcome", sweep_filters.SweptFilter, "judged_at")
    search_fields = ()
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_form_template = "gallery_events/admin/sweep_run.html"
    fields = readonly_fields = ()

    class Media:
        css = STYLE

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the report in words."""
        run = kwargs["obj"]
        eyes = Eyes(request, site=self.admin_site)
        context.update(
            run=run,
            title=_("Sweep %(number)s") % {"number": run.pk},
            subtitle=None,
            ending=self.ending(run),
            would=is_prospect(run),
            counts=list(counts(run)),
            parts=list(parts(run)),
            facts=facts(run),
            graves=_graves(run, eyes),
        )
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description=gettext_lazy("sweep"))
    def title(self, run: Any) -> str:
        """Return its number."""
        return str(run.pk)

    @admin.display(description=gettext_lazy("outcome"))
    def ending(self, run: Any) -> SafeString:
        """Return how it ended."""
        kind = KINDS.get(run.outcome, "waiting")
        mark = '<span class="gallery-state gallery-state-{}">{}</span>'
        return format_html(mark, kind, run.get_outcome_display())

    @admin.display(description=gettext_lazy("what it did"))
    def deeds(self, run: Any) -> str:
        """Return in one line what it did, would have done, or why it did nothing."""
        done = "; ".join(f"{words}: {number}" for words, number in counts(run))
        if is_prospect(run) and done:
            return _("would have been done: %(deeds)s") % {"deeds": done}
        refused = " ".join(map(str, run.report.get("refused") or ()))
        return done or Truncator(refused).chars(LONGEST_REASON) or self.get_empty_value_display()

    @admin.display(description=gettext_lazy("took"))
    def seconds(self, run: Any) -> str:
        """Return how long it took."""
        return took(run) or self.get_empty_value_display()


def is_prospect(run: Any) -> bool:
    """Tell whether a run only said what it would do."""
    return bool(run.report.get("reported_only"))


def took(run: Any) -> str:
    """Return how long a run took, in words; nothing where nobody knows."""
    if (seconds := run.report.get("seconds")) is None:
        return ""
    if seconds >= 60:
        return wording.span(timedelta(seconds=seconds))
    return _("%(seconds)s s") % {"seconds": f"{seconds:.1f}"}


def counts(run: Any) -> Iterator[tuple[Any, str]]:
    """Yield what the report counts, in words; what it found none of is left out."""
    names = {
        "expired": _("References expired"),
        "trashed": _("Images moved to the trash"),
        "purged": _("Images purged"),
        "files_removed": _("Files removed"),
        "kept": _("Images kept that were due"),
        "cleared": _("Images found in a gallery"),
        "rescued": _("Images rescued from the trash"),
        "uploads_removed": _("Partial uploads removed"),
        "failed": _("Failures"),
        "files_missing": _("Files that were missing already"),
    }
    for name, words in names.items():
        if run.report.get(name):
            yield words, str(run.report[name])
    if run.report.get("bytes_removed"):
        yield _("Room made"), filesizeformat(run.report["bytes_removed"])


def parts(run: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the lists of a report: heading, lines."""
    report = run.report
    lines = {
        _("Why it was refused"): report.get("refused") or [],
        _("What stopped it"): [each for each in (report.get("crash"),) if each],
        _("Why it only reports"): [each for each in (report.get("reported_only"),) if each],
        _("Why the breaker is open"): [each for each in (report.get("breaker"),) if each],
        _("What was done, and why"): [
            f"{number} {reason}" for reason, number in sorted(report.get("reasons", {}).items())
        ],
        _("Written past the signals"): report.get("drift") or [],
        _("Errors"): report.get("errors") or [],
        _("Notes"): report.get("notes") or [],
    }
    for heading, found in lines.items():
        if not found:
            continue
        shown = [str(each) for each in found[:LONGEST_PART]]
        if (left := len(found) - LONGEST_PART) > 0:
            shown.append(ngettext("and %(n)s more", "and %(n)s more", left) % {"n": left})
        yield heading, shown
    if report.get("left"):
        yield _("What is left"), [_("Due work is left for the next run.")]


def facts(run: Any) -> list[tuple[str, Any]]:
    """Return when it ran and what it judged by."""
    judged = [(str(name), _period(name, value)) for name, value in sorted(run.settings.items())]
    return [
        (_("Started at"), run.started_at),
        (_("Finished at"), run.finished_at),
        (_("Judged as of"), run.judged_at),
        (_("Took"), took(run)),
        (_("Acknowledged at"), run.acknowledged_at),
        *judged,
    ]


def _period(name: str, value: Any) -> str:
    return _("never") if value is None else str(value)


def _graves(run: Any, eyes: Eyes) -> str:
    """Return where the images that it purged are listed."""
    if not run.purged or not eyes.allows(Tombstone):
        return ""
    address = eyes.url(Tombstone, "changelist")
    return f"{address}?run={run.pk}" if address else ""
