"""What is known of the products that Amazon has no page for."""

from __future__ import annotations

from dataclasses import dataclass

from amzsync.core.new_products import Invalid, Missing, Outcome, Ready
from amzsync.errors import AmzsyncError, CredentialsError, RemoteBusy
from amzsync.results.imports import Missed


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product that could be made at Amazon, and what comes of preparing it."""

    store: str
    sku: str
    title: str | None
    product_type: str | None
    outcome: Outcome
    passed_over: tuple[str, ...] = ()  # what is mapped and the product type does not have

    @property
    def status(self) -> str:
        """Return in a word how far it is."""
        if isinstance(self.outcome, Ready):
            return "valid" if self.outcome.previewed else "complete"
        if isinstance(self.outcome, Missing):
            return "incomplete"
        return "invalid" if isinstance(self.outcome, Invalid) else "unprepared"


@dataclass(frozen=True, slots=True)
class NewProducts:
    """The products, and what was said beside."""

    products: tuple[NewProduct, ...]
    unknown: tuple[str, ...] = ()  # SKUs that were asked for, and are no products without a listing
    notes: tuple[str, ...] = ()
    missed: tuple[Missed, ...] = ()  # what Amazon did not answer


def complaint(found: NewProducts) -> AmzsyncError | None:
    """Return what a script must be told though there is an answer; what Amazon refused stands in the rows."""
    for kinds, error, step in (
        ({"credentials"}, CredentialsError, "Correct the account's credentials; amzsync check tells how."),
        ({"temporary", "throttled", "unknown"}, RemoteBusy, "Ask again later; amzsync errors tells more."),
    ):  # fmt: skip
        for one in found.missed:
            if one.kind in kinds:
                return error(f"{one.message.rstrip('.')} ({one.operation}).", next_step=step)
    return None
