"""Drive what asks Amazon by hand: a store with a real state, and answers that the test makes up.

A lane yields its steps; ``Desk.drive`` sends what a test says came of each, and keeps the calls.  Pauses move
the clock.  Every call is held against Amazon's schemas where these are at hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import xxhash

from amzsync import config
from amzsync.amazon.answer_parts import read
from amzsync.amazon.calls import Answer, Call, Failure, Kind
from amzsync.amazon.downloads import Failed, Fetched
from amzsync.amazon.lanes import Lane, Pause, Sending, Work
from amzsync.archive import Archive
from amzsync.clock import seconds_of, text_of
from amzsync.config.schema import check
from amzsync.core.report_life import ALL, plans
from amzsync.store import journal, runs, state
from amzsync.store.journal import Asked
from amzsync.workflows import places
from amzsync.workflows.asking import Place
from amzsync.workflows.gathered import Given
from tests.factories import EXPORT_COLUMNS, NOW, as_csv
from tests.simulators.clocks import VirtualClock
from tests.simulators.schemas import FOLDER, problems_of_request
from tests.simulators.seller import DE, US

TOML = """\
[commerce]
products = "products.csv"
[mapping]
asin = "asin"
[stores.us]
marketplace = "US"
seller_id = "A2EXAMPLE"
website = "base"
account = "main"
[accounts.main]
region = "na"
endpoint = "http://127.0.0.1:4140"
token_url = "http://127.0.0.1:4140/auth/o2/token"
"""
MAIN = plans(3600.0, fba=False)[0]
PLANS = {plan.type: plan for plan in plans(3600.0, fba=True)}

Body = Mapping[str, Any]
Said = Body | Failure | object  # an answer as JSON, or a failure, or what came of work
Told = Said | Callable[[Call], Said]


@dataclass
class Desk:
    """One store that asks, and who answers by hand."""

    place: Place
    clock: VirtualClock
    calls: list[Call] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    works: int = 0

    @property
    def db(self) -> Any:
        return self.place.asking.current.db

    @property
    def store_id(self) -> int:
        return self.place.store_id

    def ago(self, seconds: float) -> str:
        """Return a moment before now as UTC text."""
        return text_of(self.clock.now() - seconds)

    def drive(self, lane: Lane, *told: tuple[str, Told]) -> list[str]:
        """Run *lane* with an answer for each call and work, named in order; return the steps that it took."""
        waiting, steps = list(told), list[str]()
        outcome: object = None
        while True:
            try:
                step = lane.send(outcome)
            except StopIteration:
                assert waiting == [], f"not asked for: {waiting}"
                return steps
            if isinstance(step, Pause):
                steps.append("pause")
                self.pauses.append(step.seconds)
                self.clock.sleep(step.seconds)
                outcome = None
                continue
            if isinstance(step, Sending):
                step.leaving()
                step = step.call
            name = "document" if isinstance(step, Work) else step.operation.name
            steps.append(name)
            assert waiting, f"nothing to say to {step}"
            expected, said = waiting.pop(0)
            assert name == expected
            outcome = self._worked(step, said) if isinstance(step, Work) else self._said(step, said)

    def _worked(self, _work: Work, said: Told) -> object:
        self.works += 1
        return said

    def _said(self, call: Call, said: Told) -> object:
        self.calls.append(call)
        assert wrong_in(call) == []
        body = said(call) if callable(said) else said
        if isinstance(body, Failure):
            return body
        text = json.dumps(body)
        return Answer(call, read(call.operation.model, text), text, text_of(self.clock.now()), "ID")

    # -- the journal -------------------------------------------------------------------------------

    def rows(self, report_type: str = ALL) -> list[Asked]:
        """Return the journal of a report type, newest first."""
        return journal.recent(self.db, self.store_id, report_type, 99)

    def states(self, report_type: str = ALL) -> list[str]:
        """Return the states in the journal, newest first."""
        return [row.state for row in self.rows(report_type)]

    def wrote(self, state: str, age: float, *, report_type: str = ALL, **fields: Any) -> int:
        """Write a report into the journal that was asked for *age* seconds ago."""
        number = journal.begin(self.db, self.store_id, report_type, self.ago(age))
        journal.update(self.db, number, state=state, **fields)
        return number

    def codes(self) -> list[str]:
        """Return the codes of the failures."""
        return [each.code for each in self.place.gathered.failures]

    def messages(self) -> list[str]:
        return [each.message for each in self.place.gathered.failures]

    @property
    def notes(self) -> list[str]:
        return self.place.gathered.notes


def wrong_in(call: Call) -> list[str]:
    """Return what is wrong with a call by Amazon's schemas; nothing where they are not at hand."""
    if not FOLDER.is_dir():
        return []
    path = call.operation.path.format_map({k: quote(v, safe="") for k, v in call.path.items()})
    name = call.operation.name.removesuffix(" preview")
    params = {**call.params, **dict(call.operation.fixed)}
    return problems_of_request(name, call.operation.method, path, params, call.body)


def failed(kind: Kind = Kind.TEMPORARY, status: int | None = 503, code: str = "Ill") -> Told:
    """Return what is said where a call fails."""
    return lambda call: Failure(call, kind, status, code, "It did not work.", "REQ-1")


# -- what Amazon would say -------------------------------------------------------------------------


def report_body(
    report_id: str,
    status: str = "DONE",
    *,
    at: str,
    report_type: str = ALL,
    marketplace_id: str = US,
    document: str | None = "",
) -> dict[str, Any]:
    """Return a report as Amazon tells of it; *document* "" is the usual one of a report that is done."""
    body = {
        "reportId": report_id,
        "reportType": report_type,
        "processingStatus": status,
        "createdTime": at,
        "marketplaceIds": [marketplace_id],
    }
    if document == "":
        document = f"D-{report_id}" if status == "DONE" else None
    return body if document is None else {**body, "reportDocumentId": document}


def document_body(document_id: str) -> dict[str, Any]:
    return {
        "reportDocumentId": document_id,
        "url": "http://127.0.0.1:4140/tortuga-prod/x?X-Amz-Signature=canary-signature",
        "compressionAlgorithm": "GZIP",
    }


def fetched(
    desk: Desk, content: bytes = b"sku\tprice\n", charset: str | None = "Cp1252"
) -> Fetched:
    """Return a document as a download leaves it: in a scratch file of the archive."""
    path = desk.place.asking.archive.temporary()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Fetched(path, len(content), xxhash.xxh3_128_hexdigest(content), charset)


def lost_on_the_way(code: str = "Cut", *, temporary: bool = True, expired: bool = False) -> Failed:
    """Return what comes of a download that failed."""
    return Failed(code, "The document broke off.", temporary, expired)


# -- a desk ----------------------------------------------------------------------------------------


@contextmanager
def open_desk(folder: Path, *, first: bool = False) -> Iterator[Desk]:
    """Yield a desk whose state is in *folder*; the listings of its store are known unless it is *first*."""
    (folder / "amzsync.toml").write_text(TOML, encoding="utf-8")
    (folder / "products.csv").write_bytes(as_csv(EXPORT_COLUMNS, []))
    raw = config.read(folder / "amzsync.toml")
    settings = config.build(raw.path, check(raw))
    clock = VirtualClock(seconds_of(NOW))
    with state.writing(settings.state, command="a test", now=NOW) as current:
        run_id = runs.open_run(current.db, "import-listings", NOW)
        archive = Archive(settings.amazon.archive)
        given = Given(
            settings, ["us"], NOW, force=False, archive=archive, checked="{}", run_id=run_id
        )
        with current.transaction():
            (place,) = places.asking(current, given, clock)
        desk = Desk(place, clock)
        if not first:
            desk.wrote(
                "taken", 7200.0, digest="0" * 32, created_at=desk.ago(7200.0), report_id="OLD"
            )
        yield desk


__all__ = [
    "DE",
    "MAIN",
    "NOW",
    "US",
    "Desk",
    "document_body",
    "failed",
    "fetched",
    "open_desk",
    "report_body",
]
