"""What an import found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amzsync.errors import AmzsyncError, CredentialsError, RemoteBusy, RemoteRefused, UnsafeInput

if TYPE_CHECKING:  # each command pays for the stores it reads only
    from amzsync.store.runs import Source


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a document came to."""

    source: Source
    changed: bool
    first: bool  # no document of this kind was read before


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that Amazon did not answer."""

    kind: str  # "temporary", "throttled", "unknown", "refused", "credentials"
    operation: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking Amazon came to for one store."""

    calls: dict[str, int]  # by operation; "document" is a download
    notes: tuple[str, ...]
    missed: tuple[Missed, ...]
    refused: str = ""  # why what came was not believed
    waiting: bool = False  # Amazon has not yet told what listings there are


@dataclass(frozen=True, slots=True)
class StoreResult:
    """What the import found for one store."""

    name: str
    tabs: dict[str, int]
    before: dict[str, int]  # the counts of the run before; empty on the first
    matches: dict[str, int]
    documents: tuple[Reading, ...]
    passed_over: tuple[str, ...] = ()  # report files that a newer one of their kind made needless
    asked: Asked | None = None  # None: the store reads files


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What the import found."""

    run_id: int
    dry_run: bool
    products: int
    documents: tuple[Reading, ...]  # of Commerce
    stores: tuple[StoreResult, ...]
    changes: int


def complaint(result: ImportResult) -> AmzsyncError | None:
    """Return what a user or a script must be told though the import was done, the worst first."""
    asked = [(store.name, store.asked) for store in result.stores if store.asked is not None]
    told = "The last good state stays; amzsync errors tells more."
    for kinds, error, step in (
        (
            {"credentials"},
            CredentialsError,
            "Correct the account's credentials; amzsync check tells how.",
        ),
        ({"refused"}, RemoteRefused, told),
        ({"temporary", "throttled", "unknown"}, RemoteBusy, f"The next run asks again. {told}"),
    ):
        for name, one in asked:
            if error is RemoteRefused and one.refused:
                return UnsafeInput(f"Store {name}: {one.refused}")
            missed = next((each for each in one.missed if each.kind in kinds), None)
            if missed is not None:
                words = missed.message.rstrip(".")
                return error(f"Store {name}: {words} ({missed.operation}).", next_step=step)
    for name, one in asked:
        if one.waiting:
            return RemoteBusy(
                f"Store {name}: Amazon has not made its first report yet.",
                next_step="Run again in a few minutes: the report is followed, not asked for anew.",
            )
    return None
