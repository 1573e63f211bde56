"""Clicks that lead to another page, which is there, whole, when they return."""


def press(page, name, *, exact=False):
    """Press the button called *name*."""
    leads(page, page.get_by_role("button", name=name, exact=exact))


def follow(page, name):
    """Follow the link called *name*."""
    leads(page, page.get_by_role("link", name=name))


def leads(page, what):
    """Click on *what*; a click alone returns while the next page is still empty, or not begun."""
    with page.expect_navigation(wait_until="load"):
        what.click()
