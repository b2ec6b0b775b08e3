"""The log as lines for people and as records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from amzsync.core.plan import MONEY, Difference, value_text
from amzsync.render.text import local, safe
from amzsync.store.log import LogRow, Sort

LOG_FIELDS = (
    "at", "sort", "run_id", "store", "seller_sku", "sku", "action", "changes", "progress", "code", "status",
    "message", "issues", "way", "submission_id", "feed_id", "request_id", "action_id",
)  # fmt: skip
_PROGRESS = {
    "planned": "waiting for its turn",
    "sent": "sent, no answer yet",
    "accepted": "accepted, not seen yet",
    "confirmed": "confirmed",
    "rejected": "rejected",
    "unconfirmed": "accepted, but never seen",
    "abandoned": "not sent, or not done",
}


def log_lines(rows: Iterable[LogRow]) -> Iterator[str]:
    """Yield a line for each row, and below it what went wrong."""
    for row in rows:
        where = f"{row.store}  {row.seller_sku}" if row.seller_sku else row.store or "account"
        yield safe(f"{local(row.at)}  {where}  {_what(row)}  (run {row.run_id})")
        if said := _said(row):
            yield safe(f"    {said}")


def log_record(row: LogRow) -> Mapping[str, object]:
    """Return a row as ``LOG_FIELDS``."""
    return {
        **row._asdict(),
        "sort": row.sort.value,
        "changes": [
            {
                "field": one.field,
                "before": _value(one.field, one.seen, row),
                "after": _value(one.field, one.wanted, row),
            }
            for one in row.differences
        ],
        "issues": json.loads(row.issues),
    }


def flat_record(row: LogRow) -> Mapping[str, object]:
    """Return a row for CSV: what changed, and Amazon's issues, in words."""
    issues = "; ".join(f"{one['code']}: {one['message']}" for one in json.loads(row.issues))
    return {**log_record(row), "changes": _changes(row), "issues": issues}


def _what(row: LogRow) -> str:
    if row.sort is Sort.ERROR:
        return f"{row.action}: {row.code}"
    if row.sort is Sort.SEEN:
        return f"seen: {_changes(row)}"
    changed = f": {_changes(row)}" if row.differences else ""
    return f"{row.action.replace('-', ' ')}{changed}; {_PROGRESS.get(row.progress or '', '')}"


def _said(row: LogRow) -> str:
    if row.sort is Sort.ERROR:
        status = f"HTTP {row.status}" if row.status is not None else "no answer"
        request = f", request {row.request_id}" if row.request_id else ""
        return f"{row.message or '(no message)'} ({status}{request})"
    if row.message:
        return row.message
    issues = json.loads(row.issues)
    return f"{issues[0]['severity']} {issues[0]['code']}: {issues[0]['message']}" if issues else ""


def _changes(row: LogRow) -> str:
    return ", ".join(_change(one, row) for one in row.differences)


def _change(one: Difference, row: LogRow) -> str:
    before, after = _value(one.field, one.seen, row), _value(one.field, one.wanted, row)
    told = "nothing" if after is None else after
    return f"{one.field} {told}" if before is None else f"{one.field} {before} -> {told}"


def _value(field: str, value: str | int | None, row: LogRow) -> str | int | None:
    if row.sort is Sort.SENT and field in MONEY:
        return value_text(field, value, row.exponent)
    return value
