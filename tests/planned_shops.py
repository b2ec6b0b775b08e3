"""Small shops whose stores have settings, and what is planned for them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amzsync.store import state, stores
from amzsync.store.state import State
from amzsync.workflows import planning
from tests.factories import EXPORT_COLUMNS, NOW, Cells, Dump, Shop, as_csv, as_tsv, query

SPECIAL = "special_price"
COLUMNS = (
    *EXPORT_COLUMNS, SPECIAL, "special_price_from_date", "special_price_to_date", "categories",
)  # fmt: skip
ORDER_COLUMNS = (
    "amazon-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel",
    "sales-channel", "sku", "item-status", "quantity",
)  # fmt: skip
OPENED_IN_BRITAIN = "2025-03-04 05:06:07 GMT"
UNTOUCHED = -1
Names = set[tuple[str, str]]


@dataclass
class PlannedShop(Shop):
    """A shop with settings, orders and special prices."""

    commerce: str = ""  # further lines of [commerce]
    limits: str = ""  # further lines of [guards]
    said: dict[str, str] = field(default_factory=dict)  # lines of each store
    orders: dict[str, list[Cells]] = field(default_factory=dict)

    def write(self) -> None:
        self.guards = self.limits
        super().write()
        (self.folder / "products.csv").write_bytes(as_csv(COLUMNS, self.products))
        for name, rows in self.orders.items():
            (self.folder / f"orders-{name}.txt").write_bytes(as_tsv(ORDER_COLUMNS, rows))

    def toml(self) -> str:
        text = super().toml().replace("[commerce]\n", f"[commerce]\n{self.commerce}\n", 1)
        for name in self.stores:
            head, told = f"[stores.{name}]\n", self.said.get(name, "")
            if name in self.orders:
                told += f'\norders = "orders-{name}.txt"'
            text = text.replace(head, f"{head}{told}\n", 1)
        return text

    def settle(self, **said: str) -> None:
        """Give stores these settings, without an import."""
        self.said |= said
        (self.folder / "amzsync.toml").write_text(self.toml(), encoding="utf-8")

    def plan(self, now: str = NOW) -> None:
        """Bring the plan up to date."""
        with state.writing(self.state, command="plan", now=now) as current:
            planning.bring_up_to_date(current, self.config(), now=now)

    def is_planned(self, now: str = NOW) -> bool:
        """Tell whether the plan is up to date."""
        with state.reading(self.state) as current:
            return planning.is_up_to_date(current, self.config(), now)

    def serial(self) -> int:
        """Return the number of the plan."""
        with state.reading(self.state) as current:
            return planning.serial(current)

    def planned_anew(self, now: str = NOW) -> Names:
        """Bring the plan up to date; return the listings and products that were decided about."""
        with closing(sqlite3.connect(self.state)) as db:
            for table in ("wanted", "wanted_unlisted"):
                db.execute(f"UPDATE {table} SET price_minor = ?", (UNTOUCHED,))
            db.commit()
        self.plan(now)
        return {name for name, one in (wanted(self) | offered(self)).items() if one[0] != UNTOUCHED}

    def store_id(self, current: State, name: str = "us") -> int:
        """Return the id of a store."""
        return stores.known(current.db)[name].store_id


Found = dict[tuple[str, str], tuple[int | None, int | None]]


def wanted(shop: PlannedShop) -> Found:
    """Return price and quantity that every listing should have, by store and seller SKU."""
    rows = query(
        shop.state,
        "SELECT s.name, l.seller_sku, w.price_minor, w.quantity FROM wanted w JOIN listings l USING (listing_id) "
        "JOIN stores s USING (store_id)",
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def offered(shop: PlannedShop) -> Found:
    """Return price and quantity that every product would be listed at, by store and SKU."""
    rows = query(
        shop.state,
        "SELECT s.name, p.sku, w.price_minor, w.quantity FROM wanted_unlisted w "
        "JOIN products p USING (product_id) JOIN stores s USING (store_id)",
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def until(shop: PlannedShop) -> dict[str, str | None]:
    """Return until when what is wanted of each listing holds, by seller SKU."""
    sql = "SELECT seller_sku, holds_until FROM wanted JOIN listings USING (listing_id)"
    return dict(query(shop.state, sql))


def actions(shop: PlannedShop) -> list[tuple[str, str, str, str]]:
    """Return ``(store, kind, seller SKU, hold)`` of all actions, the most urgent first."""
    return query(
        shop.state,
        "SELECT s.name, a.kind, a.seller_sku, a.hold FROM actions a JOIN stores s USING (store_id) "
        "ORDER BY s.name, a.rank, a.seller_sku, a.kind",
    )


def all_planned(path: Path) -> Dump:
    """Return all that is planned, by names instead of ids."""
    listing = "JOIN listings l USING (listing_id) JOIN stores s USING (store_id)"
    tables = {
        "wanted": f"SELECT s.name, l.seller_sku, w.price_minor, w.quantity, w.holds_until FROM wanted w {listing}",
        "wanted_unlisted": (
            "SELECT s.name, p.sku, w.price_minor, w.quantity, w.holds_until FROM wanted_unlisted w "
            "JOIN products p USING (product_id) JOIN stores s USING (store_id)"
        ),
        "actions": (
            "SELECT s.name, a.rank, a.kind, a.seller_sku, l.seller_sku, p.sku, a.hold FROM actions a "
            "JOIN stores s USING (store_id) LEFT JOIN listings l USING (listing_id) "
            "LEFT JOIN products p ON p.product_id = a.product_id"
        ),
    }
    return {name: sorted(query(path, sql), key=repr) for name, sql in tables.items()}


def planned_from_nothing(shop: PlannedShop, now: str) -> Dump:
    """Return what is planned where nothing was planned before, in a copy of the state."""
    copy = shop.folder / "copy.db"
    with closing(sqlite3.connect(shop.state)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(shop.state, copy)
    with closing(sqlite3.connect(copy)) as db:
        for table in ("wanted", "wanted_unlisted", "actions"):
            db.execute(f"DELETE FROM {table}")
        db.execute("DELETE FROM meta WHERE key LIKE 'planned:%'")
        db.commit()
    with state.writing(copy, command="plan", now=now) as current:
        planning.bring_up_to_date(current, shop.config(), now=now)
    found = all_planned(copy)
    for path in shop.folder.glob("copy.db*"):
        path.unlink()
    return found


def order(number: int, seller_sku: str, units: int = 1, **changed: str) -> Cells:
    """Return a row of the all-orders report: a pending order, but for what *changed* says."""
    at = "2026-11-21T10:00:00+00:00"
    cells = {
        "amazon-order-id": f"302-0000000-{number:07d}", "purchase-date": at, "last-updated-date": at,
        "order-status": "Pending", "fulfillment-channel": "Merchant", "sales-channel": "Amazon.com",
        "sku": seller_sku, "item-status": "Unshipped", "quantity": str(units),
    }  # fmt: skip
    return cells | {name.replace("_", "-"): text for name, text in changed.items()}


def special(price: str, first: str = "", last: str = "") -> Cells:
    """Return the cells of a special price; the days are written 11/22/26, as Commerce does."""
    return {SPECIAL: price, "special_price_from_date": first, "special_price_to_date": last}


def changed(row: Cells, **cells: Any) -> Cells:
    """Return *row* with other *cells*."""
    return {**row, **cells}


def of(rows: Iterable[Cells], key: str, name: str) -> Cells:
    """Return the row called *name*."""
    return next(row for row in rows if row[key] == name)
