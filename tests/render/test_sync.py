"""What a run of sync came to, in words and as a record."""

from __future__ import annotations

from typing import Any

from amzsync.core.plan import Kind, Rank
from amzsync.core.sending import Progress
from amzsync.errors import InputError
from amzsync.render.sync import result_lines, result_record
from amzsync.results.imports import Asked, ImportResult, Missed, StoreResult
from amzsync.results.plan import Count, StorePlan
from amzsync.results.push import PushResult
from amzsync.results.sync import SyncResult, gist
from tests.render.test_push import store

BUSY = Missed("throttled", "createReport", "QuotaExceeded", "Too much.")
NO_SECRET = Missed("credentials", "token", "NoCredentials", "MAIN_REFRESH is missing.")


def pulled(name: str = "us", *, changes: int = 3, missed: tuple[Missed, ...] = (), **tabs: int) -> ImportResult:  # fmt: skip
    asked = Asked({}, (), missed)
    one = StoreResult(name, tabs, {}, {}, (), asked=asked)
    return ImportResult(1, False, 9, (), (one,), changes)


def held(number: int) -> StorePlan:
    return StorePlan("us", False, 9, (Count(Kind.REVISE_PRICE, Rank.PRICE, 0, number),), {}, None)


def said(result: SyncResult) -> list[str]:
    return list(result_lines(result))


def test_what_was_pulled_and_sent_is_said_in_short() -> None:
    sent = PushResult(2, (store(steps={Progress.ACCEPTED: 1}),))
    found = said(SyncResult([pulled(active=1200, ineligible=0, inactive=2)], sent))
    assert found[:3] == ["Store us: 1,200 active, 2 inactive", "3 changes seen", "Store us: 1 change sent"]  # fmt: skip


def test_a_store_of_which_nothing_is_known_says_so() -> None:
    assert said(SyncResult([pulled(changes=1)])) == ["Store us: nothing known yet", "1 change seen"]


def test_what_is_held_back_is_counted() -> None:
    assert said(SyncResult(plans=(held(1),))) == ["Held back: 1 action; amzsync plan shows more"]
    assert said(SyncResult(plans=(held(2),))) == ["Held back: 2 actions; amzsync plan shows more"]
    assert said(SyncResult(plans=(held(0),))) == []


def test_a_record_tells_all_of_it() -> None:
    result = SyncResult([pulled(active=5)], None, (held(2),), errors=[InputError("No file.")])
    found: dict[str, Any] = result_record(result)
    assert found == {
        "pulled": [{"run": 1, "changes": 3, "stores": {"us": {"active": 5}}}],
        "pushed": None,
        "held": {"us": 2},
        "complaints": [{"exit_code": 65, "message": "No file."}],
    }


# -- complaints ----------------------------------------------------------------------------------------


def test_the_worst_comes_first() -> None:
    pushed = PushResult(2, (store(missed=(NO_SECRET,)),))
    found = SyncResult([pulled(missed=(BUSY,))], pushed, errors=[InputError("No.")]).complaints()
    assert [error.exit_code for error in found] == [77, 65, 75]


def test_what_pulling_and_sending_both_lack_is_told_once() -> None:
    pushed = PushResult(2, (store(missed=(NO_SECRET,)),))
    (found,) = SyncResult([pulled(missed=(NO_SECRET,))], pushed).complaints()
    assert "MAIN_REFRESH" in str(found)


def test_what_sells_again_is_told() -> None:
    names = ("A", "B", "C", "D", "E")
    (found,) = SyncResult(pushed=PushResult(2, (store(returned=names),))).complaints()
    assert "A, B, C and 2 more had been ended, and Amazon sells them again." in str(found)
    (found,) = SyncResult(pushed=PushResult(2, (store(returned=("A",)),))).complaints()
    assert "A had been ended, and Amazon sells it again. End it once more" in str(found)


def test_being_busy_at_another_question_is_no_news() -> None:
    first = SyncResult([pulled(missed=(BUSY,))]).complaints()
    sorry = Missed("temporary", "getReport", "X", "Sorry.")
    other = SyncResult([pulled(missed=(sorry,))]).complaints()
    assert gist(first) == gist(other) == "Store us is busy"
    assert gist([InputError("No.")]) != gist([InputError("Never.")])
