"""What Amazon's issues mean: the guilty row is refused, the others get another try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.issues import Issue
from amzsync.core.sending import Progress
from amzsync.core.verdicts import Asked, verdicts, words

YES, NO, AGAIN = Progress.ACCEPTED, Progress.REJECTED, Progress.ABANDONED
PRICE = Asked(frozenset({"price"}))
STOCK = Asked(frozenset({"quantity"}))
OTHER = Asked(frozenset({"handling_time", "seller_notes"}))
ZERO = Asked(frozenset({"quantity"}), lowers=True)


def error(*attributes: str, severity: str = "ERROR", message: str = "Not so.") -> Issue:
    return Issue("8541", message, severity, attributes)


WARNING = error("purchasable_offer", severity="WARNING", message="Look at it.")
BAD_PRICE, BAD_STOCK = error("purchasable_offer"), error("fulfillment_availability")

CASES: list[tuple[str, str, list[Asked], list[Issue], list[Progress]]] = [
    ("taken", "ACCEPTED", [PRICE, STOCK], [], [YES, YES]),
    ("taken with a warning", "ACCEPTED", [PRICE], [WARNING], [YES]),
    ("valid in a preview", "VALID", [PRICE], [], [YES]),
    ("the price is bad", "INVALID", [PRICE, STOCK], [BAD_PRICE], [NO, AGAIN]),
    ("the stock is bad", "INVALID", [PRICE, STOCK, OTHER], [BAD_STOCK], [AGAIN, NO, NO]),
    ("both are bad", "INVALID", [PRICE, STOCK], [BAD_PRICE, BAD_STOCK], [NO, NO]),
    ("a part of the price", "INVALID", [PRICE, STOCK], [error("purchasable_offer.our_price")], [NO, AGAIN]),
    ("a part by itself", "INVALID", [PRICE, STOCK], [error("our_price")], [NO, AGAIN]),
    ("the notes", "INVALID", [PRICE, OTHER], [error("condition_note#1.value")], [AGAIN, NO]),
    ("a warning blames nobody", "INVALID", [PRICE, STOCK], [WARNING, BAD_STOCK], [AGAIN, NO]),
    ("nothing is named", "INVALID", [PRICE, STOCK], [error()], [NO, NO]),
    ("something else is named", "INVALID", [PRICE, STOCK], [error("brand")], [NO, NO]),
    ("no issue at all", "INVALID", [PRICE, STOCK], [], [NO, NO]),
    ("a zero in company is sent alone", "INVALID", [ZERO, PRICE], [error()], [AGAIN, NO]),
    ("a zero beside a bad price", "INVALID", [ZERO, PRICE], [BAD_PRICE], [AGAIN, NO]),
    ("a zero beside a bad handling time", "INVALID", [ZERO, OTHER], [BAD_STOCK], [AGAIN, NO]),
    ("a zero alone", "INVALID", [ZERO], [error()], [NO]),
    ("one alone is refused whatever is named", "INVALID", [PRICE], [error("brand")], [NO]),
    ("an unknown word with an error", "SOMETHING", [PRICE], [BAD_PRICE], [NO]),
    ("an unknown word without one", "SOMETHING", [PRICE], [WARNING], [YES]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "rows", "issues", "said"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_the_verdict_on_every_row(
    status: str, rows: list[Asked], issues: list[Issue], said: list[Progress]
) -> None:
    assert verdicts(status, rows, issues) == said


NAMES = st.sampled_from(["purchasable_offer", "fulfillment_availability", "condition_note", "brand"])  # fmt: skip
ISSUES = st.lists(
    st.builds(
        lambda severity, names: error(*names, severity=severity),
        st.sampled_from(["ERROR", "WARNING", "INFO"]),
        st.lists(NAMES, max_size=2),
    ),
    max_size=3,
)
ROWS = st.lists(st.sampled_from([PRICE, STOCK, OTHER, ZERO]), min_size=1, max_size=4)


@given(ROWS, ISSUES)
def test_a_refusal_is_never_forgotten_nor_tried_for_ever(
    rows: list[Asked], issues: list[Issue]
) -> None:
    found = verdicts("INVALID", rows, issues)
    assert len(found) == len(rows)
    assert YES not in found
    assert len(rows) > 1 or found == [NO]
    assert not any(row.lowers and said is NO for row, said in zip(rows, found, strict=True)) or len(rows) == 1  # fmt: skip


WORDS: list[tuple[str, list[Issue], str]] = [
    ("none", [], ""),
    ("one", [BAD_PRICE], "Not so. (code 8541)"),
    ("an error before a warning", [WARNING, BAD_PRICE], "Not so. (code 8541), and 1 more"),
    ("a warning alone", [WARNING], "Look at it. (code 8541)"),
    ("on one line", [error(message=" Not \n so. ")], "Not so. (code 8541)"),
    ("without words", [error(message="")], "no message (code 8541)"),
    ("at length", [error(message="x" * 400)], f"{'x' * 300}... (code 8541)"),
]


@pytest.mark.parametrize(("issues", "said"), [case[1:] for case in WORDS], ids=[c[0] for c in WORDS])  # fmt: skip
def test_the_words_for_the_log(issues: list[Issue], said: str) -> None:
    assert words(issues) == said
