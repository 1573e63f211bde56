"""Editors, administrators, strangers and the clock, in any order, with every promise asked after each step."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.test import override_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gallery_events.exceptions import ImagesLost, StaleGallery
from gallery_events.flows import restore, upload
from gallery_events.flows.sweep import sweep
from gallery_events.history import history_model
from gallery_events.models import Image, Reference
from tests import NOW
from tests.faults import laws, oracle
from tests.faults.world import Killed, killed_at, new_image, wipe, write_raw
from tests.pictures import picture
from tests.project.models import Album, Article, Card, Diptych

pick = st.integers(0, 999)
picks = st.lists(pick, max_size=3)
deaths = st.none() | st.integers(0, 12)
DATED = (Album, Diptych, Card)


class Galleries(RuleBasedStateMachine):
    """
    Everything that can happen to galleries, one step after another.

    What is drawn are places in lists, never keys: those differ from run to run.
    """

    #: What all examples did together: a machine that did nothing proves nothing.
    did = Counter()

    def __init__(self):
        super().__init__()
        wipe()
        self.now = NOW
        self.gone = set()
        self.open = {}
        self.uploaded = []
        self.date_saves()

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

    # The world

    def date_saves(self):
        """Whatever is saved is saved at the machine's moment, whoever makes the instance."""
        for model in DATED:
            model._history_date = self.now

    @rule(hours=st.sampled_from([1, 24, 24 * 6, 24 * 7, 24 * 15, 24 * 31]))
    def time_passes(self, hours):
        self.let_pass(hours)

    def let_pass(self, hours):
        self.now += timedelta(hours=hours)
        self.date_saves()

    @rule(received=st.sampled_from([False, False, False, True]))
    def upload(self, received):
        image = (
            upload.receive(picture(size=(8, 6)), now=self.now)
            if received
            else new_image(now=self.now)
        )
        self.uploaded.append(image.pk)

    @rule(which=pick)
    def edit(self, which):
        """Make an image out of another one, as the cropper does."""
        if original := self.image(which):
            self.uploaded.append(new_image(now=self.now, original=original).pk)

    def image(self, which):
        """Return an image that exists now."""
        images = list(Image.objects.order_by("pk"))
        return images[which % len(images)] if images else None

    def owner(self, which):
        owners = [*Album.objects.order_by("pk"), *Diptych.objects.order_by("pk")]
        return owners[which % len(owners)] if owners else None

    # Editors, each with the instance that was loaded when the form was opened

    @rule(double=st.booleans(), chosen=picks)
    def create(self, double, chosen):
        ids = self.ever(chosen)
        owner = Diptych(left=ids, right=ids[:1]) if double else Album(title="new", photos=ids)
        self.save(owner)

    @rule(editor=st.sampled_from("ab"), which=pick)
    def open_form(self, editor, which):
        if owner := self.owner(which):
            self.open[editor, type(owner), owner.pk] = owner

    @precondition(lambda self: self.open)
    @rule(which=pick, chosen=picks, removed=picks, order=st.sampled_from("=<^"), dies=deaths,
          field=st.booleans(), overwrites=st.sampled_from([False, False, False, True]))  # fmt: skip
    def submit_form(self, which, chosen, removed, order, dies, field, overwrites):
        key = sorted(self.open, key=str)[which % len(self.open)]
        owner = self.open[key]
        name = oracle.GALLERIES[type(owner)][-1 if field else 0]
        ids = list(getattr(owner, name))
        for at in removed:
            ids = [each for each in ids if each != ids[at % len(ids)]]
        ids = {"=": ids, "<": ids[::-1], "^": ids[1:] + ids[:1]}[order]
        setattr(owner, name, list(dict.fromkeys([*ids, *self.ever(chosen)])))
        stale = owner.gallery_version
        if not self.save(owner, dies=dies, overwrites=overwrites):
            return
        if not overwrites and owner.gallery_version > stale + 1:
            self.did["merged"] += 1

    def ever(self, chosen):
        """Return images that were uploaded once; some are gone by now."""
        found = [self.uploaded[at % len(self.uploaded)] for at in chosen if self.uploaded]
        return list(dict.fromkeys(found))

    def save(self, owner, *, dies=None, overwrites=False):
        """Save an owner; tell whether it came through. A form that is refused is closed."""
        trashed = set(Image.objects.filter(trashed_at__isnull=False).values_list("pk", flat=True))
        version = owner.gallery_version
        try:
            with killed_at(dies):
                owner.save(**({"expected_version": None} if overwrites else {}))
        except (ImagesLost, StaleGallery) as refusal:
            self.did[type(refusal).__name__] += 1
            self.open = {key: each for key, each in self.open.items() if each is not owner}
            return False
        if owner.gallery_version == version:
            self.did["saves killed"] += 1
            return False
        self.did["saved"] += 1
        left = Image.objects.filter(pk__in=trashed, trashed_at__isnull=True)
        self.did["rescued"] += left.count()
        return True

    @rule(which=pick, mine=picks, theirs=picks, dies=deaths, field=st.booleans())
    def two_editors(self, which, mine, theirs, dies, field):
        """Open one owner in two forms, and submit both: the second is stale."""
        owner = self.owner(which)
        if owner is None:
            return
        name = oracle.GALLERIES[type(owner)][-1 if field else 0]
        for editor, chosen in (("a", mine), ("b", theirs)):
            self.open[editor, type(owner), owner.pk] = type(owner).objects.get(pk=owner.pk)
        for editor, chosen in (("a", mine), ("b", theirs)):
            form = self.open[editor, type(owner), owner.pk]
            ids = [*getattr(form, name), *self.ever(chosen)]
            setattr(form, name, list(dict.fromkeys(ids)))
            if not self.save(form, dies=dies if editor == "a" else None):
                return
        self.did["merged"] += 1

    @rule(which=pick, times=st.integers(1, 2))
    def save_and_roll_back(self, which, times):
        """The instance lives on as an open form, and does not know that nothing was kept."""
        owner = self.owner(which)
        if owner is None:
            return
        with suppress(Killed, ImagesLost), transaction.atomic():
            for _ in range(times):
                name = oracle.GALLERIES[type(owner)][-1]
                setattr(owner, name, getattr(owner, name)[1:])
                owner.save()
            self.did["rolled back"] += 1
            raise Killed
        self.open["a", type(owner), owner.pk] = owner

    @rule(chosen=picks)
    def write_in_bulk(self, chosen):
        try:
            Album.objects.update(photos=self.ever(chosen))
        except ImagesLost:
            self.did["ImagesLost"] += 1

    # Administrators

    @rule(which=pick, dies=deaths)
    def delete(self, which, dies):
        owner = self.owner(which)
        # Deleting what was written past us is test_past_our_save's, until that is mended.
        if owner and not oracle.is_drifted(owner):
            with killed_at(dies):
                owner.delete()
                self.did["deleted"] += 1

    @rule(which=pick)
    def undelete(self, which):
        gone = [
            (model, rows[-1])
            for model, rows in oracle.log()
            if rows[-1].deleted
        ]
        if gone:
            model, row = gone[which % len(gone)]
            self.bring_back(model, row, lambda: restore.undelete(model, int(row.owner)))

    @rule(which=pick, version=pick)
    def restore(self, which, version):
        owner = self.owner(which)
        if owner is None:
            return
        rows = oracle.lines_of(owner)
        row = rows[version % len(rows)]
        self.bring_back(type(owner), row, lambda: restore.restore(owner, row.version))

    def bring_back(self, model, row, action):
        """Restore; what lies within the retention must come back whole."""
        recent = (model, row) in list(oracle.recent(oracle.log(), self.now, self.keep))
        try:
            action()
        except ImagesLost as lost:
            laws.demand(not recent, "a snapshot is broken", (model.__name__, row, lost))
            self.did["too old to restore"] += 1
        else:
            newest = history_model(model)._base_manager.filter(id=row.owner)
            newest = newest.order_by("-gallery_version").first()
            for name, ids in row.lists.items():
                laws.demand(
                    list(getattr(newest, name) or ()) == ids, "a restore is not whole", row
                )
            self.did["restored"] += 1

    # Strangers

    @rule(which=pick, by=st.sampled_from(["lead", "loose", "figures", "cover", "picture"]))
    def name_by_foreign_key(self, which, by):
        image = self.image(which)
        if image is None:
            return
        if by == "figures":
            Article.objects.create().figures.add(image)
        elif by == "picture":
            Card.objects.create(picture=image)
        elif by != "cover":
            Article.objects.create(**{by: image})
        elif diptych := Diptych.objects.order_by("pk").first():
            diptych.cover = image
            self.save(diptych)

    @rule(which=pick)
    def let_go_by_foreign_key(self, which):
        Diptych.objects.update(cover=None)
        for model in (Article, Card):
            rows = list(model.objects.order_by("pk"))
            if rows:
                rows[which % len(rows)].delete()

    @rule(which=pick, chosen=st.lists(pick, min_size=1, max_size=2))
    def write_past_us(self, which, chosen):
        owner = self.owner(which)
        images = [image for image in map(self.image, chosen) if image]
        if owner and images:
            name = oracle.GALLERIES[type(owner)][0]
            write_raw(type(owner), owner.pk, name, list({image.pk: 0 for image in images}))
            self.did["written past us"] += 1

    # The sweep

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

    def ask(self):
        if hasattr(self, "keep"):
            laws.all_hold(self.now, keep=self.keep, gone=self.gone)
