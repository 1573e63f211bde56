"""Editors, administrators, strangers and the clock in any order, each step held to every promise."""

from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from tests.faults import laws, oracle
from tests.faults.editors import Editors
from tests.faults.others import Administrators, Strangers
from tests.faults.stage import DATED, pick
from tests.faults.world import killed_at, new_image, write_raw
from tests.project.models import Album, Diptych


class Galleries(Editors, Administrators, Strangers):
    """Everything that can happen to galleries, one step after another."""

    @initialize(keep=st.sampled_from([1, 1, 3]), images=st.integers(2, 5))
    def begin(self, keep, images):
        self.keep = keep
        self.settings = override_settings(
            GALLERY_EVENTS={"KEEP_SNAPSHOTS": keep, "FILE_DELAY_HOURS": 0}
        )
        self.settings.enable()
        self.uploaded = [new_image(now=self.now).pk for _ in range(images)]
        Album.objects.create(title="first", photos=self.uploaded[:2])
        Diptych.objects.create(left=self.uploaded[1:], right=self.uploaded[:1])

    def teardown(self):
        try:
            if hasattr(self, "settings"):
                self.age_until_nothing_moves()
        finally:
            for model in DATED:
                del model._history_date
            if hasattr(self, "settings"):
                self.settings.disable()

    @rule(hours=st.sampled_from([1, 24, 24 * 6, 24 * 7, 24 * 15, 24 * 31]))
    def time_passes(self, hours):
        self.let_pass(hours)

    @rule(limit=st.none() | st.integers(1, 3))
    def sweep(self, limit):
        self.sweep_once(limit=limit)

    @rule(dies=st.integers(0, 70))
    def sweep_and_die(self, dies):
        self.sweep_once(dies=dies)

    def sweep_once(self, *, dies=None, limit=None):
        expiring = oracle.expiring(oracle.log(), self.now, self.keep)
        self.gone |= expiring
        report = None
        with killed_at(dies):
            report = sweep(now=self.now, limit=limit)
        if report is None:
            self.did["sweeps killed"] += 1
            return
        laws.demand(not report.failed, "a sweep failed", report)
        left = expiring & oracle.stored()
        laws.demand(not left, "a reference did not expire", left)
        for name in ("expired", "trashed", "purged", "cleared", "files_removed"):
            self.did[name] += getattr(report, name)
        self.did["healed"] += len(report.drift)

    @rule()
    def age_until_something_goes(self):
        """Without this, images hardly ever live long enough to be purged."""
        before = self.did["purged"]
        for _ in range(4):
            if self.did["purged"] > before or not self.something_can_go():
                return
            self.let_pass(24 * 23)
            self.sweep_once()
            self.ask()

    def something_can_go(self):
        ended = Reference.objects.filter(until__isnull=False, held=False)
        return ended.exists() or Image.objects.filter(review_after__isnull=False).exists()

    @rule(which=pick, chosen=st.lists(pick, min_size=1, max_size=2))
    def use_what_waits_in_the_trash(self, which, chosen):
        """Write images past us, or save them, just when the next sweep would purge them."""
        self.age_until_the_trash_is_full()
        trashed = list(Image.objects.filter(trashed_at__isnull=False).order_by("pk"))
        owner = self.owner(which)
        if not trashed or not owner:
            return
        ids = list({trashed[at % len(trashed)].pk: 0 for at in chosen})
        name = oracle.GALLERIES[type(owner)][0]
        if which % 2:
            write_raw(type(owner), owner.pk, name, ids)
            self.did["written past us"] += 1
        else:
            setattr(owner, name, ids)
            self.save(owner)
        self.ask()
        self.let_pass(24 * 8)
        self.sweep_once()

    def age_until_the_trash_is_full(self):
        for _ in range(4):
            if Image.objects.filter(trashed_at__isnull=False).exists():
                return
            self.let_pass(24 * 15)
            self.sweep_once()

    def age_until_nothing_moves(self):
        """At the end: what nobody needs has gone, what is needed stays."""
        self.ask()
        quiet = 0
        # One round finds an orphan, one puts it into the trash, one purges it.
        while quiet < 3:
            before = self.did["purged"]
            self.let_pass(24 * 45)
            self.sweep_once()
            quiet = 0 if self.did["purged"] > before else quiet + 1
        self.ask()
        laws.only_what_is_needed_stays(self.keep)

    @invariant()
    def all_promises_hold(self):
        self.ask()
