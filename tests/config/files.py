"""Whole configuration files around the lines that a test is about."""

from __future__ import annotations

import json
from pathlib import Path

from amzsync.config import Config, build, parse
from amzsync.config.schema import check
from amzsync.core.settings import Settings
from amzsync.errors import ConfigError

PATH = Path("/shop/amzsync.toml")
REST = """
[commerce]
products = "export.csv"
{commerce}
[mapping]
{mapping}
[stores.us]
marketplace = "{place}"
seller_id = "A2EXAMPLE"
website = "base"
"""
# All that a store may say, and what that needs in [commerce].
EVERYTHING = """
read_only = false
automatic_listing = true
third_party = false
handling_time = 5
regional = false
time_zone = "Europe/Rome"
rules = { any = [{ attribute = "weight", at_most = 20.5 }, { attribute = "color", is_not = "Red" }], are = false }

[stores.us.price]
source = "amazon_price"
special_prices = true
views = ["us", "en"]
minimum = "Map_Price"
list_price = "msrp"
vat = "10.20 %"
tax_code = "A_GEN_STANDARD"
currency = "usd"
convert = true
business = true
tiers = [{ quantity = 5, percent = 5 }, { quantity = 10, percent = "7.5%" }]

[[stores.us.price_rules]]
name = "Summer"
from = 2026-06-01
to = "2026-08-31"
priority = 1
stop = true
conditions = { all = [{ attribute = "released", at_least = 2026-01-01 }] }
decrease = "10 %"

[[stores.us.price_rules]]
name = "Freight"
active = false
increase = 2.50

[[stores.us.price_rules]]
name = "Beat them"
[stores.us.price_rules.competitor]
source = "lowest"
min_feedback = 95
min_feedback_count = 1000
conditions = "variance"
variance = { "Used; Good" = 80, collectible_good = 120.5, new = 100 }
decrease = 0.01
floor = { source = "cost", increase = "5%" }
ceiling = { source = "msrp", decrease = "2%" }

[stores.us.quantity]
threshold = 2
maximum = 50
unmanaged = 10
buffer = "10%"
backorders = true
shared_stock = "whole"
reserve_pending = false
[[stores.us.quantity.buffers]]
name = "Fragile"
buffer = 2
priority = 1
conditions = { all = [{ attribute = "fragile", is = true }] }

[stores.us.fulfillment]
by = "amazon"
attribute = "shipped_by"
values = { " FBM " = "merchant", "Amazon" = "amazon" }

[stores.us.condition]
default = "Used; Like New"
attribute = "State"
values = { "Gebraucht  GUT" = "Used - Good" }
notes = { used_good = "A few scratches." }
"""
COMMERCE = """
currency = "USD"
attributes = { Weight = "number", shipped_by = "select" }
rates = [{ from = "USD", to = "GBP", rate = 0.785, date = 2026-11-20 }]
rate_days = 14
"""


def text(store: str = "", *, commerce: str = "", mapping: str = "", place: str = "US") -> str:
    """A whole file: *store* follows the keys of [stores.us]."""
    return REST.format(commerce=commerce, mapping=mapping, place=place) + store


def loaded(whole: str) -> Config:
    """The configuration, having been kept as JSON on its way."""
    raw = parse(PATH, whole.encode())
    values = check(raw)
    kept = json.loads(json.dumps(values))
    assert kept == values
    return build(PATH, kept)


def settings(store: str = "", **rest: str) -> Settings:
    return loaded(text(store, **rest)).stores[0].settings


def problems(whole: str) -> list[str]:
    try:
        check(parse(PATH, whole.encode()))
    except ConfigError as error:
        return list(error.problems)
    return []
