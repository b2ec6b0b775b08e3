"""Tests of rejected rows, runs, open matches and decisions as lines."""

from __future__ import annotations

from amzsync.render.lists import (
    decided_words,
    match_lines,
    open_match_lines,
    reject_lines,
    run_lines,
)
from amzsync.store.ledger import Reject, RunRow
from amzsync.store.open_matches import OpenCandidate, OpenMatch


def test_a_rejected_row_tells_its_place_and_begins_with_its_text() -> None:
    one = Reject("us", "all-listings", "/a/b/r.txt", 7, "A-1", "no price", "x" * 61)

    assert list(reject_lines([one])) == ["r.txt, line 7: A-1 no price", "    " + "x" * 60 + "…"]


def test_a_rejected_row_without_a_key_is_told_without() -> None:
    one = Reject("us", "all-listings", "r.txt", 7, "", "no seller SKU", "a\tb\x1b")

    assert list(reject_lines([one])) == ["r.txt, line 7: no seller SKU", "    a b␛"]


def test_a_run_tells_changes_or_why_it_was_refused() -> None:
    done = RunRow(1, "import-listings", "2026-11-22T06:00:00Z", "done", "", 1)
    refused = done._replace(run_id=2, outcome="refused", message="Too many rows are gone.")

    assert [line.split("import-listings  ")[1] for line in run_lines([done, refused])] == [
        "done, 1 change",
        "refused: Too many rows are gone.",
    ]


def test_an_open_match_tells_its_candidates_with_their_kind() -> None:
    candidates = (
        OpenCandidate("T-1", "Tee", "configurable", "asin B000000001, seller_sku T-1"),
        OpenCandidate("T-2", None, "simple", "ean 09524170010306"),
    )
    one = OpenMatch("us", "T-1", None, None, "ambiguous", "why", candidates)

    assert list(open_match_lines(one)) == [
        "us  T-1  several products",
        "    (no title)",
        "    1. T-1  Tee, configurable  (ASIN B000000001, seller SKU T-1)",
        "    2. T-2    (EAN 09524170010306)",
    ]


def test_a_listing_without_candidates_tells_why() -> None:
    one = OpenMatch("us", "L-1", "B000000001", "Lamp", "stranger", "Nothing like it.", ())

    assert list(match_lines([one])) == [
        "us  L-1  no product",
        "    Lamp  B000000001",
        "    Nothing like it.",
        "",
    ]


def test_a_decision_tells_the_tab_in_words() -> None:
    assert decided_words("us", "A", "stranger", "new-third-party") == (
        "A in store us: no product, in tab New Third Party."
    )
