"""Who plays in these: ann, her browser, and a picture of hers; bob, who would like it too."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.edges.conftest import ann, anns, image

__all__ = ["ann", "anns", "bobs", "image"]


@pytest.fixture
def bobs():
    """Return the browser of somebody who has uploaded nothing."""
    browser = Client()
    browser.force_login(get_user_model().objects.create_user("bob"))
    return browser
