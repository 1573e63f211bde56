"""Check all protocols and tell the stories: ``python -m tests.faults.model``."""

import sys
from time import monotonic

from tests.faults.model.checker import check
from tests.faults.model.variants import MEETINGS, SAFE, WRONG


def main():
    """Print what holds for ours and for the others, and how each wrong one loses an image."""
    began = monotonic()
    for name, protocol in MEETINGS.items():
        _say(f"ours, {name}", check(protocol))
    for name, (protocol, laws) in SAFE.items():
        _say(name, check(protocol, laws=laws))
    for name, (protocol, laws) in WRONG.items():
        for law in laws:
            _say(name, check(protocol, laws=(law,)))
    sys.stdout.write(f"{monotonic() - began:.0f} seconds\n")


def _say(name, finding):
    sys.stdout.write(f"{name}: {finding}\n\n")


main()
