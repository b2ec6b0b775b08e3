"""What became of sending: in figures by store, with what was not sent and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from amzsync.core.sending import Progress
from amzsync.errors import (
    AmzsyncError,
    CredentialsError,
    RemoteBusy,
    RemoteRefused,
)
from amzsync.results.imports import Missed


class Refused(NamedTuple):
    """An action that was not sent, because of what is known of its listing."""

    store: str
    seller_sku: str
    reason: str  # the end of a sentence


@dataclass(frozen=True, slots=True)
class StorePush:
    """What was sent for a store."""

    name: str
    steps: Mapping[Progress, int]  # of this run, by how far they have come
    settled: Mapping[Progress, int]  # steps of earlier runs that came to their end in this one
    open: int  # steps of all runs that Amazon has yet to answer for
    left: int  # actions of the plan that were not taken up: a later run does
    refused: tuple[Refused, ...]
    rejected: tuple[str, ...]  # in words, what Amazon refused meanwhile, of earlier runs too
    returned: tuple[str, ...]  # seller SKUs that were ended and are on Amazon again
    notes: tuple[str, ...]
    missed: tuple[Missed, ...]  # what Amazon did not answer
    calls: Mapping[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> int:
        """Return how many steps this run has sent, or may have."""
        never = {Progress.PLANNED, Progress.ABANDONED}
        return sum(number for progress, number in self.steps.items() if progress not in never)


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a run sent."""

    run_id: int
    stores: tuple[StorePush, ...]


def complaint(result: PushResult) -> AmzsyncError | None:
    """Return what a user or a script must be told though the run came to its end, the worst first."""
    missed = [(store.name, one) for store in result.stores for one in store.missed]
    for kinds, error, step in (
        (
            {"credentials"},
            CredentialsError,
            "Correct the account's credentials; amzsync check tells how.",
        ),
        ({"refused"}, RemoteRefused, "amzsync log --errors tells more."),
        (
            {"temporary", "throttled", "unknown"},
            RemoteBusy,
            "The next run goes on; amzsync log --errors tells more.",
        ),
    ):
        for name, one in missed:
            if one.kind in kinds:
                words = one.message.rstrip(".")
                return error(f"Store {name}: {words} ({one.operation}).", next_step=step)
    for store in result.stores:
        if store.rejected:
            number = len(store.rejected)
            what = "one change" if number == 1 else f"{number:,} changes"
            return RemoteRefused(
                f"Store {store.name}: Amazon refused {what}: {store.rejected[0].rstrip('.')}.",
                next_step="amzsync log --errors tells all; it is sent again when it changes, or after a day.",
            )
    return None
