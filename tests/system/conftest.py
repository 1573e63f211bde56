"""What takes long by waiting begins first."""


def pytest_collection_modifyitems(items):
    """Let the one test that waits for a minute to pass begin: the other workers go on beside it."""
    items.sort(key=lambda item: "a_cron_daemon" not in item.name)
