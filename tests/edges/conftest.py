"""Somebody who uploads, and a browser of theirs."""

import pytest
from django.contrib.auth import get_user_model

from gallery_events.flows import upload
from tests.pictures import picture


@pytest.fixture
def ann():
    return get_user_model().objects.create_user("ann")


@pytest.fixture
def anns(client, ann):
    """Return ann's browser."""
    client.force_login(ann)
    return client


@pytest.fixture
def image(ann):
    return upload.receive(picture("Sunset.png"), user=ann)
