"""Many runs, counted; what they find is kept with all that is needed to see it again."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.imaging.fuzz.judging import judged
from tests.imaging.fuzz.mutations import SCATTERING, mutated
from tests.imaging.fuzz.processes import alone
from tests.imaging.fuzz.seeds import WEIGHTS

#: Of findings that look the same, so many are kept.
ALIKE = 5


@dataclass
class Campaign:
    """Runs on *files*, from a *seed*: the same seed makes the same runs."""

    files: dict[str, dict[str, bytes]]
    seed: int
    folder: Path | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    runs: int = 0

    def runs_of(self, *, seconds: float = 0, count: int = 0, first: int = 0) -> Iterator[int]:
        """Run until *seconds* have passed, or *count* times; yield the number of each run."""
        ends = time.monotonic() + seconds
        number = first
        while number - first < count if count else time.monotonic() < ends:
            self.run(number)
            yield number
            number += 1

    def made(self, number: int) -> tuple[str, bytes, list[str]]:
        """Return the name of the file that a run begins with, what it makes of it, and how."""
        random = Random(f"{self.seed}:{number}")
        (kind,) = random.choices(list(self.files), [WEIGHTS[kind] for kind in self.files])
        name = random.choice(list(self.files[kind]))
        others = [data for files in self.files.values() for data in files.values()]
        data, mutations = mutated(self.files[kind][name], random, others)
        return name, data, mutations

    def run(self, number: int) -> None:
        """Make the file of a run, and look what becomes of it."""
        name, data, mutations = self.made(number)
        secrets = SCATTERING.isdisjoint(mutations)
        kind, text = alone(lambda: judged(data, secrets=secrets))
        self.runs += 1
        if kind == "ok":
            self.outcomes[text] += 1
            return
        look = text.strip().splitlines()[-1][:80] if text.startswith("exception") else text[:80]
        self.findings[look] += 1
        if self.folder is not None and self.findings[look] <= ALIKE:
            told = {"seed": self.seed, "run": number, "file": name, "by": mutations, "found": text}
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{self.seed}-{number}"
            path.with_suffix(".bin").write_bytes(data)
            path.with_suffix(".json").write_text(json.dumps(told, indent=1), encoding="utf-8")

    def summary(self) -> str:
        """Return one line: runs, accepted, refused by code, findings."""
        accepted = sum(n for each, n in self.outcomes.items() if each.startswith("accepted"))
        refused = Counter()
        for each, n in self.outcomes.items():
            if each.startswith("refused"):
                refused[each.removeprefix("refused ")] += n
        codes = ", ".join(f"{code} {n}" for code, n in refused.most_common())
        return (
            f"{self.runs} runs: {accepted} accepted, {sum(refused.values())} refused ({codes}), "
            f"{sum(self.findings.values())} findings"
        )
