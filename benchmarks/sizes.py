"""How much is measured: enough to tell, or just enough to see that everything runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    galleries: tuple[int, ...]  #: images in the galleries that are saved
    pool: int  #: images to choose from
    rounds: int  #: of what takes milliseconds
    few_rounds: int  #: of what takes longer
    kept: int  #: saves whose bytes are counted
    small: int  #: images in a small project ...
    large: int  #: ... and in a large one
    due: int  #: images for one sweep
    beside: int  #: images that are not due
    drift: tuple[int, int]  #: galleries, and images in each
    files: int
    picture: tuple[int, int]
    uploads: int  #: files that come in at once


FULL = Sizes(
    galleries=(10, 100, 1_000),
    pool=60_000,
    rounds=200,
    few_rounds=30,
    kept=1_000,
    small=10_000,
    large=1_000_000,
    due=20_000,
    beside=100_000,
    drift=(10_000, 100),
    files=100_000,
    picture=(4_000, 3_000),
    uploads=200,
)
QUICK = Sizes(
    galleries=(10, 100),
    pool=1_000,
    rounds=3,
    few_rounds=3,
    kept=100,
    small=100,
    large=1_000,
    due=500,
    beside=1_000,
    drift=(100, 20),
    files=500,
    picture=(400, 300),
    uploads=20,
)
