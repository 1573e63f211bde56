"""audit_verify: what an operator, or a monitor, is told of drift."""

import json

import pytest
from django.core.management import CommandError, call_command

from audit.models import Verification
from tests.audit import ways
from tests.factories import make_album, make_ids

pytestmark = pytest.mark.django_db


def run(capsys, command, *options):
    """Run a command and return its exit code and what it printed."""
    try:
        call_command(command, *options)
    except CommandError as error:
        return error.returncode, capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_where_all_agrees_it_exits_with_0_and_remembers(capsys):
    make_album(make_ids(2))
    before = Verification.objects.count()
    code, out = run(capsys, "audit_verify")
    assert code == 0
    assert out.startswith("Galleries compared: 1, in ")
    assert out.endswith("s; found: 0.\n")
    assert Verification.objects.count() == before + 1
    last = Verification.objects.last()
    assert (last.full, last.galleries, last.found) == (False, 1, 0)
    assert "project.Album" in last.marks
    assert str(last) == f"verification {last.pk}: found 0, galleries 1"


def test_what_it_found_it_says_and_exits_with_2(capsys):
    a, b = make_ids(2)
    album = make_album([a])
    ways.raw_sql(album, [b])
    code, out = run(capsys, "audit_verify", "--full")
    assert code == 2
    assert (
        f"  photos of project.Album {album.pk}: the last snapshot (1) holds [{a}]; "
        f"the row holds [{b}]\n" in out
    )
    last = Verification.objects.last()
    assert (last.full, last.found) == (True, 1)


def test_json_holds_all_of_it(capsys):
    album = make_album(make_ids(1))
    ways.delete_raw(album)
    code, out = run(capsys, "audit_verify", "--json")
    told = json.loads(out)
    assert code == 2
    assert (told["found"], told["kinds"], told["full"]) == (1, {"vanished": 1}, False)
    assert told["verification"] == Verification.objects.last().pk
    assert [(each["kind"], each["key"]) for each in told["findings"]] == [
        ("vanished", str(album.pk))
    ]


def test_json_lists_no_more_than_fits(capsys, monkeypatch):
    monkeypatch.setattr("audit.management.commands.audit_verify.LONGEST_LIST", 1)
    for _ in range(3):
        ways.raw_sql(make_album(), [5])
    told = json.loads(run(capsys, "audit_verify", "--json")[1])
    assert (told["found"], len(told["findings"])) == (3, 1)


@pytest.mark.parametrize("command", ["audit_verify", "audit_reconcile"])
def test_wrong_arguments_exit_with_3(capsys, command):
    assert run(capsys, command, "--fast")[0] == 3


@pytest.mark.parametrize("command", ["audit_verify", "audit_reconcile"])
def test_wrong_settings_exit_with_3(capsys, command, settings):
    settings.GALLERY_EVENTS = {"RETENTION_DAYS": -1}
    assert run(capsys, command)[0] == 3
