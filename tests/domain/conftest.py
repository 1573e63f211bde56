"""The domain is tested without a database: whoever needs one is on a higher floor."""

import pytest

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_runtest_setup(item):
    asked = DATABASE_FIXTURES & set(item.fixturenames)
    if asked or item.get_closest_marker("django_db"):
        pytest.fail("tests/domain has no database; this test belongs to tests/flows", pytrace=False)
