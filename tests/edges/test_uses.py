"""Which relations name images, and what counts as an answer of a source."""

import uuid

import django
import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import isolate_apps

from gallery_events import uses
from gallery_events.exceptions import SweepRefused
from gallery_events.flows import preflight
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image
from tests import NOW, named
from tests.factories import make_image
from tests.project.models import Article, Photo

INTEGER, UUID = Image(pk=7), Photo(pk=uuid.UUID(int=7))


def labels(model):
    return {
        f"{each.related_model._meta.object_name}.{each.field.name}"
        for each in uses.relations(model)
    }


def test_every_relation_is_asked_hidden_ones_too():
    assert labels(Image) >= {
        "Article.lead",
        "Article.teaser",
        "Article.loose",
        "Article_figures.image",
        "Card.picture",
        "HistoricalCard.picture",
        "Diptych.cover",
        "HistoricalDiptych.cover",
        "HistoricalRecipe_steps.image",
        "Recipe_steps.image",
        "Image.original",
    }


def test_the_references_are_no_further_use():
    assert not {each for each in labels(Image) | labels(Photo) if "Reference" in each}


@pytest.mark.parametrize(
    "image, given, keys",
    [
        (INTEGER, {7}, {7}),
        (INTEGER, ["7", 8], {7, 8}),
        (INTEGER, (), set()),
        (INTEGER, iter([7]), {7}),
        (INTEGER, [INTEGER], {7}),
        (UUID, [str(UUID.pk)], {UUID.pk}),
        (UUID, [UUID], {UUID.pk}),
    ],
    ids=named,
)
def test_a_source_may_answer_in_any_collection_of_keys(image, given, keys):
    assert uses.answer(lambda _: given, [image]) == keys


@pytest.mark.parametrize(
    "given",
    [
        None,
        "7",
        b"7",
        {7: 1},
        7,
        object(),
        [None],
        [True],
        [7.0],
        ["x"],
        [(7,)],
        [UUID],
        [Article()],
    ],
    ids=named,
)
def test_anything_else_is_no_answer(given):
    with pytest.raises((TypeError, ValidationError)):
        uses.answer(lambda _: given, [INTEGER])


def test_a_source_cannot_change_what_it_was_asked():
    asked = [INTEGER]
    uses.answer(lambda images: images.clear() or set(), asked)
    assert asked == [INTEGER]


@pytest.mark.skipif(django.VERSION < (6, 1), reason="Django has DB_CASCADE from 6.1 on")
@isolate_apps("tests.project")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("on_delete", ["DB_CASCADE", "DB_SET_NULL"])
def test_a_database_level_on_delete_refuses_the_sweep(on_delete):
    class Sticker(models.Model):
        image = models.ForeignKey(
            Image, on_delete=getattr(models, on_delete), null=True, related_name="+"
        )

        class Meta:
            app_label = "project"

    (relation,) = [Sticker._meta.get_field("image").remote_field]
    assert uses.has_database_cascade(relation)
    with connection.schema_editor() as editor:
        editor.create_model(Sticker)
    try:
        with pytest.raises(SweepRefused, match="database-level on_delete"):
            sweep(now=NOW)
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Sticker)


@pytest.mark.django_db
def test_what_django_itself_carries_out_does_not_refuse_the_sweep():
    for relation in uses.relations(Image):
        assert not uses.has_database_cascade(relation)
    assert list(preflight.reasons(preflight.Situation(NOW, is_real=False))) == []


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 50])
def test_the_number_of_images_asked_at_once_costs_no_statement(number, django_assert_num_queries):
    from gallery_events import conf

    images = [make_image() for _ in range(number)]
    Article.objects.create(lead=images[0])
    relations = len(list(uses.relations(Image)))
    with django_assert_num_queries(relations):
        found = uses.find(images, settings=conf.current(), now=NOW, using="default")
    assert found.named == {images[0].pk: ["named by lead of project.Article"]}
    assert found.unknown == {}
