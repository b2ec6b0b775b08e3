"""Measure planning against the first import of the same run: ten price rules, a tree of twenty conditions.

    python -m tests.bench.plan 1000000 [--folder DIR]

All figures are ratios of the first import's time.  Settings change (everything is planned anew), 0.5 % of the
rows change (only they are), and nothing changes.  The tree and the rules look at columns and at attributes, and
hold for nearly every product, which is what takes longest.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench.__main__ import CHANGED, CONFIG, timed
from tests.bench.generate import write_export, write_report

TREE = """
[stores.us.rules]
all = [
  { attribute = "price", greater_than = 1 }, { attribute = "price", less_than = 1000000 },
  { attribute = "type", is = "simple" }, { attribute = "attribute_set", is_not = "Gift" },
  { attribute = "name", does_not_contain = "sample" }, { attribute = "visibility", is_not = "Nowhere" },
  { attribute = "categories", not_one_of = ["Default Category/Hidden"] }, { attribute = "websites", is = "base" },
  { attribute = "special_price", is_undefined = true }, { attribute = "quantity", at_least = 0 },
  { attribute = "weight", at_least = 0 }, { attribute = "tax_class_name", is_not = "None" },
  { attribute = "country_of_manufacture", is_not = "Nowhere" }, { attribute = "msrp_price", is_undefined = true },
  { attribute = "gift_message_available", is_not = "never" },
  { any = [{ attribute = "sku", contains = "-" }, { attribute = "price", at_least = 5 }] },
  { any = [{ attribute = "name", contains = "recalled" }, { attribute = "type", is = "bundle" },
           { attribute = "price", greater_than = 1000000 }], are = false },
]
"""
RULE = """
[[stores.us.price_rules]]
name = "Rule {number}"
priority = {number}
{move}
conditions = {{ all = [{{ attribute = "price", greater_than = {number} }}, {{ attribute = "type", is = "simple" }}] }}
"""
PLAN = ("plan", "--summary", "--output", "json", "--force")


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keep the files here and use them again")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        shop = folder / f"{args.count}-plan"
        _write(shop, args.count)
        _measure(shop, args.count)


def _write(shop: Path, count: int) -> None:
    for name, changed in (("before", 0.0), ("after", CHANGED)):
        place = shop / name
        if not (place / "all-listings.txt").exists():
            place.mkdir(parents=True, exist_ok=True)
            write_export(place / "catalog_product.csv", count, changed=changed)
            write_report(place / "all-listings.txt", count, changed=changed)


def _measure(shop: Path, count: int) -> None:
    for path in shop.glob("state.db*"):
        path.unlink()
    config = CONFIG.format(state=shop / "state.db")
    _put(shop, "before", config + TREE + _rules(10))
    first, _ = timed(_amzsync("import-listings"), shop)
    whole, memory = timed(_amzsync(*PLAN), shop, codes=(0, 65))
    nothing, _ = timed(_amzsync(*PLAN), shop, codes=(0, 65))
    _put(shop, "after", config + TREE + _rules(10))
    timed(_amzsync("import-listings"), shop)
    changed, _ = timed(_amzsync(*PLAN), shop, codes=(0, 65))
    _put(shop, "after", config + TREE + _rules(9))
    prices, _ = timed(_amzsync(*PLAN), shop, codes=(0, 65))
    print(f"{count:,} listings and {count:,} products, first import {first:.2f} s")
    for words, seconds in (
        ("the first plan", whole),
        ("nothing changed", nothing),
        ("0.5 % of the rows changed", changed),
        ("a price rule changed", prices),
    ):
        print(f"  {words:<28}{seconds / first:.3f} of the first import ({seconds:.2f} s)")
    print(f"  {'peak memory of planning':<28}{memory:.0f} MB")


def _put(shop: Path, name: str, config: str) -> None:
    for file in ("catalog_product.csv", "all-listings.txt"):
        shutil.copy2(shop / name / file, shop / file)
    (shop / "amzsync.toml").write_text(config)


def _rules(number: int) -> str:
    moves = ('decrease = "0.05"', 'increase = "0.5%"')
    return "".join(RULE.format(number=n, move=moves[n % 2]) for n in range(1, number + 1))


def _amzsync(*words: str) -> list[str]:
    return [sys.executable, "-m", "amzsync", *words]


if __name__ == "__main__":
    main()
