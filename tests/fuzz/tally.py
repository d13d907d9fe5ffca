"""What became of spoiled files, by format and fault: the tables of docs/reliability.md."""

from __future__ import annotations

from collections import Counter, defaultdict

OUTCOMES = ("right", "set aside", "refused", "blind")
"""right: every figure as it was, or as the spoiled file states it; set aside: what is at fault is left out and told;
refused: nothing is loaded, with a reason; blind: another figure, which nothing in the file contradicts."""


class Tally:
    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def count(self, carrier: str, fault: str, outcome: str) -> None:
        assert outcome in OUTCOMES, outcome
        self.counts[carrier, fault][outcome] += 1

    def of(self, place: int) -> dict[str, Counter[str]]:
        """Sums by format (0) or fault (1), and of all."""
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for key, made in self.counts.items():
            sums[key[place]] += made
            sums["all"] += made
        return {name: sums[name] for name in [*sorted(set(sums) - {"all"}), "all"]}

    def show(self) -> None:
        """Print the tables; pytest -rP shows them."""
        for place, what in enumerate(("format", "fault")):
            print(f"| {what} | mutants | {' | '.join(OUTCOMES)} |\n|{'---|' * (len(OUTCOMES) + 2)}")
            for name, made in self.of(place).items():
                print(f"| {name} | {made.total()} | {' | '.join(str(made[outcome]) for outcome in OUTCOMES)} |")
