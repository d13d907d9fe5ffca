"""Files and lines of the rooms and of single products, then and now: `python scripts/lines.py COMMIT` prints tables.

Own to a product are the files named like it in transforms/ and expectations/; what several share counts with its room.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import PurePosixPath

ROOMS = ("transforms/banking", "transforms/customs", "transforms/context", "expectations")
PRODUCTS = ("household_debt", "mortgage_rates", "mortgage", "loans_by_area_activity", "mortgage_by_lender", "fx_daily",
            "fx_soap", "form_135", "key_rate", "by_partner_preliminary", "major_exports_preliminary", "comext_trade",
            "census_balance", "federal_budget")  # fmt: skip
"""One of each shape of table."""


def lines(commit: str) -> Mapping[str, int]:
    """Lines of every .py and .yaml file of the rooms at a commit, by path."""
    listed = subprocess.run(["git", "ls-tree", "-r", "--name-only", commit, *ROOMS], capture_output=True, check=True)
    paths = [path for path in listed.stdout.decode().splitlines() if path.endswith((".py", ".yaml"))]
    asked = "".join(f"{commit}:{path}\n" for path in paths).encode()
    told = subprocess.run(["git", "cat-file", "--batch"], input=asked, capture_output=True, check=True).stdout
    found = {}
    for path in paths:
        head, _, told = told.partition(b"\n")
        size = int(head.split()[2])
        found[path] = told[:size].count(b"\n")
        told = told[size + 1 :]
    return found


def told(found: Mapping[str, int], suffix: str = "") -> str:
    """How many files, and how many lines they have."""
    chosen = {path: count for path, count in found.items() if path.endswith(suffix)}
    return f"{len(chosen)} | {sum(chosen.values()):,}"


def main(commit: str) -> None:
    then, now = lines(commit), lines("HEAD")
    print(
        "| room | .py files then | lines | .py files now | lines | .yaml files then | lines | .yaml files now | lines |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for room in ROOMS:
        own = [{path: n for path, n in each.items() if path.startswith(f"{room}/")} for each in (then, now)]
        print(f"| {room} | {' | '.join(told(each, kind) for kind in ('.py', '.yaml') for each in own)} |")
    print("\n| product | files then | lines | files now | lines |\n|---|--:|--:|--:|--:|")
    for product in PRODUCTS:
        own = [{p: n for p, n in each.items() if PurePosixPath(p).stem == product} for each in (then, now)]
        print(f"| {product} | {' | '.join(map(told, own))} |")


if __name__ == "__main__":
    main(sys.argv[1])
