"""Checking amzsync.toml: all problems at once, each with its key, in words a merchant understands."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.config import Raw, build
from amzsync.config.schema import check
from amzsync.core.guards import Limits
from amzsync.core.marketplaces import MARKETPLACES
from amzsync.errors import ConfigError

PATH = Path("/shop/amzsync.toml")
EXAMPLE = Path(__file__).parents[2] / "examples" / "amzsync.toml"
US = {"marketplace": "US", "seller_id": "A2EXAMPLE", "website": "base"}


def tables(**changes: Any) -> dict[str, Any]:
    """The least configuration with tables replaced; ``None`` leaves one out."""
    whole = {"commerce": {"products": "export.csv"}, "mapping": {}, "stores": {"us": US}} | changes
    return {name: table for name, table in whole.items() if table is not None}


def checked(**changes: Any) -> dict[str, Any]:
    return check(Raw(PATH, tables(**changes), ""))


def problems(**changes: Any) -> list[str]:
    try:
        checked(**changes)
    except ConfigError as error:
        return list(error.problems)
    return []


def store(**changes: Any) -> dict[str, Any]:
    return {"stores": {"us": {k: v for k, v in (US | changes).items() if v is not None}}}


PROBLEMS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("no commerce", {"commerce": None}, ["commerce: is missing"]),
    ("no products", {"commerce": {}}, ["commerce.products: is missing"]),
    ("no stores", {"stores": None}, ["stores: is missing"]),
    ("stores without a store", {"stores": {}},
     ["stores: there is none; add a table [stores.NAME]"]),
    ("no seller", store(seller_id=None), ["stores.us.seller_id: is missing"]),
    ("a table that is none", {"commerce": "export.csv"},
     ["commerce: must be a table; write [commerce]"]),
    ("stores that are no tables", {"stores": {"us": "US"}},
     ["stores.us: must be a table; write [stores.us]"]),
    ("stores that are a list", {"stores": ["us"]}, ["stores: must be a table; write [stores]"]),
    ("a file as it is in no table", {"state": "x.db"}, ["state: must be a table; write [state]"]),
    ("an empty path", {"commerce": {"products": ""}},
     ["commerce.products: string should have at least 1 character"]),
    ("a number for a text", store(seller_id=5), ["stores.us.seller_id: input should be a valid string"]),
    ("a table that is written wrong", {"mappings": {}},
     ["mappings: unknown key; did you mean mapping?"]),
    ("a key that is written wrong", {"mapping": {"seler_sku": "sku"}},
     ["mapping.seler_sku: unknown key; did you mean seller_sku?"]),
    ("a store's key that is written wrong", store(market_place="US"),
     ["stores.us.market_place: unknown key; did you mean marketplace?"]),
    ("a guard that is written wrong", {"guards": {"price_rate": 0.1}},
     ["guards.price_rate: unknown key; did you mean price_share?"]),
    ("a key like no other", {"state": {"zzz": 1}}, ["state.zzz: unknown key; known: path"]),
    ("a marketplace that is none", store(marketplace="XX"),
     ["stores.us.marketplace: 'XX' is no Amazon marketplace (use a country code such as US, DE, UK or JP)"]),
    ("a store's name in capitals", {"stores": {"US": US}},
     ["stores.US: is no name for a store; use lower-case letters, digits, - and _"]),
    ("an attribute that is none", {"mapping": {"upc": "my upc"}},
     ["mapping.upc.0: 'my upc' is no attribute code; use letters, digits and _"]),
    ("the second attribute is none", {"mapping": {"ean": ["ean", "1"]}},
     ["mapping.ean.1: '1' is no attribute code; use letters, digits and _"]),
    ("a kind that is none", {"mapping": {"order": ["sku"]}},
     ["mapping.order.0: input should be 'seller_sku', 'asin', 'upc', 'ean', 'isbn' or 'gcid'"]),
    ("a kind twice", {"mapping": {"order": ["asin", "asin"]}},
     ["mapping.order: names an identifier twice"]),
    ("kinds that are mapped and not asked", {"mapping": {"order": ["asin"], "ean": "e", "upc": "u"}},
     ["mapping: upc, ean is mapped but missing in order"]),
    ("an encoding that nobody knows", {"commerce": {"products": "x", "encoding": "klingon"}},
     ["commerce.encoding: 'klingon' is no encoding that Python knows"]),
    ("an encoding that is none", store(encoding="a\0b"),
     [r"stores.us.encoding: 'a\x00b' is no encoding that Python knows"]),
    ("an encoding in which a tab is two bytes", store(encoding="utf-16"),
     ["stores.us.encoding: documents in utf-16 cannot be read; save them as UTF-8"]),
    ("a codec that is not for text", store(encoding="base64"),
     ["stores.us.encoding: documents in base64 cannot be read; save them as UTF-8"]),
    ("an encoding of mainframes", store(encoding="cp037"),
     ["stores.us.encoding: documents in cp037 cannot be read; save them as UTF-8"]),
    ("an order of dates that is none", {"commerce": {"products": "x", "date_order": "ydm"}},
     ["commerce.date_order: input should be 'mdy', 'dmy' or 'ymd'"]),
    ("a state file for each store", {"state": {"path": "{store}.db"}},
     ["state.path: one state file serves all stores; a path with {store} is not supported yet"]),
    ("a share in percent", {"guards": {"vanished_share": 20}},
     ["guards.vanished_share: input should be less than or equal to 1"]),
    ("a share of nought", {"guards": {"price_share": 0}},
     ["guards.price_share: input should be greater than 0"]),
    ("a number below nought", {"guards": {"price_rows": -1}},
     ["guards.price_rows: input should be greater than or equal to 0"]),
    ("a factor that is none", {"guards": {"price_factor": 1}},
     ["guards.price_factor: input should be greater than 1"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"), [case[1:] for case in PROBLEMS], ids=[case[0] for case in PROBLEMS]
)
def test_each_problem_is_told_with_its_key(changes: dict[str, Any], expected: list[str]) -> None:
    assert problems(**changes) == expected


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigError) as raised:
        checked(
            commerce={"product": "x"},
            mapping={"asin": ["a b"], "order": ["asin", "asin"]},
            stores={"us": US | {"marketplace": "XX", "encoding": "klingon"}, "de": {}},
            guard={},
        )
    assert raised.value.message == "amzsync.toml has 10 problems:"
    assert list(raised.value.problems) == [
        "commerce.product: unknown key; did you mean products?",
        "commerce.products: is missing",
        "guard: unknown key; did you mean guards?",
        "mapping.asin.0: 'a b' is no attribute code; use letters, digits and _",
        "mapping.order: names an identifier twice",
        "stores.de.marketplace: is missing",
        "stores.de.seller_id: is missing",
        "stores.de.website: is missing",
        "stores.us.encoding: 'klingon' is no encoding that Python knows",
        "stores.us.marketplace: 'XX' is no Amazon marketplace (use a country code such as US, DE, UK or JP)",
    ]
    assert str(raised.value).count("\n  - ") == 10


def test_the_same_seller_twice_is_told_beside_other_problems() -> None:
    assert problems(stores={"one": US, "two": US}, guards={"x_share": 1}, commerce={}) == [
        "commerce.products: is missing",
        "guards.x_share: unknown key; did you mean plan_share?",
        "stores: one and two are the same seller in the same marketplace",
    ]


def test_one_problem_is_one_problem() -> None:
    with pytest.raises(ConfigError, match=r"^amzsync.toml has 1 problem:"):
        checked(mapping={"asins": "asin"})


# -- stores ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [("US", "US"), ("US", "us"), ("UK", "GB"), ("DE", "A1PA6795UKMFR9")],
)
def test_the_same_seller_may_stand_in_a_marketplace_once_however_it_is_named(
    first: str, second: str
) -> None:
    stores = {"one": US | {"marketplace": first}, "two": US | {"marketplace": second}}
    expected = "stores: one and two are the same seller in the same marketplace"
    assert problems(stores=stores) == [expected]


def test_another_seller_or_another_marketplace_is_another_store() -> None:
    stores = {
        "one": US,
        "two": US | {"seller_id": "A3EXAMPLE"},
        "three": US | {"marketplace": "CA"},
    }
    assert problems(stores=stores) == []


@pytest.mark.parametrize("place", MARKETPLACES, ids=lambda place: place.code)
def test_a_marketplace_goes_by_its_code_or_its_id(place: Any) -> None:
    for name in (place.code, place.code.lower(), f" {place.code} ", place.marketplace_id):
        built = build(PATH, checked(**store(marketplace=name)))
        assert built.stores[0].marketplace is place


@pytest.mark.parametrize("name", ["us", "us-2", "0", "a_b"])
def test_names_of_stores_fit_a_command_line(name: str) -> None:
    assert problems(stores={name: US}) == []


# -- values ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["utf-8", "UTF-8", "utf-8-sig", "cp1252", "latin-1", "cp932", "gbk"]
)
def test_encodings_that_keep_tabs_and_quotes_are_known(name: str) -> None:
    assert problems(commerce={"products": "x", "encoding": name}, **store(encoding=name)) == []


def test_one_attribute_or_several_may_be_named() -> None:
    attributes = checked(mapping={"asin": "one", "ean": ["two", "THREE"], "upc": []})["mapping"][
        "attributes"
    ]
    assert attributes == {"asin": ["one"], "ean": ["two", "three"]}


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({}, ["seller_sku", "asin", "upc", "ean", "isbn"]),
        ({"gcid": "gcid"}, ["seller_sku", "asin", "upc", "ean", "isbn", "gcid"]),
        ({"order": []}, ["seller_sku", "asin", "upc", "ean", "isbn"]),
        ({"order": ["ean", "asin"], "ean": "ean"}, ["ean", "asin"]),
    ],
    ids=["none given", "with GCIDs", "an empty one", "one given"],
)
def test_the_order_is_the_usual_one_unless_it_is_given(
    mapping: dict[str, Any], expected: list[str]
) -> None:
    assert checked(mapping=mapping)["mapping"]["order"] == expected


def test_the_guards_are_those_of_core_unless_they_are_set() -> None:
    assert checked()["guards"] == asdict(Limits())
    assert checked(guards={"rejected_rows": 0})["guards"] == asdict(Limits(rejected_rows=0))


def test_what_was_checked_survives_being_kept_as_json() -> None:
    values = checked(mapping={"ean": ["a", "b"], "pins": "p.csv"}, guards={"price_share": 0.25})
    kept = json.loads(json.dumps(values))
    assert kept == values
    assert build(PATH, kept) == build(PATH, values)


def test_the_example_is_without_fault() -> None:
    with EXAMPLE.open("rb") as file:
        values = check(Raw(EXAMPLE, tomllib.load(file), ""))
    assert [one.name for one in build(EXAMPLE, values).stores] == ["us", "de"]


# -- laws ------------------------------------------------------------------------------------------------

plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
KEYS = [
    ("commerce", "encoding"),
    ("commerce", "products"),
    ("commerce", "stock_sources"),
    ("mapping", "ean"),
    ("mapping", "order"),
    ("mapping", "pins"),
    ("guards", "price_factor"),
    ("guards", "vanished_rows"),
    ("state", "path"),
    ("nonsense", "key"),
]


@given(st.sampled_from(KEYS), anything)
def test_no_value_is_more_than_a_problem_with_its_key(key: tuple[str, str], value: object) -> None:
    table, name = key
    whole = tables()
    found = problems(**{table: whole.get(table, {}) | {name: value}})
    assert all(problem.startswith(f"{table}") for problem in found)
    assert (table == "nonsense") <= bool(found)
