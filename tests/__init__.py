"""What the package promises, floor by floor; CONTRIBUTING.md says which folder is for what."""

from datetime import UTC, datetime

#: The moment at which tests happen; they pass it on, nobody freezes a clock.
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
