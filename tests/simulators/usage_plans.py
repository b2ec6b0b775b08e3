"""How often each operation may be called: Amazon's documented default rates and bursts."""

from __future__ import annotations

from typing import NamedTuple


class Plan(NamedTuple):
    rate: float  # calls a second
    burst: int


PLANS = {
    "createReport": Plan(0.0167, 15),
    "getReport": Plan(2, 15),
    "getReports": Plan(0.0222, 10),
    "getReportDocument": Plan(0.0167, 15),
    "searchListingsItems": Plan(5, 5),
    "getListingsItem": Plan(5, 10),
    "searchCatalogItems": Plan(2, 2),
    "getListingsRestrictions": Plan(5, 10),
    "getMarketplaceParticipations": Plan(0.016, 15),
    "getInventorySummaries": Plan(2, 2),
    "getItemOffersBatch": Plan(0.1, 1),
    "getCompetitiveSummary": Plan(0.033, 1),
    "patchListingsItem": Plan(5, 5),
    "putListingsItem": Plan(5, 10),
    "deleteListingsItem": Plan(5, 5),
    "patchListingsItem preview": Plan(1, 1),
    "putListingsItem preview": Plan(1, 1),
    "getDefinitionsProductType": Plan(5, 5),
    "createFeedDocument": Plan(0.5, 15),
    "createFeed": Plan(5 / 300, 5),  # of listings, as JSON: five in five minutes
    "getFeed": Plan(2, 15),
    "getFeeds": Plan(0.0222, 10),
    "getFeedDocument": Plan(0.0222, 10),
    "cancelFeed": Plan(2, 15),
}


class UsagePlans:
    """The token buckets of every account and operation."""

    def __init__(self, *, plans: dict[str, Plan] | None = None) -> None:
        self.plans = dict(PLANS if plans is None else plans)
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}  # -> tokens, at

    def take(self, account: str, operation: str, now: float) -> bool:
        """Take one token if there is one; tell whether there was."""
        plan = self.plans.get(operation)
        if plan is None:
            return True
        key = account, operation
        tokens, at = self._buckets.get(key, (float(plan.burst), now))
        tokens = min(float(plan.burst), tokens + max(0.0, now - at) * plan.rate)
        # A caller that waits for exactly one token must not fail by a rounding error.
        allowed = tokens >= 1.0 - 1e-6
        self._buckets[key] = (max(0.0, tokens - 1.0) if allowed else tokens, now)
        return allowed

    def header(self, operation: str) -> str | None:
        """Return the value of x-amzn-RateLimit-Limit."""
        plan = self.plans.get(operation)
        return None if plan is None else f"{plan.rate:g}"

    def empty(self, account: str, operation: str, now: float) -> None:
        """Use up all tokens, as another program of the same seller would."""
        self._buckets[account, operation] = (0.0, now)
