"""Price amounts of the catalogue: the first view with a value of its own, then the default."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from amzsync.core.price_sources import Catalogue, Found, Scope, day_after
from amzsync.core.product_facts import ProductFacts

CATALOGUE = Catalogue(date(2026, 11, 23))
FACTS = ProductFacts(
    1, "A", "simple", 1, None, None, None, None, None, None, 0,
    price_micros=31_990_000, special_price_micros=29_000_000, special_to="2026-11-23",
    attributes="cost=12.000000\nmsrp=none\nnote=a=b",
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("price", Found(Decimal("31.99"), "price")),
        ("special_price", Found(Decimal(29), "special_price")),
        ("cost", Found(Decimal(12), "cost")),
        ("msrp", None),
        ("note", None),
        ("map", None),
    ],
)
def test_an_amount_is_found_where_it_is_readable(code: str, expected: Found | None) -> None:
    assert CATALOGUE.amount(code, FACTS) == expected


def test_a_view_is_passed_over_where_its_value_is_none_or_unreadable() -> None:
    scopes = [Scope(attributes="cost=?", view="a"), Scope(attributes="cost=9", view="b")]
    assert CATALOGUE.amount("cost", FACTS, scopes) == Found(Decimal(9), "cost", "b")
    assert CATALOGUE.amount("cost", FACTS, scopes[:1]) == Found(Decimal(12), "cost")


def test_nought_is_an_amount_and_less_is_none() -> None:
    scopes = [Scope(price_micros=-1), Scope(price_micros=0, view="b")]
    assert CATALOGUE.amount("price", FACTS, scopes) == Found(Decimal(0), "price", "b")
    negative = FACTS._replace(price_micros=-1, special_price_micros=-1)
    assert CATALOGUE.amount("price", negative) is None
    assert CATALOGUE.special(negative) is None


def test_the_special_price_as_an_attribute_is_none_out_of_its_days() -> None:
    assert Catalogue(date(2026, 11, 24)).amount("special_price", FACTS) is None


def test_the_last_day_of_the_calendar_has_no_next() -> None:
    assert day_after(date(2026, 12, 31)) == "2027-01-01"
    assert day_after(date.max) is None
