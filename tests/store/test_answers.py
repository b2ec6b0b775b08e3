"""Answers about single listings: the newest is kept, beside the reports, with its issues."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync.core.issues import Issue
from amzsync.core.model import ListingRow, ReportKind
from amzsync.store import answers, listings

ANSWER, STOCK = ReportKind.ANSWER.value, ReportKind.FBA_ANSWER.value
ROW = ListingRow(
    "A", "B0TEST0001", "A title", "new_new", "merchant", 1990, 5, "inactive", "4006381333931",
    "2025-03-04T05:06:07Z", "No offer.",
)  # fmt: skip
ISSUE = Issue(
    "90220", "„Marke“ is required; 'x' \"y\"", "ERROR", ("brand", "größe"), ("MISSING_ATTRIBUTE",),
    ("SEARCH_SUPPRESSED", "LISTING_SUPPRESSED"), "EXEMPT_UNTIL_EXPIRY_DATE", "2026-12-01T00:00:00Z",
)  # fmt: skip
PLAIN = Issue("8541", "", "WARNING", (), (), (), "", None)
SKUS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6)


def day(number: int) -> str:
    return f"2026-11-{number:02d}T06:00:00Z"


def kept(db: sqlite3.Connection, store: int = 1) -> list[tuple[str, str | None, str | None, int]]:
    """Return what is kept of a store: kind, title, when it was answered, digest."""
    return db.execute(
        "SELECT kind, title, asked_at, digest FROM report_rows WHERE store_id = ? ORDER BY kind, digest",
        (store,),
    ).fetchall()


class TestAnswers:
    def test_come_back_whole(self, db: sqlite3.Connection) -> None:
        answers.put(db, 1, ANSWER, [(ROW, day(1))])
        (side,) = listings.sides(db, 1, ["A"])["A"]
        assert (side.kind, side.row, side.at) == (ReportKind.ANSWER, ROW, day(1))

    @pytest.mark.parametrize(
        ("days", "expected"),
        [((1, 2), 2), ((2, 1), 2), ((1, 1), 1)],
        ids=["a newer one", "an older one", "one of the same time"],
    )
    def test_are_one_for_each_listing_the_newest(
        self, db: sqlite3.Connection, days: tuple[int, int], expected: int
    ) -> None:
        for place, number in enumerate(days):
            answers.put(db, 1, ANSWER, [(ROW._replace(title=f"{number}.{place}"), day(number))])
        last = max((number, place) for place, number in enumerate(days))
        assert kept(db) == [(ANSWER, f"{last[0]}.{last[1]}", day(expected), 0)]

    def test_replace_also_what_is_no_longer_told(self, db: sqlite3.Connection) -> None:
        answers.put(db, 1, ANSWER, [(ROW, day(1)), (ListingRow("A"), day(2))])
        (side,) = listings.sides(db, 1, ["A"])["A"]
        assert side.row == ListingRow("A")

    def test_leave_other_kinds_stores_and_reports_alone(self, db: sqlite3.Connection) -> None:
        listings.put_sides(db, 1, "suppressed-listings", [(ROW._replace(title="report"), 42)])
        answers.put(db, 1, ANSWER, [(ROW, day(1))])
        answers.put(db, 1, STOCK, [(ROW._replace(title="stock"), day(2))])
        answers.put(db, 2, ANSWER, [(ROW._replace(title="elsewhere"), day(3))])
        assert kept(db) == [
            (STOCK, "stock", day(2), 0),
            (ANSWER, "A title", day(1), 0),
            ("suppressed-listings", "report", None, 42),
        ]
        assert kept(db, 2) == [(ANSWER, "elsewhere", day(3), 0)]

    def test_are_found_by_when_they_were_told(self, db: sqlite3.Connection) -> None:
        rows = [(ListingRow(sku), day(place)) for place, sku in enumerate("DCBA", 1)]
        answers.put(db, 1, ANSWER, rows)
        answers.put(db, 1, STOCK, [(ListingRow("B"), day(3)), (ListingRow("Z"), day(2))])
        answers.put(db, 2, ANSWER, [(ListingRow("X"), day(2))])
        told = answers.told_between
        assert told(db, 1, [ANSWER], day(1), day(3)) == ["B", "C"]
        assert told(db, 1, {ANSWER, STOCK}, day(1), day(3)) == ["B", "C", "Z"]
        assert told(db, 1, [STOCK], "", day(9)) == ["B", "Z"]
        assert told(db, 1, [], "", day(9)) == []
        assert told(db, 1, [ANSWER], day(3), day(3)) == []


class TestTheRowOfTheReportBesideAnAnswer:
    def test_is_one_for_each_listing(self, db: sqlite3.Connection) -> None:
        answers.put(db, 1, ANSWER, [(ROW, day(1))])
        answers.put_base(db, 1, [(ROW._replace(title="old"), 7), (ListingRow("B"), 8)])
        answers.put_base(db, 1, [(ROW._replace(title="new"), -9)])
        assert listings.side_digests(db, 1, "all-listings", ["A", "B"]) == {"A": {-9}, "B": {8}}
        assert kept(db)[:2] == [("all-listings", "new", None, -9), ("all-listings", None, None, 8)]

    def test_comes_back_whole(self, db: sqlite3.Connection) -> None:
        answers.put_base(db, 1, [(ROW, 7)])
        (side,) = listings.sides(db, 1, ["A"])["A"]
        assert (side.kind, side.row, side.at) == (ReportKind.ALL, ROW, "")


class TestIssues:
    def test_come_back_whole_and_in_amazons_order(self, db: sqlite3.Connection) -> None:
        answers.put_issues(db, 1, {"A": [ISSUE, PLAIN], "B": [PLAIN]}, {"A": day(1), "B": day(1)})
        assert answers.issues_of(db, 1, ["A", "B", "C"]) == {"A": [ISSUE, PLAIN], "B": [PLAIN]}
        assert answers.issues_of(db, 1, ["C"]) == answers.issues_of(db, 2, ["A"]) == {}

    def test_are_replaced_by_those_of_a_newer_answer_which_may_be_none(
        self, db: sqlite3.Connection
    ) -> None:
        old = {"A": [ISSUE, PLAIN], "B": [PLAIN], "C": [PLAIN]}
        answers.put_issues(db, 1, old, dict.fromkeys("ABC", day(1)))
        answers.put_issues(db, 1, {"A": [PLAIN], "B": []}, dict.fromkeys("AB", day(2)))
        assert answers.issues_of(db, 1, ["A", "B", "C"]) == {"A": [PLAIN], "C": [PLAIN]}

    def test_of_a_newer_answer_stay_when_an_older_one_comes_late(
        self, db: sqlite3.Connection
    ) -> None:
        answers.put_issues(db, 1, {"A": [ISSUE], "B": [ISSUE]}, {"A": day(3), "B": day(1)})
        answers.put_issues(db, 1, {"A": [], "B": [PLAIN]}, {"A": day(2), "B": day(2)})
        assert answers.issues_of(db, 1, ["A", "B"]) == {"A": [ISSUE], "B": [PLAIN]}

    def test_of_the_same_answer_are_the_same_when_put_twice(self, db: sqlite3.Connection) -> None:
        for _ in range(2):
            answers.put_issues(db, 1, {"A": [ISSUE, PLAIN]}, {"A": day(1)})
        assert answers.issues_of(db, 1, ["A"]) == {"A": [ISSUE, PLAIN]}

    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
    )
    @given(st.dictionaries(SKUS, st.integers(0, 2), max_size=5))
    def test_are_kept_under_any_seller_sku(
        self, db: sqlite3.Connection, numbers: dict[str, int]
    ) -> None:
        if not db.in_transaction:  # one for all examples: each on its own would wait for the disk
            db.execute("BEGIN")
        db.execute("DELETE FROM issues")
        for number in (1, 2):
            told = {sku: [PLAIN] * many for sku, many in numbers.items()}
            answers.put_issues(db, 1, told, dict.fromkeys(numbers, day(number)))
        late: dict[str, list[Issue]] = {sku: [] for sku in numbers}
        answers.put_issues(db, 1, late, dict.fromkeys(numbers, day(1)))
        expected = {sku: [PLAIN] * many for sku, many in numbers.items() if many}
        assert answers.issues_of(db, 1, list(numbers)) == expected


def have(
    db: sqlite3.Connection, sku: str, status: str | None, *, missing: bool = False, store: int = 1
) -> None:
    """Add a listing with no more than what a re-read looks at."""
    db.execute(
        "INSERT INTO listings (store_id, seller_sku, status, base, filled, outcome, matched_by, weak, tab, "
        "verdict_id, since_run, first_run, missing_run) VALUES (?, ?, ?, 'all-listings', 0, 'stranger', '', 0, "
        "'active', 1, 1, 1, ?)",
        (store, sku, status, 1 if missing else None),
    )


def answered(db: sqlite3.Connection, on: int, skus: Iterable[str], kind: str = ANSWER) -> None:
    answers.put(db, 1, kind, [(ListingRow(sku), day(on)) for sku in skus])


class TestReread:
    def test_asks_for_every_listing_that_may_not_sell(self, db: sqlite3.Connection) -> None:
        have(db, "live", "active")
        have(db, "untold", None)
        have(db, "in Amazon's own word", "Odd")
        have(db, "inactive", "inactive")
        have(db, "incomplete", "incomplete")
        have(db, "not seen", "active", missing=True)
        have(db, "elsewhere", "inactive", store=2)
        for sku in ("suppressed", "stranded", "with an issue", "in the warehouse"):
            have(db, sku, "active")
        listings.put_sides(db, 1, "suppressed-listings", [(ListingRow("suppressed"), 1)])
        listings.put_sides(db, 1, "stranded-inventory", [(ListingRow("stranded"), 2)])
        listings.put_sides(db, 1, "fba-inventory", [(ListingRow("in the warehouse"), 3)])
        answers.put_issues(db, 1, {"with an issue": [PLAIN]}, {"with an issue": day(1)})
        assert answers.to_reread(db, 1, before=day(9), limit=99) == sorted(
            ["inactive", "incomplete", "not seen", "suppressed", "stranded", "with an issue"]
        )

    def test_asks_for_each_once_however_much_is_wrong_with_it(self, db: sqlite3.Connection) -> None:
        have(db, "A", "inactive", missing=True)
        listings.put_sides(
            db, 1, "suppressed-listings", [(ListingRow("A"), 1), (ListingRow("A"), 2)]
        )
        answers.put_issues(db, 1, {"A": [PLAIN, ISSUE]}, {"A": day(1)})
        assert answers.to_reread(db, 1, before=day(9), limit=99) == ["A"]

    def test_begins_with_those_never_told_of_then_the_oldest_answer(
        self, db: sqlite3.Connection
    ) -> None:
        for sku in "ABCDEFG":
            have(db, sku, "inactive")
        answered(db, 3, "AC")
        answered(db, 2, "D")
        answered(db, 5, "B")
        answered(db, 4, "F")
        answered(db, 9, "GE", kind=STOCK)
        assert answers.to_reread(db, 1, before=day(5), limit=99) == ["E", "G", "D", "A", "C", "F"]
        assert answers.to_reread(db, 1, before=day(5), limit=3) == ["E", "G", "D"]
        assert answers.to_reread(db, 1, before=day(2), limit=99) == ["E", "G"]

    def test_reaches_every_listing_in_turn(self, db: sqlite3.Connection) -> None:
        skus = [f"S{number}" for number in range(10)]
        for sku in skus:
            have(db, sku, "inactive")
        asked = []
        for on in range(1, 5):
            found = answers.to_reread(db, 1, before=day(on), limit=3)
            answered(db, on, found)
            asked.append(found)
        assert sorted(sku for found in asked[:3] for sku in found) + asked[3][:1] == skus
        assert asked[3][1:] == asked[0][:2]

    def test_reads_only_the_listings_in_trouble(self, db: sqlite3.Connection) -> None:
        said: list[str] = []
        db.set_trace_callback(said.append)
        answers.to_reread(db, 1, before=day(1), limit=20)
        db.set_trace_callback(None)
        plan = "\n".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {said[0]}"))
        assert "SEARCH listings USING INDEX listings_troubled (store_id=?)" in plan
        assert "USING COVERING INDEX report_rows_troubled (store_id=?)" in plan
        assert "(store_id=? AND seller_sku=? AND kind=? AND digest=?)" in plan
