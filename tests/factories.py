"""Make a small shop in a folder: products, reports and configuration in, files and a state out.

Products, listings and the rows of other reports are plain dictionaries; ``Shop`` writes them as Commerce and
Amazon would, and imports them in this process at a time that the test sets.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amzsync import config
from amzsync.config import Config
from amzsync.config.schema import check
from amzsync.results.imports import ImportResult
from amzsync.workflows.import_listings import import_listings

Cells = dict[str, str]
Dump = dict[str, list[tuple[Any, ...]]]
NOW = "2026-11-22T06:00:00Z"
EXPORT_COLUMNS = (
    "sku", "store_view_code", "product_type", "product_websites", "name", "product_online", "price", "qty",
    "is_in_stock", "manage_stock", "use_config_manage_stock", "additional_attributes",
)  # fmt: skip
REPORT_COLUMNS = (
    "item-name", "listing-id", "seller-sku", "price", "quantity", "open-date", "product-id-type",
    "item-condition", "asin1", "product-id", "fulfillment-channel", "status",
)  # fmt: skip
CANCELLED_COLUMNS = (
    "item-name", "seller-sku", "price", "quantity", "product-id-type", "item-note", "item-condition", "asin1",
    "product-id", "add-delete",
)  # fmt: skip
SUPPRESSED_COLUMNS = (
    "Status", "Reason", "SKU", "ASIN", "Product name", "Condition", "Status Change Date",
    "Issue Description",
)  # fmt: skip
FBA_COLUMNS = (
    "sku", "fnsku", "asin", "product-name", "condition", "your-price", "afn-listing-exists",
    "afn-fulfillable-quantity",
)  # fmt: skip
STOCK_COLUMNS = ("source_code", "sku", "status", "quantity")
OPENED = "2025-03-04 05:06:07 PST"

# -- rows ----------------------------------------------------------------------------------------------


def asin(number: int) -> str:
    """Return a made-up ASIN."""
    return f"B0TEST{number:04d}"


def ean(number: int) -> str:
    """Return a made-up EAN-13 with its check digit (prefix 952: GS1's own, for demonstrations)."""
    digits = f"952{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def product(sku: str, *, attributes: Mapping[str, str] | None = None, **cells: str) -> Cells:
    """Return a row of the product export: on sale and in stock, but for what *cells* say."""
    packed = ",".join(f"{code}={value}" for code, value in (attributes or {}).items() if value)
    usual = {
        "sku": sku, "store_view_code": "", "product_type": "simple", "product_websites": "base",
        "name": f"Product {sku}", "product_online": "1", "price": "20.000000", "qty": "5.0000",
        "is_in_stock": "1", "manage_stock": "1", "use_config_manage_stock": "1",
        "additional_attributes": packed,
    }  # fmt: skip
    return usual | cells


def view_row(sku: str, view: str, **cells: str) -> Cells:
    """Return the row of a store view: blank but for what it overrides."""
    blank = dict.fromkeys(EXPORT_COLUMNS, "")
    return {**blank, "sku": sku, "store_view_code": view, "product_type": "simple", **cells}


def listing(seller_sku: str, **cells: str) -> Cells:
    """Return a row of the all-listings report: active, but for what *cells* say (``asin1="..."``)."""
    usual = {
        "item-name": f"Listing {seller_sku}", "listing-id": "0101Z" + seller_sku, "seller-sku": seller_sku,
        "price": "19.90", "quantity": "5", "open-date": OPENED, "product-id-type": "1",
        "item-condition": "11", "asin1": "B0OTHER000", "product-id": "", "fulfillment-channel": "DEFAULT",
        "status": "Active",
    }  # fmt: skip
    return usual | {name.replace("_", "-"): text for name, text in cells.items()}


def suppressed(
    seller_sku: str, issue: str = "The brand is required.", *, asin1: str = "B0OTHER000"
) -> Cells:
    """Return a row of the suppressed-listings report."""
    return {
        "Status": "Search Suppressed", "Reason": "Missing info", "SKU": seller_sku, "ASIN": asin1,
        "Product name": f"Listing {seller_sku}", "Condition": "11", "Status Change Date": "Nov 12, 2026",
        "Issue Description": issue,
    }  # fmt: skip


def in_warehouse(seller_sku: str, quantity: int, *, asin1: str = "B0OTHER000") -> Cells:
    """Return a row of the FBA inventory report."""
    return {
        "sku": seller_sku, "fnsku": "X000000001", "asin": asin1, "product-name": f"Listing {seller_sku}",
        "condition": "New", "your-price": "19.90", "afn-listing-exists": "Yes",
        "afn-fulfillable-quantity": str(quantity),
    }  # fmt: skip


def in_source(sku: str, source: str, quantity: int, *, enabled: bool = True) -> Cells:
    """Return a row of the stock-sources export."""
    switch = "1" if enabled else "0"
    return {"source_code": source, "sku": sku, "status": switch, "quantity": f"{quantity}.0000"}


# -- documents -----------------------------------------------------------------------------------------


def as_csv(columns: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """Return *rows* as Commerce writes them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[row.get(column, "") for column in columns] for row in rows])
    return out.getvalue().encode()


def as_tsv(columns: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """Return *rows* as Amazon writes them: tabs, no quotes."""
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    return "".join("\t".join(line) + "\r\n" for line in lines).encode()


@dataclass
class StoreFiles:
    """A store's settings, and the rows of its reports (``None``: there is no such report)."""

    marketplace: str = "US"
    website: str = "base"
    seller_id: str = "A2EXAMPLE"
    view: str | None = None
    listings: list[Cells] | None = field(default_factory=list)
    inactive: list[Cells] | None = None
    active: list[Cells] | None = None
    cancelled: list[Cells] | None = None
    suppressed: list[Cells] | None = None
    fba: list[Cells] | None = None
    ended: list[Cells] | None = None

    def reports(self) -> dict[str, bytes]:
        """Return the bytes of each report by the word that its file name ends in."""
        plain = tuple(name for name in REPORT_COLUMNS if name != "status")
        tables = {
            "all": (REPORT_COLUMNS, self.listings),
            "inactive": (plain, self.inactive),
            "active": (plain, self.active),
            "cancelled": (CANCELLED_COLUMNS, self.cancelled),
            "suppressed": (SUPPRESSED_COLUMNS, self.suppressed),
            "fba": (FBA_COLUMNS, self.fba),
        }
        return {
            name: as_tsv(columns, rows)
            for name, (columns, rows) in tables.items()
            if rows is not None
        }


@dataclass
class Folder:
    """A folder with a configuration and the files that it names."""

    folder: Path

    @property
    def state(self) -> Path:
        """Return the path of the state file."""
        return self.folder / "amzsync.db"

    def config(self) -> Config:
        """Return the configuration as it is on disk, checked."""
        raw = config.read(self.folder / "amzsync.toml")
        return config.build(raw.path, check(raw))

    def import_files(
        self,
        *,
        now: str = NOW,
        store: str | None = None,
        dry_run: bool = False,
        force: bool = False,
    ) -> ImportResult:
        """Import the files as they are, in this process, at the time *now*."""
        return import_listings(
            self.config(), "{}", now=now, store=store, dry_run=dry_run, force=force
        )


@dataclass
class Shop(Folder):
    """A shop in a folder of its own."""

    products: list[Cells] = field(default_factory=list)
    stores: dict[str, StoreFiles] = field(default_factory=lambda: {"us": StoreFiles()})
    stock: list[Cells] | None = None
    stock_sources: tuple[str, ...] = ()
    pins: list[tuple[str, str, str, str]] = field(default_factory=list)
    mapping: str = 'asin = "asin"\nean = ["ean", "barcode"]\nupc = "upc"\nisbn = "isbn"\n'
    guards: str = ""
    settings: str = ""  # tables such as [defaults]

    @property
    def us(self) -> StoreFiles:
        """Return the store that every shop here has."""
        return self.stores["us"]

    def write(self) -> None:
        """Write all files anew."""
        reports = self.folder / "reports"
        reports.mkdir(parents=True, exist_ok=True)
        for old in reports.iterdir():
            old.unlink()
        (self.folder / "products.csv").write_bytes(as_csv(EXPORT_COLUMNS, self.products))
        if self.stock is not None:
            (self.folder / "stock.csv").write_bytes(as_csv(STOCK_COLUMNS, self.stock))
        header = ("store", "seller_sku", "sku", "verdict")
        pairs = [dict(zip(header, pair, strict=True)) for pair in self.pins]
        (self.folder / "mapping.csv").write_bytes(as_csv(header, pairs))
        for name, store in self.stores.items():
            for word, content in store.reports().items():
                (reports / f"{name}-{word}.txt").write_bytes(content)
            if store.ended is not None:
                columns = ("seller_sku", "asin", "title", "ended_at", "sku")
                (self.folder / f"ended-{name}.csv").write_bytes(as_csv(columns, store.ended))
        (self.folder / "amzsync.toml").write_text(self.toml(), encoding="utf-8")

    def toml(self) -> str:
        """Return the configuration."""
        lines = ["[commerce]", 'products = "products.csv"']
        if self.stock is not None:
            lines += ['stock = "stock.csv"', f"stock_sources = {json.dumps(self.stock_sources)}"]
        lines += ["[mapping]", self.mapping, 'pins = "mapping.csv"', "[guards]", self.guards]
        lines += [self.settings]
        for name, store in self.stores.items():
            lines += [
                f"[stores.{name}]",
                f'marketplace = "{store.marketplace}"',
                f'seller_id = "{store.seller_id}"',
                f'website = "{store.website}"',
                f'listings = "reports/{name}-*.txt"',
            ]
            lines += [f'store_view = "{store.view}"'] if store.view else []
            lines += [f'ended = "ended-{name}.csv"'] if store.ended is not None else []
        return "\n".join(lines) + "\n"

    def run(
        self,
        *,
        now: str = NOW,
        store: str | None = None,
        dry_run: bool = False,
        force: bool = False,
    ) -> ImportResult:
        """Write the files and import them."""
        self.write()
        return self.import_files(now=now, store=store, dry_run=dry_run, force=force)


def example_shop(folder: Path) -> Folder:
    """Copy the example shop's files into *folder*."""
    source = Path(__file__).parents[1] / "examples"
    for path in sorted(source.rglob("*")):
        if path.is_file() and not path.name.startswith("amzsync.db"):
            copy = folder / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            os.utime(copy, ns=(path.stat().st_mtime_ns, path.stat().st_mtime_ns))
    return Folder(folder)


# -- what the state holds ------------------------------------------------------------------------------


def query(path: Path, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of *sql*, read from the state at *path* without writing."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()


def tables(path: Path) -> list[str]:
    """Return the names of all tables of the state, but for those of sqlite and sqlite-utils."""
    found = query(
        path,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        "AND name NOT LIKE '!_%' ESCAPE '!' ORDER BY name",
    )
    return [str(row[0]) for row in found]


def dump(path: Path, *, without: Iterable[str] = ()) -> Dump:
    """Return all rows of all tables *without* some."""
    return {
        table: sorted(query(path, f"SELECT * FROM {table}"), key=repr)
        for table in tables(path)
        if table not in set(without)
    }


_VERDICT = "v.tab, v.status, v.reason, v.next_step"
_LISTING = (
    "l.asin, l.title, l.condition, l.fulfillment, l.price_minor, l.quantity, l.status, l.product_ref, l.opened_at, "
    "l.problem, l.gtin, l.base, l.filled, l.outcome, l.matched_by, l.weak, l.tab"
)
_PRODUCT = (
    "type, name, attribute_set, categories, websites, enabled, visibility, price_micros, special_price_micros, "
    "special_from, special_to, stock_e4, in_stock, manage_stock, backorders, sources_e4, condition, identifiers"
)
CANONICAL = {
    "stores": "SELECT name, marketplace, seller_id, website, currency, exponent FROM stores",
    "products": f"SELECT sku, {_PRODUCT}, missing_run IS NOT NULL FROM products",
    "product_views": "SELECT sku, view, name, enabled, price_micros, identifiers, whole FROM product_views",
    "identifiers": "SELECT i.key, p.sku, i.kind, i.weak FROM identifiers i LEFT JOIN products p USING (product_id)",
    "stock": "SELECT sku, source, stock_e4, enabled FROM stock",
    "listings": (
        f"SELECT s.name, l.seller_sku, {_LISTING}, p.sku, {_VERDICT}, l.missing_run IS NOT NULL "
        "FROM listings l JOIN stores s USING (store_id) JOIN verdicts v USING (verdict_id) "
        "LEFT JOIN products p USING (product_id)"
    ),
    "report_rows": (
        "SELECT s.name, r.seller_sku, r.kind, r.asin, r.title, r.price_minor, r.quantity, r.status, r.problem "
        "FROM report_rows r JOIN stores s USING (store_id)"
    ),
    "candidates": (
        "SELECT s.name, l.seller_sku, c.kind, c.key, p.sku FROM candidates c "
        "LEFT JOIN listings l USING (listing_id) LEFT JOIN stores s USING (store_id) "
        "LEFT JOIN products p ON p.product_id = c.product_id"
    ),
    "unlisted": (
        f"SELECT s.name, p.sku, u.asin, u.tab, {_VERDICT} FROM unlisted u JOIN stores s USING (store_id) "
        "JOIN verdicts v USING (verdict_id) LEFT JOIN products p USING (product_id)"
    ),
    "decisions": "SELECT s.name, seller_sku, sku, verdict FROM decisions JOIN stores s USING (store_id)",
    "ended": "SELECT s.name, seller_sku, asin, title, sku, ended_at FROM ended JOIN stores s USING (store_id)",
    "tab_counts": "SELECT s.name, t.tab, t.rows FROM tab_counts t JOIN stores s USING (store_id)",
    "match_counts": (
        "SELECT s.name, m.way, m.rows FROM match_counts m JOIN stores s USING (store_id) WHERE m.rows"
    ),
}


def canonical(path: Path) -> Dump:
    """Return what the state says now, without ids, runs and digests: two states that say the same are equal."""
    return {name: sorted(query(path, sql), key=repr) for name, sql in CANONICAL.items()}


def recount(path: Path) -> Dump:
    """Return ``tab_counts`` and ``match_counts`` (without noughts) as they follow from the rows themselves."""
    tabs = query(
        path,
        "SELECT s.name, tab, count(*) FROM (SELECT store_id, tab FROM listings UNION ALL "
        "SELECT store_id, tab FROM unlisted) JOIN stores s USING (store_id) GROUP BY 1, 2",
    )
    ways = query(
        path,
        "SELECT s.name, CASE WHEN outcome = 'matched' AND weak THEN matched_by || ' (weak)' "
        "WHEN matched_by <> '' THEN matched_by ELSE outcome END AS way, count(*) FROM listings "
        "JOIN stores s USING (store_id) GROUP BY 1, 2",
    )
    return {"tab_counts": sorted(tabs, key=repr), "match_counts": sorted(ways, key=repr)}


def counted(path: Path) -> Dump:
    """Return ``tab_counts`` and ``match_counts`` as they are kept, without noughts."""
    found = canonical(path)
    return {name: [row for row in found[name] if row[2]] for name in ("tab_counts", "match_counts")}


def differing(actual: Dump, expected: Dump) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
    """Return, by table, the rows that only one of two dumps has."""
    found = {}
    for table in sorted(actual.keys() | expected.keys()):
        ours, theirs = actual.get(table, []), expected.get(table, [])
        if ours != theirs:
            found[table] = {
                "only in actual": [row for row in ours if row not in theirs],
                "only in expected": [row for row in theirs if row not in ours],
            }
    return found
