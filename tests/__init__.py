"""What the package promises, floor by floor; CONTRIBUTING.md says which folder is for what."""

import re
from datetime import UTC, datetime

#: The moment at which tests happen; they pass it on, nobody freezes a clock.
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def named(value: object) -> str:
    """Return a value's name for a test: the same in every worker, whatever its address."""
    return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
