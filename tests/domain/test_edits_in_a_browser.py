"""What the widget's script makes of two edits, held to what is made of them here."""

import json
from pathlib import Path

from gallery_events.domain.edits import compose, from_json, result_size

EXAMPLES = Path(__file__).parents[2] / "frontend/tests/cropping/edits.json"


def test_the_examples_of_the_script_are_right():
    # The tests of the script hold it to the same file.
    examples = json.loads(EXAMPLES.read_text())
    turns = {
        tuple(each[edit][name] for edit in ("first", "second") for name in ("rotate", "flip"))
        for each in examples
    }

    assert len(turns) == 8 * 8, "each of the eight turns after each"
    for each in examples:
        first, second, both = (from_json(each[name]) for name in ("first", "second", "both"))
        size = tuple(each["size"])
        made = compose(first, second, size=size)
        assert (made.rotate, made.flip, made.crop) == (both.rotate, both.flip, both.crop), each
        assert list(result_size(made, size=size)) == each["result"]
