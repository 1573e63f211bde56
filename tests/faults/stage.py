"""Where the machine plays: the clock, what there is to choose from, and a save with all its ends."""

from collections import Counter
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from gallery_events.exceptions import ImagesLost, StaleGallery
from gallery_events.models import Image
from tests import NOW
from tests.faults import laws
from tests.faults.world import killed_at, wipe
from tests.project.models import Album, Card, Diptych

#: A place in a list of whatever there is; keys differ from run to run and are never drawn.
pick = st.integers(0, 999)
picks = st.lists(pick, max_size=3)
#: At which statement a process dies; most do not.
deaths = st.none() | st.integers(0, 12)
DATED = (Album, Diptych, Card)


class Stage(RuleBasedStateMachine):
    """What every group of rules stands on."""

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

    def date_saves(self):
        """Whatever is saved is saved at the machine's moment, whoever makes the instance."""
        for model in DATED:
            model._history_date = self.now

    def let_pass(self, hours):
        self.now += timedelta(hours=hours)
        self.date_saves()

    def image(self, which):
        """Return an image that exists now."""
        images = list(Image.objects.order_by("pk"))
        return images[which % len(images)] if images else None

    def owner(self, which):
        owners = [*Album.objects.order_by("pk"), *Diptych.objects.order_by("pk")]
        return owners[which % len(owners)] if owners else None

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

    def ask(self):
        if hasattr(self, "keep"):
            laws.all_hold(self.now, keep=self.keep, gone=self.gone)
