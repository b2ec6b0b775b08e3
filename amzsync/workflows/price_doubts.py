"""What makes all prices of a store doubtful besides its own settings: which currency the catalogue is in."""

from __future__ import annotations

from collections.abc import Container

from amzsync.config import Config, Store
from amzsync.core.prices import Problem, StoreProblem


def unsaid_currency(config: Config, stores: Container[str], store: Store) -> StoreProblem | None:
    """Return what is doubtful where nobody has said which of several currencies Commerce's prices are in.

    *stores* are the names of the stores that have been imported.
    """
    if (config.money.currency or store.settings.price.currency) is not None:
        return None
    sold = sorted({one.marketplace.currency for one in config.stores if one.name in stores})
    if len(sold) < 2:
        return None
    return StoreProblem(
        Problem.CURRENCY,
        f"The stores sell in {', '.join(sold)}, and the currency of Commerce's prices is not said: "
        "set currency in [commerce], or for the store's price.",
    )
