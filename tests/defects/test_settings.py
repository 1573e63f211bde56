"""Settings: B26 and B27 of the predecessor's defects."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings

from gallery_events import conf

ROOT = Path(__file__).parents[2]
WRONG = [None, [], "4", 6, {"THUMBNAIL_SIZE": "bad"}, {"RENDITIONS": None}, {"FORMATS": "JPEG"},
         {"SERVE": None}, {"MAX_UNCLAIMED": 5}, {1: 2}]  # fmt: skip
START = """
import os
from django.conf import settings
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.project.settings"
settings.GALLERY_EVENTS = None
import django
django.setup()
import gallery_events.widgets, gallery_events.views, gallery_events.admin
from django.core.management import call_command
call_command("check", databases=[])
"""


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_b26_whatever_is_wrong_is_a_check_error_that_names_it(wrong, settings):
    settings.GALLERY_EVENTS = wrong

    with pytest.raises(SystemCheckError, match=r"gallery_events\.E020"):
        call_command("check")
    with pytest.raises(ImproperlyConfigured):
        conf.current()


def test_b26_what_is_wrong_does_not_keep_a_project_from_starting():
    ended = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert "gallery_events.E020" in ended.stderr
    assert "SystemCheckError" in ended.stderr


def test_b27_settings_are_read_at_use_and_never_changed():
    given = {"RENDITIONS": {"WIDTHS": [640, 320], "QUALITY": {"WEBP": 60}}, "BREAKER": {}}
    kept = copy.deepcopy(given)
    usual = conf.current().THUMBNAIL_SIZE
    with override_settings(GALLERY_EVENTS=given):
        assert conf.current().RENDITIONS.WIDTHS == (320, 640)
        call_command("check", tags=["gallery_events"])
        assert kept == django_settings.GALLERY_EVENTS
    with override_settings(GALLERY_EVENTS={"THUMBNAIL_SIZE": usual + 1}):
        changed = conf.current()
        assert usual + 1 == changed.THUMBNAIL_SIZE

    again = conf.current()
    assert usual == again.THUMBNAIL_SIZE
