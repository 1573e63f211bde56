"""Everybody else: administrators, other apps with foreign keys, and raw SQL."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from gallery_events.exceptions import ImagesLost
from gallery_events.flows import restore
from gallery_events.history import history_model
from tests.faults import laws, oracle
from tests.faults.stage import Stage, deaths, pick
from tests.faults.world import killed_at, write_raw
from tests.project.models import Article, Card, Diptych


class Administrators(Stage):
    """They delete owners, and bring back what was."""

    @rule(which=pick, dies=deaths)
    def delete(self, which, dies):
        if owner := self.owner(which):
            with killed_at(dies):
                owner.delete()
                self.did["deleted"] += 1

    @rule(which=pick)
    def undelete(self, which):
        gone = [(model, rows[-1]) for model, rows in oracle.log() if rows[-1].deleted]
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
                laws.demand(list(getattr(newest, name) or ()) == ids, "a restore is not whole", row)
            self.did["restored"] += 1


class Strangers(Stage):
    """They name images without asking us."""

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
