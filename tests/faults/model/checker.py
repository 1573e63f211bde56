"""Walks through every state that a protocol can reach, the nearest first."""

from collections import deque
from dataclasses import dataclass, field
from functools import cache

from tests.faults.model import clock, people, remover, saver, sweeper
from tests.faults.model.laws import LAWS, NO_DEADLOCK, NOT_FORGOTTEN, Law
from tests.faults.model.state import IDLE, ROLES, Row, beginning

ACTORS = (saver, sweeper, remover, people, clock)

#: What may happen at any time, and what nothing may rely on.
MISFORTUNES = frozenset(
    {
        saver.Saves.DIES,
        sweeper.Sweeps.DIES,
        remover.Removes.DIES,
        remover.Removes.HEARS_ERROR,
        remover.Removes.HEARS_FALSE_ERROR,
        remover.Removes.GIVES_BACK,
        people.Acts.DIES,
    }
)


@dataclass
class Finding:
    """What a walk found: the law that is *broken*, if one is, and the shortest way there."""

    broken: Law | None = None
    trace: list[str] = field(default_factory=list)
    states: int = 0
    steps: int = 0
    #: Everything that happened at least once.
    happened: set = field(default_factory=set)

    def __str__(self):
        """Tell it as a story."""
        if self.broken is None:
            return f"holds in {self.states:,} states, {self.steps:,} steps"
        lines = [f"broken in {len(self.trace)} steps: {self.broken}"]
        lines += [f"{at:4}. {each}" for at, each in enumerate(self.trace, start=1)]
        return "\n".join(lines)


@cache
def check(protocol, *, laws=LAWS):
    """
    Find the law that breaks by the shortest way, or that none does, whatever happens.

    There are no counters in a state, so there are finitely many, and nothing
    is left out: processes die, claims run out and storages fail as often as
    they like.
    """
    start = beginning(protocol)
    came_by = {start: None}
    found, hopes, waiting = Finding(), {}, deque([start])
    while waiting:
        state = waiting.popleft()
        following = steps(state, protocol)
        found.steps += len(following)
        for step in following:
            found.happened.add(step.does)
            if step.state not in came_by:
                came_by[step.state] = (state, step)
                waiting.append(step.state)
            for law in laws:
                if not law.holds(state, step.state, protocol):
                    return _broken(found, law, came_by, state, last=[step])
            if is_the_sweeps_own(step):
                hopes.setdefault(step.state, []).append(state)
        if is_stuck(state, following):
            return _broken(found, NO_DEADLOCK, came_by, state)
    forgotten = _forgotten(came_by, hopes)
    if forgotten is not None:
        return _broken(found, NOT_FORGOTTEN, came_by, forgotten)
    found.states = len(came_by)
    return found


def steps(state, protocol):
    """Return everything that can happen next."""
    return [step for actor in ACTORS for step in actor.steps(state, protocol)]


def is_stuck(state, following):
    """Tell whether somebody is at work, and nobody at work can go on: they wait for each other."""
    at_work = {
        (role, number)
        for role in ROLES
        for number, each in enumerate(getattr(state, role))
        if each is not IDLE
    }
    going_on = {(step.role, step.number) for step in following if step.does not in MISFORTUNES}
    return bool(at_work) and at_work.isdisjoint(going_on)


def is_the_sweeps_own(step):
    """Tell whether it needs nobody's help, but for dead letters, and is no misfortune."""
    if step.does in MISFORTUNES:
        return False
    return step.role in ("sweeper", "remover", "time") or step.does is people.Acts.RETRIES


def is_done(state):
    """Tell whether nothing is left of the image but its tombstone."""
    return state.row is Row.GONE and not state.file


def is_left(state):
    """Tell whether nothing names the image now and nobody but the sweep is at it."""
    idle = all(each is IDLE for each in (*state.saver, *state.operator))
    return idle and not any(each.current for each in state.references)


def _forgotten(came_by, hopes):
    """Return the first state that is left and from which the sweep alone finds no end, or None."""
    waiting = deque(state for state in came_by if is_done(state))
    hopeful = set(waiting)
    while waiting:
        for earlier in hopes.get(waiting.popleft(), ()):
            if earlier not in hopeful:
                hopeful.add(earlier)
                waiting.append(earlier)
    return next((state for state in came_by if is_left(state) and state not in hopeful), None)


def _broken(found, law, came_by, state, *, last=()):
    told = list(last)
    while came_by[state] is not None:
        state, step = came_by[state]
        told.append(step)
    found.broken, found.states = law, len(came_by)
    found.trace = [str(step) for step in reversed(told)]
    return found
