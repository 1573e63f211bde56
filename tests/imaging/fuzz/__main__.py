"""The command line of the fuzzer."""

import argparse
import sys
import time
from pathlib import Path

from tests.imaging.fuzz.campaign import Campaign
from tests.imaging.fuzz.processes import apart
from tests.imaging.fuzz.seeds import WEIGHTS, seeds

EVERY = 60.0


def main() -> int:
    """Run as long as asked, telling each minute how far it is; 1 when anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.imaging.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first run")
    parser.add_argument("--runs", type=int, default=0, help="so many runs, however long they take")
    parser.add_argument("--findings", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--kind", choices=WEIGHTS, help="begin with files of this kind only")
    given = parser.parse_args()
    # Encoders start threads, which no fork should find: the files are made in another process.
    files = apart(seeds)
    if given.kind:
        files = {given.kind: files[given.kind]}
    campaign = Campaign(files, given.seed, given.findings)
    print(f"{sum(map(len, campaign.files.values()))} files, seed {given.seed}", flush=True)
    begun = told = time.monotonic()
    runs = campaign.runs_of(seconds=given.minutes * 60, count=given.runs, first=given.first)
    for _ in runs:
        if time.monotonic() - told > EVERY:
            told = time.monotonic()
            print(f"{(told - begun) / 60:.0f} min: {campaign.summary()}", flush=True)
    for look, times in campaign.findings.most_common():
        print(f"found {times} times: {look}")
    for outcome, times in sorted(campaign.outcomes.items()):
        print(f"{times:8} {outcome}")
    print(
        f"After {(time.monotonic() - begun) / 60:.1f} min, seed {given.seed}: {campaign.summary()}"
    )
    return 1 if campaign.findings else 0


if __name__ == "__main__":
    sys.exit(main())
