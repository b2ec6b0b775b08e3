"""Random edits of a small shop that is full of the things that matter to matching and sorting."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests import factories
from tests.factories import Cells, Shop, StoreFiles, asin, ean

UPC = "036000291452"
UPC_CUT = UPC[1:]  # as a spreadsheet leaves it: found by repair only, which is weaker evidence
SKUS = ("P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "Sku-X", "SKU-X", " Sku-Y")
SELLER_SKUS = ("P0", "P1", "P2", "P3", "p3", "L4", "L5", "L6", "L7", "L8", "sku-x", "SKU-Y ")
SIDES = ("cancelled", "suppressed", "fba", "inactive")

_ATTRIBUTES = {
    "asin": ("", asin(1), asin(2), asin(3), f"{asin(1)} {asin(2)}"),
    "ean": ("", ean(1), ean(2), ean(3)),
    "barcode": ("", ean(1), ean(2)),
    "upc": ("", UPC, UPC_CUT),
}
_PRODUCT_CELLS = {
    "product_type": ("simple", "configurable", "virtual", "bundle"),
    "product_online": ("1", "2"),
    "product_websites": ("base", "base,de", "de"),
    "price": ("20.000000", "25.000000", "", "9000.000000"),
    "qty": ("5.0000", "0.0000", "7.0000", ""),
    "is_in_stock": ("1", "0"),
    "name": ("Kettle", "Crème brûlée torch"),
}
_LISTING_CELLS = {
    "asin1": (asin(1), asin(2), asin(3), asin(9), ""),
    "product-id": ("", ean(1), ean(2), ean(3), UPC),
    "status": ("Active", "Inactive", "Incomplete", ""),
    "price": ("19.90", "25.00", ""),
    "quantity": ("5", "0", ""),
    "fulfillment-channel": ("DEFAULT", "AMAZON_NA"),
    "item-name": ("Kettle", "Cr?me br?l?e torch", "Crème brûlée torch"),
}


@dataclass
class World:
    """The rows of all documents at one moment."""

    products: dict[str, dict[str, str]] = field(default_factory=dict)
    views: dict[str, Cells] = field(default_factory=dict)
    stock: dict[tuple[str, str], Cells] = field(default_factory=dict)
    listings: dict[str, Cells] = field(default_factory=dict)
    sides: dict[str, dict[str, Cells]] = field(default_factory=dict)  # seller SKU -> kind -> row
    decisions: dict[str, tuple[str, str]] = field(default_factory=dict)  # -> SKU, verdict
    ended: dict[str, str] = field(default_factory=dict)

    def shop(self, folder: Path, *, with_stock: bool, reverse: bool = False) -> Shop:
        """Return the world as the shop in *folder*, optionally with every document upside down."""
        step = -1 if reverse else 1
        sides: dict[str, Any] = {
            kind: [rows[kind] for rows in self.sides.values() if kind in rows][::step] or None
            for kind in SIDES
        }
        ended = [
            {"seller_sku": sku, "asin": asin(1), "title": f"Ended {sku}", "ended_at": at}
            for sku, at in self.ended.items()
        ]
        us = StoreFiles(
            view="de", listings=list(self.listings.values())[::step], ended=ended[::step], **sides
        )
        products = [_product(sku, cells) for sku, cells in self.products.items()]
        return Shop(
            folder,
            products=[*products, *self.views.values()][::step],
            stores={"us": us},
            stock=list(self.stock.values())[::step] if with_stock else None,
            stock_sources=("default", "berlin"),
            pins=[("us", sku, *pair) for sku, pair in self.decisions.items()][::step],
        )


def _product(sku: str, cells: Cells) -> Cells:
    attributes = {name: cells[name] for name in _ATTRIBUTES if name in cells}
    others = {name: text for name, text in cells.items() if name not in _ATTRIBUTES}
    return factories.product(sku, attributes=attributes, **others)


def start() -> World:
    """Return the world before the first edit: every way of matching, and listings without a product."""
    world = World(products={sku: {} for sku in SKUS})
    for number, sku in enumerate(SKUS[4:8], start=1):
        world.products[sku] = {"asin": asin(number), "ean": ean(number)}
    world.products["P8"] = {"upc": UPC_CUT}
    del world.products["P3"], world.products["P6"]
    world.listings = {sku: factories.listing(sku, asin1=asin(9)) for sku in SELLER_SKUS}
    for sku, key in (("L4", asin(1)), ("L5", asin(2))):
        world.listings[sku]["asin1"] = key
    for sku, key in (("L6", ean(3)), ("L7", UPC)):
        world.listings[sku]["product-id"] = key
    del world.listings["P2"], world.listings["L8"]
    world.sides["P0"] = {"suppressed": factories.suppressed("P0")}
    world.sides["S1"] = {"cancelled": factories.listing("S1", asin1=asin(4))}
    world.stock = {(sku, "default"): factories.in_source(sku, "default", 5) for sku in SKUS[:8]}
    return world


# -- edits ---------------------------------------------------------------------------------------------

Edit = tuple[str, ...]


def _choices(what: str, keys: tuple[str, ...], cells: dict[str, tuple[str, ...]]) -> list[Edit]:
    return [
        (what, key, name, text) for key in keys for name, texts in cells.items() for text in texts
    ]


_IN_REPORTS = (*SELLER_SKUS, "S1", "S2")
_KEYS = (("product", SKUS), ("listing", SELLER_SKUS))
EDITS: dict[str, list[Edit]] = {
    "product": _choices("product", SKUS, _ATTRIBUTES | _PRODUCT_CELLS),
    "listing": _choices("listing", SELLER_SKUS, _LISTING_CELLS),
    "drop": [(f"drop {what}", sku) for what, skus in _KEYS for sku in skus],
    "add": [
        (f"add {what}", sku, key)
        for what, skus in _KEYS
        for sku in skus
        for key in (asin(1), asin(2), asin(9))
    ],
    "side": [("side", sku, kind) for sku in _IN_REPORTS for kind in SIDES],
    "no side": [("no side", sku, kind) for sku in _IN_REPORTS for kind in SIDES],
    "decide": [
        ("decide", seller_sku, sku, verdict)
        for seller_sku in _IN_REPORTS
        for sku in (*SKUS, "NOWHERE")
        for verdict in ("pin", "never", "")
    ],
    "view": [("view", sku, online) for sku in SKUS for online in ("1", "2", "")],
    "stock": [
        ("stock", sku, source, told)
        for sku in SKUS
        for source in ("default", "berlin", "showroom")
        for told in ("0", "3", "off", "")
    ],
    "ended": [("ended", sku, yes) for sku in (*SELLER_SKUS, "GONE-1") for yes in ("yes", "")],
}
edits = st.one_of([st.sampled_from(found) for found in EDITS.values()])
steps = st.lists(st.lists(edits, min_size=1, max_size=6), min_size=1, max_size=4)


def after(world: World, todo: list[Edit]) -> World:
    """Return a copy of *world* with the edits *todo* made."""
    changed = deepcopy(world)
    for edit in todo:
        _make(changed, *edit)
    return changed


def _make(world: World, what: str, key: str, *told: str) -> None:  # noqa: C901 - a table of edits
    if what == "product" and key in world.products:
        world.products[key][told[0]] = told[1]
    elif what == "listing" and key in world.listings:
        world.listings[key][told[0]] = told[1]
    elif what == "drop product":
        world.products.pop(key, None)
        world.views.pop(key, None)
    elif what == "drop listing":
        world.listings.pop(key, None)
    elif what == "add product":
        world.products.setdefault(key, {"asin": told[0]})
    elif what == "add listing":
        world.listings.setdefault(key, factories.listing(key, asin1=told[0]))
    elif what == "side":
        world.sides.setdefault(key, {})[told[0]] = _side(key, told[0])
    elif what == "no side":
        world.sides.get(key, {}).pop(told[0], None)
    elif what == "decide":
        world.decisions.pop(key, None)
        if told[1]:
            world.decisions[key] = (told[0], told[1])
    elif what == "view" and key in world.products:
        world.views.pop(key, None)
        if told[0]:
            world.views[key] = factories.view_row(key, "de", product_online=told[0])
    elif what == "stock":
        world.stock.pop((key, told[0]), None)
        if told[1]:
            enabled = told[1] != "off"
            quantity = int(told[1]) if enabled else 9
            row = factories.in_source(key, told[0], quantity, enabled=enabled)
            world.stock[key, told[0]] = row
    elif what == "ended":
        world.ended.pop(key, None)
        if told[0]:
            world.ended[key] = "2026-11-01T00:00:00Z"


def _side(seller_sku: str, kind: str) -> Cells:
    if kind == "suppressed":
        return factories.suppressed(seller_sku, asin1=asin(2))
    if kind == "fba":
        return factories.in_warehouse(seller_sku, 3, asin1=asin(2))
    return factories.listing(seller_sku, asin1=asin(2))


# -- the shortest way to the same state -----------------------------------------------------------------


def once(worlds: list[World]) -> World:
    """Return the last of *worlds* with all that ever was and is no more, as it was last seen.

    A state remembers what has vanished: importing this world and then the last one is the shortest way
    to the state that all the *worlds*, one after the other, must lead to.
    """
    union = World()
    for world in worlds:
        union.products |= world.products
        union.listings |= world.listings
        for sku in union.listings.keys() - world.listings.keys():
            if {"cancelled", "inactive"} & world.sides.get(sku, {}).keys():  # newer than its row
                union.listings[sku] = {**union.listings[sku], "status": "Inactive"}
        union.sides |= {sku: rows for sku, rows in world.sides.items() if rows}
        union.ended |= world.ended
    last = worlds[-1]
    union.views, union.stock, union.decisions = last.views, last.stock, last.decisions
    return deepcopy(union)
