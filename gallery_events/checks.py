"""System checks: each names what is wrong and how to cure it."""


def register() -> None:
    """Register the checks."""
