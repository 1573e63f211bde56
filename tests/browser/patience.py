"""How long the browser is waited for, and how: by asking again until it is so."""

#: What is not there at once is slow, or never comes. In milliseconds, as Playwright counts.
PATIENCE = 30_000
STEP = 25


def wait_until(page, condition):
    """Ask until something holds, and tell whether it does; what the page says comes in meanwhile."""
    # Asked from here: without scripts a page cannot call back.
    for _ in range(PATIENCE // STEP):
        if condition():
            return True
        page.wait_for_timeout(STEP)
    return condition()
