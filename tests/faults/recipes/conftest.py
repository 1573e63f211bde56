"""What every recipe ends with: the promises, asked of the tables and the storage."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from tests import NOW
from tests.faults import laws, oracle
from tests.faults.recipes import scripted


@dataclass
class Promises:
    """As of when they are asked, and which one a recipe had broken by hand."""

    at: datetime = NOW
    broken: str = ""

    def hold(self):
        """Raise when one does not hold, or when the broken one does after all."""
        gone = oracle.expiring(oracle.log(), self.at, 1)
        try:
            laws.all_hold(self.at, keep=1, gone=gone)
        except laws.Broken as broken:
            if not self.broken or not str(broken).startswith(self.broken):
                raise
        else:
            assert not self.broken, f"nobody broke this: {self.broken}"


@pytest.fixture(autouse=True)
def promises(transactional_db):
    """Ask everything when the test is over."""
    asked = Promises()
    yield asked
    asked.hold()


@pytest.fixture
def script(settings, media):
    """Return the script of the default storage."""
    return scripted.install(settings)


@pytest.fixture
def no_delay(settings):
    """Let files go in the run that purges."""
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0}
