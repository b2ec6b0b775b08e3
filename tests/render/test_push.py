"""What became of sending, in words and as records."""

from __future__ import annotations

from typing import Any

import pytest

from amzsync.core.sending import Progress
from amzsync.errors import AmzsyncError, CredentialsError, RemoteBusy, RemoteRefused
from amzsync.render.push import CSV_FIELDS, result_lines, result_record, store_records
from amzsync.results.imports import Missed
from amzsync.results.push import PushResult, Refused, StorePush, complaint


def store(name: str = "us", **told: Any) -> StorePush:
    values = {
        "steps": {}, "settled": {}, "open": 0, "left": 0, "refused": (), "rejected": (), "returned": (), "notes": (),
        "missed": (), "calls": {}, **told,
    }  # fmt: skip
    return StorePush(name, **values)


def lines(*stores: StorePush) -> list[str]:
    return [" ".join(line.split()) for line in result_lines(PushResult(7, stores))]


CASES: dict[str, tuple[StorePush, list[str]]] = {
    "nothing": (store(), ["Store us: nothing to send"]),
    "one": (
        store(steps={Progress.ACCEPTED: 1}),
        ["Store us: 1 change sent", "1 accepted by Amazon, not shown yet"],
    ),
    "several, the best first": (
        store(steps={Progress.REJECTED: 1, Progress.SENT: 2, Progress.CONFIRMED: 1200}),
        ["Store us: 1,203 changes sent", "1,200 confirmed: Amazon shows it", "2 sent, no answer yet", "1 refused by Amazon"],
    ),
    "what was not sent is not called sent": (
        store(steps={Progress.ABANDONED: 3}),
        ["Store us: nothing was sent", "3 not sent; planned anew"],
    ),
    "what waits is not called sent": (
        store(steps={Progress.ACCEPTED: 1, Progress.PLANNED: 1}),
        ["Store us: 1 change sent", "1 accepted by Amazon, not shown yet", "1 waiting for their turn"],
    ),
    "what is left": (store(left=5), ["Store us: nothing was sent", "5 left for the next run"]),
    "only what was sent before": (
        store(settled={Progress.CONFIRMED: 2, Progress.UNCONFIRMED: 1}),
        ["Store us: of what was sent before", "2 confirmed: Amazon shows it", "1 accepted, but never shown"],
    ),
    "what was not sent and why": (
        store(refused=(Refused("us", "A", "Amazon ships it"),)),
        ["Store us: nothing to send", "A was not sent: Amazon ships it."],
    ),
    "what has come back": (
        store(returned=("A",)),
        ["Store us: nothing to send", "A had been ended, and Amazon sells it again."],
    ),
    "a note": (store(notes=("Feed 1 is lost.",)), ["Store us: nothing to send", "Feed 1 is lost."]),
}  # fmt: skip


@pytest.mark.parametrize(("told", "said"), CASES.values(), ids=CASES)
def test_what_was_sent_is_said(told: StorePush, said: list[str]) -> None:
    assert lines(told) == said


def test_every_store_is_told_of() -> None:
    assert lines(store("us"), store("uk")) == [
        "Store us: nothing to send",
        "Store uk: nothing to send",
    ]


def test_of_many_some_are_shown_and_where_the_rest_is() -> None:
    refused = tuple(Refused("us", f"A{number}", "no") for number in range(7))
    rejected = tuple(f"B{number}: No." for number in range(6))
    said = lines(store(refused=refused, rejected=rejected))
    assert "and 2 more; --output json tells all" in said  # what never left is in no log
    assert "and 1 more; amzsync log --errors tells all" in said
    assert "A4 was not sent: no." in said
    assert not any("A5" in line for line in said)


def test_nobody_who_was_asked_says_nothing() -> None:
    assert lines() == []


def test_a_record_has_every_figure_zeros_too() -> None:
    told = store(
        steps={Progress.ACCEPTED: 2},
        settled={Progress.CONFIRMED: 1},
        open=4,
        left=3,
        refused=(Refused("us", "A", "no"),),
        calls={"patchListingsItem": 2},
    )
    found = result_record(PushResult(7, (told,)))
    assert found["run"] == 7
    (record,) = store_records(PushResult(7, (told,)))
    assert found["stores"] == [record]
    assert {come.value: record[come.value] for come in Progress} == {
        **{come.value: 0 for come in Progress}, "accepted": 2,
    }  # fmt: skip
    assert (record["settled"], record["open"], record["left"]) == ({"confirmed": 1}, 4, 3)
    assert record["refused"] == [{"seller_sku": "A", "reason": "no"}]
    assert set(CSV_FIELDS) <= record.keys()


# -- what must be said ---------------------------------------------------------------------------------


def missed(kind: str, message: str = "It failed.") -> Missed:
    return Missed(kind, "patchListingsItem", "Code", message)


COMPLAINTS: list[tuple[str, list[StorePush], type[AmzsyncError] | None, str]] = [
    ("all is well", [store(steps={Progress.ACCEPTED: 3})], None, ""),
    ("credentials", [store(missed=(missed("credentials"),))], CredentialsError, "Store us: It failed (patchListingsItem). Correct the"),
    ("refused", [store(missed=(missed("refused"),))], RemoteRefused, "amzsync log --errors tells more."),
    ("busy", [store(missed=(missed("throttled"),))], RemoteBusy, "The next run goes on;"),
    ("no answer", [store(missed=(missed("unknown"),))], RemoteBusy, "The next run goes on;"),
    ("the worst first", [store(missed=(missed("throttled"),)), store("uk", missed=(missed("credentials"),))],
     CredentialsError, "Store uk:"),
    ("one change", [store(rejected=("A: No. (code 1)",))], RemoteRefused, "Store us: Amazon refused one change: A: No. (code 1). amzsync"),
    ("many changes", [store(rejected=("A: No.", "B: No."))], RemoteRefused, "Amazon refused 2 changes: A: No. amzsync log"),
]  # fmt: skip


@pytest.mark.parametrize(("stores", "error", "said"), [one[1:] for one in COMPLAINTS], ids=[one[0] for one in COMPLAINTS])  # fmt: skip
def test_what_a_script_must_be_told(
    stores: list[StorePush], error: type[AmzsyncError] | None, said: str
) -> None:
    found = complaint(PushResult(7, tuple(stores)))
    assert type(found) is (type(None) if error is None else error)
    assert found is None or said in str(found)
