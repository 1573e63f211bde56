"""simple-history's own commands: refused for owners of galleries, as ever for other models."""

import io
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError
from django.utils import timezone

from gallery_events.management.commands import (
    clean_duplicate_history,
    clean_old_history,
    populate_history,
)
from tests.factories import make_album
from tests.project.models import Album, Card

pytestmark = pytest.mark.django_db

COMMANDS = {
    "clean_old_history": (clean_old_history, "gallery_prune"),
    "clean_duplicate_history": (clean_duplicate_history, "gallery_prune"),
    "populate_history": (populate_history, "gallery_rebuild"),
}


@pytest.fixture(params=COMMANDS)
def name(request):
    return request.param


@pytest.fixture
def ours(name):
    return COMMANDS[name][0].Command()


@pytest.fixture
def old_card():
    """Return a card with an old and a doubled record."""
    card = Card.objects.create()
    card.save()
    card.history.update(history_date=timezone.now() - timedelta(days=90))
    return card


@pytest.mark.parametrize(
    "label", ["--auto", "project.Album", "project.album", "project.AlbumProxy", "project.Poster"]
)
@pytest.mark.parametrize("albums", [0, 1])
def test_owners_of_galleries_are_refused_whatever_would_be_found(name, ours, label, albums):
    for _ in range(albums):
        make_album()
    before = list(Album.history.values())
    with pytest.raises(CommandError, match=COMMANDS[name][1]) as refused:
        call_command(ours, label, verbosity=0)

    assert refused.value.returncode == 3
    assert list(Album.history.values()) == before


def test_one_owner_among_others_refuses_all_and_names_the_others(ours, old_card):
    with pytest.raises(CommandError, match=r"Name the models to go on with: project\.Card\.$"):
        call_command(ours, "project.Card", "project.Album", verbosity=0)
    assert old_card.history.count() == 2


def test_all_is_refused_and_the_others_are_named(ours, old_card):
    with pytest.raises(CommandError, match=r"Instead of --auto, name .*: project\.Card project\."):
        call_command(ours, "--auto", verbosity=0)
    assert old_card.history.count() == 2


@pytest.mark.parametrize(
    "command, left", [("clean_old_history", 0), ("clean_duplicate_history", 1)]
)
def test_other_histories_are_cleaned(old_card, command, left):
    call_command(COMMANDS[command][0].Command(), "project.Card", verbosity=0)

    assert old_card.history.count() == left


def test_other_histories_are_begun():
    Card.objects.bulk_create([Card()])
    call_command(populate_history.Command(), "project.Card", verbosity=0)

    assert Card.history.count() == 1


@pytest.mark.parametrize("label", ["Card", "project.Nothing", "a.b.c", "project.Club"])
def test_what_is_no_model_with_a_history_is_told_by_simple_history(ours, label):
    err = io.StringIO()
    with pytest.raises(CommandError, match="invalid model"):
        call_command(ours, label, verbosity=0, stderr=err)
    assert label in err.getvalue()


def test_nothing_named_asks_for_it(ours):
    out = io.StringIO()
    call_command(ours, stdout=out)

    assert "specify a model" in out.getvalue()


@pytest.mark.parametrize("order", [["gallery_events", "simple_history"], None])
def test_the_first_app_gives_the_command(name, order, monkeypatch):
    """Behind simple_history, its own command runs, and the guard of the snapshots refuses it."""
    if order is not None:
        first = {label: apps.app_configs[label] for label in order}
        monkeypatch.setattr(apps, "app_configs", {**first, **apps.app_configs})
    get_commands.cache_clear()
    try:
        found = load_command_class(get_commands()[name], name)
    finally:
        get_commands.cache_clear()

    assert isinstance(found, COMMANDS[name][0].Command) == (order is not None)
