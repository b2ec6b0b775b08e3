"""How much of a plan may go, and what holds back all of a kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.core.guards import Limits
from amzsync.core.plan import Brake
from amzsync.store import state, stores
from amzsync.workflows import mass_holds, planning
from tests.factories import NOW, Shop, listing, product


def planned(folder: Path, *, repriced: int, alike: int) -> Shop:
    """Return a shop with listings whose price is not as wanted, and listings that are."""
    skus = [f"P{number}" for number in range(repriced + alike)]
    shop = Shop(folder, products=[product(sku) for sku in skus])
    shop.us.listings = [
        listing(sku, price="19.90" if place < repriced else "20.00")
        for place, sku in enumerate(skus)
    ]
    shop.run()
    with state.writing(shop.state, command="plan", now=NOW) as current:
        planning.bring_up_to_date(current, shop.config(), now=NOW)
    return shop


def figures(shop: Shop) -> tuple[tuple[int, int], set[Brake]]:
    with state.reading(shop.state) as current:
        store_id = stores.known(current.db)["us"].store_id
        brakes = mass_holds.of_store(current.db, store_id, Limits())
        return mass_holds.figures(current.db, store_id, Limits()), set(brakes)


@pytest.mark.parametrize(
    ("repriced", "alike", "expected"),
    [
        pytest.param(0, 4, ((0, 0), set()), id="nothing to do"),
        pytest.param(3, 0, ((3, 0), set()), id="few in number"),
        pytest.param(4, 9, ((0, 4), {Brake.MASS_REPRICE}), id="many, and a large share"),
        pytest.param(4, 10, ((4, 0), set()), id="many, but a small share"),
    ],
)
def test_too_many_at_once_are_held_back(
    tmp_path: Path, repriced: int, alike: int, expected: tuple[tuple[int, int], set[Brake]]
) -> None:
    assert figures(planned(tmp_path, repriced=repriced, alike=alike)) == expected


def test_what_is_held_by_itself_is_held_back_and_counts_for_no_brake(tmp_path: Path) -> None:
    shop = planned(tmp_path, repriced=4, alike=0)
    with state.writing(shop.state, command="a test", now=NOW) as current:
        current.db.execute("UPDATE actions SET hold = 'price-move' WHERE seller_sku = 'P0'")

    assert figures(shop) == ((3, 1), set())
