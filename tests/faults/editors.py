"""Editors: they upload, edit and submit forms, which may be old, refused, or die on the way."""

from contextlib import suppress

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from gallery_events.exceptions import ImagesLost
from gallery_events.flows import upload
from gallery_events.models import Image
from tests.faults import oracle
from tests.faults.stage import Stage, deaths, pick, picks
from tests.faults.world import Killed, new_image
from tests.pictures import picture
from tests.project.models import Album, Diptych


class Editors(Stage):
    """Each open form holds the instance that was loaded for it."""

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

    @rule(double=st.booleans(), chosen=picks)
    def create(self, double, chosen):
        ids = self.ever(chosen)
        owner = Diptych(left=ids, right=ids[:1]) if double else Album(title="new", photos=ids)
        self.save(owner)

    @rule(which=pick)
    def take_out_of_the_trash(self, which):
        """Put into a new gallery what waits in the trash: by chance alone that is rare."""
        images = list(Image.objects.filter(trashed_at__isnull=False).order_by("pk"))
        if images:
            self.save(Album(title="again", photos=[images[which % len(images)].pk]))

    @rule(editor=st.sampled_from("ab"), which=pick)
    def open_form(self, editor, which):
        if owner := self.owner(which):
            self.open[editor, type(owner), owner.pk] = owner

    @precondition(lambda self: self.open)
    @rule(which=pick, chosen=picks, removed=picks, order=st.sampled_from("=<^"), dies=deaths,
          field=st.booleans(), overwrites=st.sampled_from([False, False, False, True]))  # fmt: skip
    def submit_form(self, *, which, chosen, removed, order, dies, field, overwrites):
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

    @rule(which=pick, mine=picks, theirs=picks, dies=deaths, field=st.booleans())
    def two_editors(self, which, mine, theirs, dies, field):
        """Open one owner in two forms, and submit both: the second is stale."""
        owner = self.owner(which)
        if owner is None:
            return
        name = oracle.GALLERIES[type(owner)][-1 if field else 0]
        for editor in "ab":
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
