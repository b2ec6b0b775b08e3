"""The brakes: when an import would change too much at once, say so with the figures.

Every guard is a pure function that returns the sentence of refusal, or ``None`` where all is well.  The
limits are deliberately double (a number *and* a share), so that a shop of nine listings is protected as
well as one of a million, and neither is stopped by an ordinary day.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may change in one import or plan unless the user allows more; shares are fractions of 1."""

    vanished_rows: int = 3
    vanished_share: float = 0.20
    price_rows: int = 3
    price_share: float = 0.50
    price_factor: float = 3.0
    price_factor_share: float = 0.20
    rejected_rows: int = 3
    rejected_share: float = 0.20
    plan_rows: int = 3  # listings of a store that a plan may reprice, set to nought or end at once
    plan_share: float = 0.30
    price_move: float = 0.50  # the largest move of a single price, as a share of the old one


def vanished(limits: Limits, what: str, *, before: int, gone: int) -> str | None:
    """Refuse when more than the allowed number *and* share of *before* rows are *gone*."""
    if gone <= limits.vanished_rows or gone <= before * limits.vanished_share:
        return None
    return (
        f"{gone:,} of {before:,} {what} ({_percent(gone, before)}) have vanished; the limit is "
        f"{limits.vanished_rows} and {_share(limits.vanished_share)}"
    )


def prices_changed(
    limits: Limits, what: str, *, priced: int, changed: int, leapt: int
) -> str | None:
    """Refuse when too many of *priced* rows *changed* price, or *leapt* by the factor of the limits."""
    if changed > limits.price_rows and changed > priced * limits.price_share:
        return (
            f"{changed:,} of {priced:,} {what} ({_percent(changed, priced)}) would change price at once; "
            f"the limit is {limits.price_rows} and {_share(limits.price_share)}"
        )
    if leapt > limits.price_rows and leapt > priced * limits.price_factor_share:
        return (
            f"{leapt:,} of {priced:,} {what} ({_percent(leapt, priced)}) would change price by a factor of "
            f"{limits.price_factor:g} or more; the limit is {limits.price_rows} and {_share(limits.price_factor_share)}"
        )
    return None


def enough_priced(limits: Limits, *, changed: int, leapt: int) -> int:
    """Return how many priced rows are enough for ``prices_changed`` to be content."""
    return int(max(changed / limits.price_share, leapt / limits.price_factor_share)) + 1


def rejected(limits: Limits, what: str, *, read: int, bad: int) -> str | None:
    """Refuse a document of which too many rows cannot be read: it is probably not what it seems."""
    if bad <= limits.rejected_rows or bad <= read * limits.rejected_share:
        return None
    return (
        f"{bad:,} of {read:,} {what} ({_percent(bad, read)}) cannot be read; the limit is "
        f"{limits.rejected_rows} and {_share(limits.rejected_share)}"
    )


def excluded(limits: Limits, what: str, *, before: int, barred: int) -> str | None:
    """Warn when listing rules make more than the allowed number *and* share of *before* rows ineligible."""
    if barred <= limits.plan_rows or barred <= before * limits.plan_share:
        return None
    return (
        f"{barred:,} of {before:,} {what} ({_percent(barred, before)}) would become ineligible at once; the limit is "
        f"{limits.plan_rows} and {_share(limits.plan_share)}"
    )


def leaps(limits: Limits, old: int, new: int) -> bool:
    """Tell whether a price moves by the factor of the limits or more (minor units; nought is a leap)."""
    low, high = sorted((old, new))
    return high > 0 and high >= low * limits.price_factor


def _percent(part: int, whole: int) -> str:
    """Return the share in percent, so exact that one just above a limit does not read like the limit."""
    return _share(part / whole) if whole else "100%"


def _share(share: float) -> str:
    return f"{share * 100:.4g}%"
