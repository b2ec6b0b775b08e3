"""The words of a price's steps."""

from __future__ import annotations

from decimal import Decimal

import pytest

from amzsync.core.price_steps import Step, StepKind, steps_text
from amzsync.core.settings import Adjustment

TEN = Decimal(10)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step(StepKind.SOURCE, Decimal("45.490000"), "price"), "Price 45.49"),
        (Step(StepKind.SOURCE, TEN, "cost", "de"), "cost 10.00 of de"),
        (Step(StepKind.FALLBACK, None, "cost"), "no cost"),
        (
            Step(
                StepKind.RULE, TEN, "Up", Adjustment(up=True, percent=True, amount=Decimal("2.50"))
            ),
            "+2.5 % 'Up' = 10.00",
        ),
        (
            Step(StepKind.RULE, TEN, "{0}", Adjustment(up=False, percent=False, amount=TEN)),
            "-10.00 '{0}' = 10.00",
        ),
        (Step(StepKind.CONVERTED, TEN, "CAD to USD", "1.25"), "CAD to USD at 1.25 = 10.00"),
        (Step(StepKind.FLOOR, TEN, "price"), "floor Price = 10.00"),
        (Step(StepKind.MINIMUM, TEN, "map"), "minimum map = 10.00"),
        (Step(StepKind.OVERRIDE, TEN), "override 10.00"),
    ],
)
def test_a_step_is_told(step: Step, expected: str) -> None:
    assert steps_text([step], 2) == expected


@pytest.mark.parametrize("kind", StepKind)
def test_every_kind_of_step_has_words_and_shows_its_amount(kind: StepKind) -> None:
    notes = {"fallback", "unreadable", "stopped", "no-shipping", "no-offer", "below-minimum"}
    text = steps_text([Step(kind, TEN, "x", "y")], 2)
    assert ("10.00" in text) == (kind not in notes)


def test_steps_are_parted_by_semicolons() -> None:
    assert steps_text([Step(StepKind.OVERRIDE, TEN)] * 2, 0) == "override 10; override 10"
    assert steps_text([], 2) == ""
