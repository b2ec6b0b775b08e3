"""Products that Amazon has no page for, as lines for people and as records: a row for each thing that is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from amzsync.core.issues import ERROR
from amzsync.core.new_products import Finding, Invalid, Missing, Ready, Unprepared
from amzsync.render.records import Record
from amzsync.render.text import counted, safe
from amzsync.results.new_products import NewProduct

FIELDS = (
    "store", "sku", "title", "product_type", "status", "attribute", "attribute_title", "missing", "code",
    "message", "next_step",
)  # fmt: skip
_WORDS = {
    "valid": "complete; Amazon would take it",
    "complete": "complete; Amazon has not been asked",
    "incomplete": "not complete",
    "invalid": "Amazon would refuse it",
    "unprepared": "cannot be told yet",
}
_CORRECT = "Correct it in Commerce or in [mapping.attributes]."
_NOTHING: Record = {
    "attribute": None, "attribute_title": None, "missing": None, "code": None, "message": None,
    "next_step": None,
}  # fmt: skip


def product_lines(found: Iterable[NewProduct]) -> Iterator[str]:
    """Yield a line for each product, and below it what is missing or wrong."""
    for one in found:
        kind = f"  {one.product_type}" if one.product_type else ""
        yield safe(f"{one.store}  {one.sku}{kind}  {_WORDS[one.status]}  ({one.title or 'no title'})")  # fmt: skip
        for record in _findings(one):
            yield safe(f"    {_sentence(record)}")
        for path in one.passed_over:
            yield safe(f"    {path} is left out: {one.product_type} has no such attribute.")


def summary_line(found: Iterable[NewProduct]) -> str:
    """Return how many products there are of each status."""
    numbers: dict[str, int] = {}
    for one in found:
        numbers[one.status] = numbers.get(one.status, 0) + 1
    told = ", ".join(f"{numbers[name]:,} {name}" for name in _WORDS if name in numbers)
    return f"{counted(sum(numbers.values()), 'product')}: {told}."


def product_records(found: Iterable[NewProduct]) -> Iterator[Record]:
    """Yield a record for each thing that is missing or wrong, and one for a product without such."""
    for one in found:
        head: Record = {
            "store": one.store,
            "sku": one.sku,
            "title": one.title,
            "product_type": one.product_type,
            "status": one.status,
        }
        rows = list(_findings(one)) or [_NOTHING]
        yield from ({**head, **row} for row in rows)


def _findings(one: NewProduct) -> Iterator[Record]:
    outcome = one.outcome
    match outcome:
        case Missing():
            yield from map(_finding, outcome.findings)
        case Unprepared():
            yield {**_NOTHING, "message": outcome.reason, "next_step": outcome.next_step}
        case Ready() | Invalid():
            issues = outcome.warnings if isinstance(outcome, Ready) else outcome.issues
            for issue in issues:
                yield {
                    **_NOTHING,
                    "attribute": ", ".join(issue.attributes) or None,
                    "missing": "MISSING_ATTRIBUTE" in issue.categories,
                    "code": issue.code,
                    "message": issue.message,
                    "next_step": _CORRECT if issue.severity == ERROR else None,
                }
        case _:
            assert_never(outcome)


def _finding(one: Finding) -> Record:
    return {
        "attribute": one.attribute or None,
        "attribute_title": one.title or None,
        "missing": one.missing,
        "code": None,
        "message": one.words,
        "next_step": one.next_step,
    }


def _sentence(record: Record) -> str:
    name, title = record["attribute"], record["attribute_title"]
    named = f"{title} ({name})" if name and title else str(name or "")
    message = str(record["message"] or "").rstrip(".")
    if record["code"] is not None:
        told = f"{named}: {message} (code {record['code']})" if named else f"{message} (code {record['code']})"  # fmt: skip
    else:
        told = f"{named} {message}" if named else message[:1].upper() + message[1:]
    return f"{told}. {record['next_step'] or ''}".rstrip()
