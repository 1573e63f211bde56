"""The quick look at many owners' references clears nobody whom comparing one by one would not."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.test import override_settings
from hypothesis import event, given
from hypothesis import strategies as st

from gallery_events import conf, references
from gallery_events.fields import gallery_fields
from gallery_events.flows.prune import prune
from gallery_events.flows.repair import bundled, unknown
from gallery_events.flows.repair.bundled import suspects
from gallery_events.flows.repair.comparing import Scope, compared, differences
from gallery_events.flows.repair.unknown import unknown_owners
from gallery_events.flows.restore import undelete
from gallery_events.flows.sweep import sweep
from gallery_events.models import Reference
from tests import NOW
from tests.factories import make_album, make_ids, make_image
from tests.project.models import Album, Diptych, Poster

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


def scope(model, now=NOW):
    return Scope(model, "default", now, conf.current().retention)


class Story:
    """Three owners, their images, and whatever happens to them."""

    def __init__(self, model):
        self.model, self.now = model, NOW
        self.fields = gallery_fields(model)
        self.images = [make_image(self.fields[0].image_model).pk for _ in range(5)]
        self.pks = [model.objects.create().pk for _ in range(3)]

    def tell(self, step):
        kind, which, lists, age = step
        owner = self.model._base_manager.filter(pk=self.pks[which]).first()
        if kind == "sweep":
            self.now = max(self.now, NOW + age * DAY)
            sweep(now=NOW + age * DAY)
        elif kind == "prune":
            prune(now=self.now)
        elif owner is None:
            undelete(self.model, self.pks[which], partial=True)
        else:
            owner._history_date = NOW - age * DAY
            self.delete(owner, lists) if kind == "delete" else self.save(owner, lists)

    def delete(self, owner, lists):
        """Delete an owner that somebody wrote past the signals a moment ago."""
        for field, chosen in zip(self.fields, lists, strict=False):
            there = models.QuerySet(self.model).filter(pk=owner.pk)
            there.update(**{field.name: [self.images[at] for at in chosen]})
        found = self.model._base_manager.get(pk=owner.pk)
        found._history_date = owner._history_date
        found.delete()

    def save(self, owner, lists):
        there = set(self.fields[0].image_model.objects.values_list("pk", flat=True))
        for field, chosen in zip(self.fields, lists, strict=False):
            ids = [self.images[at] for at in chosen if self.images[at] in there]
            setattr(owner, field.name, ids)
        owner.save()

    @property
    def references(self):
        model = references.reference_model(self.fields[0].image_model)
        return model._base_manager.order_by("pk")

    def damage(self, row, what, value):
        """Write something else, or more, or nothing, as far as the database lets it happen."""
        changes = {
            "image": {"image_id": self.images[value % 5]},
            "since version": {"since_version": value},
            "since": {"since": F("since") + timedelta(days=value - 2)},
            "until": {"until": self.now + (value - 4) * 10 * DAY},
            "until version": {"until_version": value},
            "ended": {"until": row.since + value * DAY, "until_version": row.since_version + value},
            "open again": {"until": None, "until_version": None},
            "gallery": {"field": [*(each.name for each in self.fields), "gone"][value % 3 - 1]},
            "owner": {"object_id": references.object_id(self.model, self.pks[value % 3])},
        }
        if what == "gone":
            row.delete()
        elif what == "twice":
            row.pk = None
            row.save(force_insert=True)
        else:
            models.QuerySet.update(self.references.filter(pk=row.pk), **changes[what])

    def differing(self):
        """Return the owners that differ, one by one, and those suspected at a glance."""
        look = scope(self.model, self.now)
        exact = {each.pk for each in compared(look, self.pks) if each}
        return exact, set(suspects(look, self.pks))


DAMAGES = (
    *("gone", "twice", "image", "since version", "since", "until", "until version"),
    *("ended", "open again", "gallery", "owner"),
)

chosen = st.lists(st.integers(0, 4), unique=True, max_size=4)
steps = st.lists(
    st.tuples(
        st.sampled_from(["save", "save", "save", "save", "delete", "sweep", "prune"]),
        st.integers(0, 2),
        st.tuples(chosen, chosen),
        st.integers(0, 70),
    ),
    max_size=12,
)
damages = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(DAMAGES), st.integers(0, 9)),
    min_size=1,
    max_size=3,
)
policies = st.tuples(st.integers(1, 3), st.sampled_from([30, 30, None]))
owner_models = pytest.mark.parametrize("model", [Diptych, Poster])


@contextmanager
def story(model, policy, told):
    """Tell a story, and undo it afterwards."""
    keep, days = policy
    kept = {"KEEP_SNAPSHOTS": keep, "RETENTION_DAYS": days, "BREAKER": {"SHARE_FROM": 10**6}}
    block = transaction.atomic()
    block._from_testcase = True  # as Django marks the transaction around a test
    with override_settings(GALLERY_EVENTS=kept), block:
        happening = Story(model)
        for step in told:
            happening.tell(step)
        yield happening
        transaction.set_rollback(True)


@owner_models
@given(policies, steps)
def test_after_any_history_nobody_is_suspected_who_does_not_differ(model, policy, told):
    with story(model, policy, told) as happening:
        differing, suspected = happening.differing()
        assert suspected == differing


@owner_models
@given(policies, steps, damages)
def test_whoever_differs_is_suspected(model, policy, told, wrong):
    with story(model, policy, told) as happening:
        for at, what, value in wrong:
            rows = list(happening.references)
            if not rows:
                continue
            try:
                with transaction.atomic():
                    happening.damage(rows[at % len(rows)], what, value)
            except IntegrityError:
                event("refused by the database")
        differing, suspected = happening.differing()
        event(f"differing: {len(differing)}, suspected: {len(suspected)}")
        assert differing <= suspected


def test_owners_in_good_order_are_never_compared_one_by_one(django_assert_num_queries):
    images = make_ids(4)
    for _ in range(30):
        album = make_album(images[:3])
        album.photos = images[1:]
        album.save()
    pks = list(Album.objects.values_list("pk", flat=True))
    references.content_type(Album, "default")
    with django_assert_num_queries(5):  # current and ended ones of two models, and the snapshots
        assert list(differences(scope(Album), pks)) == []


def test_an_owner_is_suspected_wherever_it_stands_in_the_page(monkeypatch):
    monkeypatch.setattr(bundled, "LOOK", 2)
    (a,) = make_ids(1)
    pks = [make_album([a]).pk for _ in range(5)]
    wrong = [pks[1], pks[2], pks[4]]
    Reference.objects.filter(object_id__in=map(str, wrong)).delete()
    assert suspects(scope(Album), pks) == wrong


def test_an_owner_without_any_reference_or_history_is_no_mistake():
    pks = [make_album().pk for _ in range(2)]
    assert suspects(scope(Album), [*pks, 10**6]) == []


@pytest.mark.parametrize("ended", [True, False])
def test_owners_that_only_references_name_are_found_on_every_page_once(monkeypatch, ended):
    monkeypatch.setattr(unknown, "PAGE", 2)
    images = make_ids(3)
    for _ in range(5):
        make_album(images)
    gone = [make_album(images).pk for _ in range(3)]
    models.QuerySet(Album.history.model).filter(id__in=gone)._raw_delete("default")
    models.QuerySet(Album).filter(pk__in=gone)._raw_delete("default")
    strange = Reference.objects.filter(object_id=str(gone[0]))
    strange.filter(image_id=images[0]).update(object_id="no number")
    strange.filter(image_id=images[1]).update(object_id="9" * 30)
    if ended:
        Reference.objects.filter(image_id=images[2]).update(until=NOW, until_version=2)
    found = list(unknown_owners(scope(Album)))
    assert sorted(found) == sorted([*map(str, gone), "no number", "9" * 30])


def test_an_owner_with_a_row_and_no_history_is_not_unknown():
    album = make_album(make_ids(1))
    models.QuerySet(Album.history.model).filter(id=album.pk)._raw_delete("default")
    assert list(unknown_owners(scope(Album))) == []


def write_history(model, version, text):
    table = connection.ops.quote_name(model.history.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET photos = %s WHERE gallery_version = %s", [text, version]
        )


@pytest.mark.parametrize(
    "written",
    [
        '[{a}, "x", [1], {{"y": 2}}, null, true]',
        '["{a}"]',
        "[{a}.0]",
        "[[{a}]]",
        "[{a},{a}]",
        "[true]",
        "[-{a}]",
        "[99999999999999999999999999]",
        "null",
        "{{}}",
    ],
)
def test_numbers_are_read_as_they_are_one_by_one(written):
    (a,) = make_ids(1)
    for _ in range(2):
        album = make_album([a])
    write_history(Album, 1, written.format(a=a))
    pks = list(Album.objects.values_list("pk", flat=True))
    assert album.pk in pks
    exact = [each.pk for each in compared(scope(Album), pks) if each]
    assert set(exact) <= set(suspects(scope(Album), pks))


@pytest.mark.parametrize("how", [str, lambda key: str(key).upper(), lambda key: key.hex, repr])
def test_uuids_are_read_as_they_are_one_by_one(how):
    image = make_image(Poster._meta.get_field("photos").image_model)
    pks = [Poster.objects.create(photos=[image.pk]).pk for _ in range(2)]
    write_history(Poster, 1, json.dumps([how(image.pk)]))
    exact = [each.pk for each in compared(scope(Poster), pks) if each]
    assert set(exact) == set(suspects(scope(Poster), pks))
