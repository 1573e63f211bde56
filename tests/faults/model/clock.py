"""Time, of which only this matters: something is over that was not."""

from enum import StrEnum

from tests.faults.model.state import Ended, Review, Row, Step, Trash


class Passes(StrEnum):
    """What can be over."""

    RETENTION = "passes: the retention of a reference that ended is over"
    REVIEW = "passes: the image is due for review"
    TRASH = "passes: the trash period is over"
    CLAIM = "passes: the claim on the tombstone has run out"


def steps(state, protocol):
    """Yield what can be over next; FILE_DELAY_HOURS may be nothing, so it is left out."""
    for does, after in _steps(state):
        yield Step("time", 0, does, after)


def _steps(state):
    for number, each in enumerate(state.references):
        if Ended.RECENT in each.ended:
            over = state.refer(number, each.run_out())
            yield Passes.RETENTION, state._replace(references=over)
    if state.row is Row.LIVING and state.review is Review.LATER:
        yield Passes.REVIEW, state._replace(review=Review.DUE)
    if state.row is Row.LIVING and state.trash is Trash.IN:
        yield Passes.TRASH, state._replace(trash=Trash.OVER)
    if state.tombstone is not None and state.tombstone.claimed_by is not None:
        free = state.tombstone._replace(claimed_by=None)
        yield Passes.CLAIM, state._replace(tombstone=free)
