"""What a run of ``sync`` came to: what it pulled, what it sent, and what the user must be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from amzsync.errors import AmzsyncError, RemoteBusy, UnsafeInput
from amzsync.results import imports, push
from amzsync.results.imports import ImportResult
from amzsync.results.plan import PlanRow, StorePlan
from amzsync.results.push import PushResult


@dataclass(slots=True)
class SyncResult:
    """What was done, and what went wrong; a part that did not come to pass is ``None``."""

    pulled: list[ImportResult] = field(default_factory=list)
    pushed: PushResult | None = None
    plans: tuple[StorePlan, ...] = ()  # of the stores that may send
    examples: list[PlanRow] = field(
        default_factory=list
    )  # actions that are held back each for itself
    errors: list[AmzsyncError] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Tell whether anything is held back that the user does not know of."""
        return bool(self.examples) or any(plan.mass or plan.doubt for plan in self.plans)

    def complaints(self) -> list[AmzsyncError]:
        """Return all that the user must be told, the worst first; what is held back is told besides."""
        found = list(self.errors)
        found += [one for each in self.pulled if (one := imports.complaint(each)) is not None]
        if self.pushed is not None:
            trouble = push.complaint(self.pushed)
            if trouble is not None and str(trouble) not in map(str, found):
                found.append(trouble)
            found += [
                _back(store.name, store.returned) for store in self.pushed.stores if store.returned
            ]
        return sorted(found, key=lambda error: _ORDER.get(error.exit_code, len(_ORDER)))


def gist(complaints: Iterable[AmzsyncError]) -> str:
    """Return what of *complaints* makes them news: that a store's Amazon is busy, but not at which question."""
    found = (
        f"{error.message.partition(':')[0]} is busy"
        if isinstance(error, RemoteBusy)
        else str(error)
        for error in complaints
    )
    return "\n".join(sorted(set(found)))


_ORDER = {code: place for place, code in enumerate((74, 78, 77, 65, 66, 69, 75))}


def _back(store: str, names: tuple[str, ...]) -> AmzsyncError:
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    which = "it" if len(names) == 1 else "them"
    return UnsafeInput(
        f"Store {store}: {shown} had been ended, and Amazon sells {which} again.",
        next_step=f"End {which} once more with amzsync end --sku, or list {which} with amzsync relist.",
    )
