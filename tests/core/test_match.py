"""Matching: every outcome by a table, and the laws that no listing may break."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from amzsync.core.match import (
    DEFAULT_ORDER,
    PIN,
    SELLER_SKU,
    STRANGER,
    Candidate,
    Match,
    Outcome,
    match,
    pinned,
)

KINDS = (*DEFAULT_ORDER, "gcid")
RANK = {kind: place for place, kind in enumerate(KINDS)}
MATCHED, AMBIGUOUS, CONFLICT = Outcome.MATCHED, Outcome.AMBIGUOUS, Outcome.CONFLICT
PARENT, LONELY = Outcome.PARENT, Outcome.STRANGER

# What a listing may be asked by; short keys keep the tables readable.
SKU = Candidate(SELLER_SKU, "TEA-1", 1)
ASIN = Candidate("asin", "B0TESTTEA1", 1)
EAN = Candidate("ean", "04006381333931", 1)


def of(candidate: Candidate, product_id: int) -> Candidate:
    return candidate._replace(product_id=product_id)


def weak(candidate: Candidate) -> Candidate:
    return candidate._replace(weak=True)


def parent(candidate: Candidate) -> Candidate:
    return candidate._replace(parent=True)


def missing(candidate: Candidate) -> Candidate:
    return candidate._replace(missing=True)


def decision(candidates: Sequence[Candidate], *never: int) -> tuple[Outcome, int | None, str, bool]:
    found = match(candidates, RANK, set(never))
    return found.outcome, found.product_id, found.by, found.weak


MATCHES = [
    ("agreeing identifiers are named by the first of the order", [EAN, ASIN, SKU], (1, SELLER_SKU)),
    ("agreeing identifiers without the SKU", [EAN, ASIN], (1, "asin")),
    ("one of several ASINs is narrowed by the SKU", [ASIN, of(ASIN, 2), of(SKU, 2)], (2, SELLER_SKU)),
    ("two keys narrow each other", [ASIN, of(ASIN, 2), of(EAN, 2), of(EAN, 3)], (2, "asin")),
    ("two kinds of one key", [EAN, EAN._replace(kind="upc")], (1, "upc")),
    ("a parent besides its variant", [parent(of(SKU, 2)), ASIN], (1, "asin")),
    ("a parent of the same key", [parent(of(EAN, 2)), EAN], (1, "ean")),
    ("what the export lost besides what it has", [missing(of(SKU, 2)), ASIN], (1, "asin")),
    ("a product that the export lost is still the match", [missing(SKU)], (1, SELLER_SKU)),
    ("two that the export lost, and both agree", [missing(SKU), missing(ASIN)], (1, SELLER_SKU)),
    ("a strong identifier against a weak one", [weak(of(SKU, 2)), EAN], (1, "ean")),
    ("a strong identifier against the same weak key", [weak(of(EAN, 2)), EAN], (1, "ean")),
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_identifier_joins_a_listing_with_its_product(kind: str) -> None:
    found = match([Candidate(kind, "the key", 7)], RANK)
    assert found == Match(MATCHED, 7, kind, weak=False, candidates=())


@pytest.mark.parametrize(
    ("candidates", "expected"), [case[1:] for case in MATCHES], ids=[case[0] for case in MATCHES]
)
def test_identifiers_that_agree_match(
    candidates: list[Candidate], expected: tuple[int, str]
) -> None:
    assert decision(candidates) == (MATCHED, *expected, False)


WEAK_MATCHES = [
    ("a repaired number alone", [weak(EAN)], (1, "ean")),
    ("a folded SKU alone", [weak(SKU)], (1, SELLER_SKU)),
    ("two weak ones that agree", [weak(SKU), weak(EAN)], (1, SELLER_SKU)),
    ("one that the export has against a strong one it lost", [weak(EAN), missing(of(SKU, 2))], (1, "ean")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [case[1:] for case in WEAK_MATCHES],
    ids=[case[0] for case in WEAK_MATCHES],
)
def test_weak_evidence_counts_where_there_is_no_strong_one_and_is_marked(
    candidates: list[Candidate], expected: tuple[int, str]
) -> None:
    assert decision(candidates) == (MATCHED, *expected, True)


UNDECIDED = [
    ("no candidate", [], (), LONELY),
    ("the only candidate was ruled out", [SKU], (1,), LONELY),
    ("all candidates were ruled out", [ASIN, of(ASIN, 2)], (1, 2), LONELY),
    ("one ASIN on two products", [ASIN, of(ASIN, 2)], (), AMBIGUOUS),
    ("two identifiers on the same two products", [ASIN, of(ASIN, 2), EAN, of(EAN, 2)], (), AMBIGUOUS),
    ("one folded SKU of two products", [weak(SKU), weak(of(SKU, 2))], (), AMBIGUOUS),
    ("one of three was ruled out", [ASIN, of(ASIN, 2), of(ASIN, 3)], (3,), AMBIGUOUS),
    ("both were lost by the export", [missing(ASIN), missing(of(ASIN, 2))], (), AMBIGUOUS),
    ("SKU and ASIN disagree", [SKU, of(ASIN, 2)], (), CONFLICT),
    ("two ASINs disagree with one EAN", [ASIN, of(ASIN, 2), of(EAN, 3)], (), CONFLICT),
    ("three identifiers that agree only pairwise",
     [SKU, of(SKU, 2), of(ASIN, 2), of(ASIN, 3), of(EAN, 3), EAN], (), CONFLICT),
    ("weak ones disagree", [weak(SKU), weak(of(EAN, 2))], (), CONFLICT),
    ("a configurable product", [parent(SKU)], (), PARENT),
    ("two configurable products", [parent(SKU), parent(of(ASIN, 2))], (), PARENT),
    ("a configurable product and something weaker", [parent(SKU), weak(of(EAN, 2))], (), PARENT),
    ("the variant was ruled out", [parent(SKU), of(ASIN, 2)], (2,), PARENT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("candidates", "never", "expected"),
    [case[1:] for case in UNDECIDED],
    ids=[case[0] for case in UNDECIDED],
)
def test_what_cannot_be_decided_is_never_guessed(
    candidates: list[Candidate], never: tuple[int, ...], expected: Outcome
) -> None:
    assert decision(candidates, *never) == (expected, None, "", False)


RULED_OUT = [
    ("of two products with one ASIN", [ASIN, of(ASIN, 2)], 1, (2, "asin")),
    ("of a conflict", [SKU, of(ASIN, 2)], 1, (2, "asin")),
    ("of a conflict, the other", [SKU, of(ASIN, 2)], 2, (1, SELLER_SKU)),
    ("the parent, which did not count anyway", [parent(of(SKU, 2)), ASIN], 2, (1, "asin")),
    ("a product that is no candidate", [SKU], 9, (1, SELLER_SKU)),
]


@pytest.mark.parametrize(
    ("candidates", "never", "expected"),
    [case[1:] for case in RULED_OUT],
    ids=[case[0] for case in RULED_OUT],
)
def test_ruling_a_product_out_leaves_the_other(
    candidates: list[Candidate], never: int, expected: tuple[int, str]
) -> None:
    assert decision(candidates, never) == (MATCHED, *expected, False)


def test_the_order_of_the_mapping_decides_which_identifier_names_the_match() -> None:
    rank = {"ean": 0, "asin": 1, SELLER_SKU: 2}
    assert match([SKU, ASIN, EAN], rank).by == "ean"
    assert match([SKU, ASIN, EAN, weak(of(EAN, 2))], rank).by == "ean"


def test_all_candidates_of_an_undecided_listing_are_kept_but_not_those_ruled_out() -> None:
    candidates = [of(EAN, 3), of(ASIN, 2), SKU, weak(of(SKU, 4)), of(SKU, 5), SKU]
    found = match(candidates, RANK, {5})
    assert found.outcome is CONFLICT
    assert found.candidates == tuple(sorted(set(candidates) - {of(SKU, 5)}))


def test_a_pin_needs_no_candidates() -> None:
    assert pinned(7) == Match(MATCHED, 7, PIN)
    assert not pinned(7).weak


# -- laws ----------------------------------------------------------------------------------------------

few = st.builds(
    Candidate,
    kind=st.sampled_from(KINDS),
    key=st.sampled_from("abc"),
    product_id=st.integers(1, 4),
    weak=st.booleans(),
    parent=st.booleans(),
    missing=st.booleans(),
)


@st.composite
def consistent(draw: st.DrawFn) -> list[Candidate]:
    """Candidates as the state gives them: a product is a parent, or missing, in all of its rows."""
    parents, gone = draw(st.sets(st.integers(1, 4))), draw(st.sets(st.integers(1, 4)))
    return [
        one._replace(parent=one.product_id in parents, missing=one.product_id in gone)
        for one in draw(st.lists(few, max_size=7))
    ]


nevers = st.sets(st.integers(1, 4), max_size=2)


@given(consistent(), nevers, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(
    candidates: list[Candidate], never: set[int], chance: Random
) -> None:
    shuffled = candidates.copy()
    chance.shuffle(shuffled)
    assert match(shuffled, RANK, never) == match(candidates, RANK, never)


@given(consistent(), nevers)
def test_a_match_is_one_of_the_candidates_that_were_not_ruled_out(
    candidates: list[Candidate], never: set[int]
) -> None:
    found = match(candidates, RANK, never)
    assert (found.product_id is not None) == (found.outcome is MATCHED)
    if found.outcome is MATCHED:
        assert any(c.product_id == found.product_id and c.kind == found.by for c in candidates)
        assert found.product_id not in never


@given(consistent(), nevers)
def test_ruling_out_the_match_never_yields_it_again(
    candidates: list[Candidate], never: set[int]
) -> None:
    found = match(candidates, RANK, never)
    assume(found.product_id is not None)
    again = match(candidates, RANK, never | {found.product_id or 0})
    assert again.product_id != found.product_id
    assert all(c.product_id != found.product_id for c in again.candidates)


@given(consistent(), st.lists(few, max_size=4), nevers)
def test_a_weak_candidate_never_beats_or_disturbs_a_strong_one(
    candidates: list[Candidate], others: list[Candidate], never: set[int]
) -> None:
    strong = [c for c in candidates if not (c.weak or c.missing)]
    assume(any(c.product_id not in never for c in strong))
    alone = match(strong, RANK, never)
    disturbed = match([*strong, *(weak(c) for c in others)], RANK, never)
    assert disturbed[:4] == alone[:4]


@given(consistent(), nevers, st.sampled_from(KINDS), st.data())
def test_the_same_product_and_key_once_more_never_changes_the_outcome(
    candidates: list[Candidate], never: set[int], kind: str, data: st.DataObject
) -> None:
    assume(candidates)
    again = data.draw(st.sampled_from(candidates))._replace(kind=kind)
    found, more = match(candidates, RANK, never), match([*candidates, again], RANK, never)
    assert (more.outcome, more.product_id, more.weak) == (
        found.outcome,
        found.product_id,
        found.weak,
    )


@given(consistent(), nevers)
def test_a_variation_parent_is_never_matched(candidates: list[Candidate], never: set[int]) -> None:
    found = match(candidates, RANK, never)
    assert not any(c.parent and c.product_id == found.product_id for c in candidates)


@given(consistent(), nevers)
def test_only_a_listing_without_candidates_left_is_a_stranger(
    candidates: list[Candidate], never: set[int]
) -> None:
    left = [c for c in candidates if c.product_id not in never]
    assert (match(candidates, RANK, never) == STRANGER) == (not left)


@given(consistent(), nevers)
def test_every_strong_identifier_of_a_present_product_agrees_with_the_match(
    candidates: list[Candidate], never: set[int]
) -> None:
    found = match(candidates, RANK, never)
    assume(found.outcome is MATCHED)
    strong = [
        c for c in candidates if not (c.weak or c.missing or c.parent) and c.product_id not in never
    ]
    for key in {c.key for c in strong}:
        assert found.product_id in {c.product_id for c in strong if c.key == key}
