"""Hold back what would go under an ASIN of which Amazon has not told, or told that it may not be sold."""

from __future__ import annotations

from amzsync.core import aliases as alias_rules
from amzsync.core.aliases import Page, PageFacts
from amzsync.core.plan import Brake, Hold


def approval_hold(asin: str, page: PageFacts) -> Hold | None:
    """Hold back what Amazon has not said may be sold, where it can be asked."""
    return page_hold(asin, page if page.restriction is not None else alias_rules.NOT_ASKED)


def page_hold(asin: str, page: PageFacts) -> Hold | None:
    """Hold back what would go under an ASIN that is no page of Amazon's, or may not be sold."""
    match alias_rules.judge(page):
        case Page.KNOWN:
            return None
        case Page.UNKNOWN:
            return Hold(Brake.NOT_VALIDATED, f"Amazon has not told yet whether {asin} may be sold")
        case Page.PARENT:
            return Hold(Brake.REFUSED, f"{asin} is a variation parent, which cannot be sold itself")
        case Page.BARRED:
            words = f"Amazon does not let this account sell {asin} ({page.restriction})"
            return Hold(Brake.REFUSED, words)
