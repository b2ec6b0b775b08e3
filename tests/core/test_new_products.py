"""A product that is new to Amazon is told whole, in the form of its schema; what is missing is told to the user."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.marketplaces import by_code
from amzsync.core.messages import offer_body, terms_of
from amzsync.core.new_products import Fault, body_of, findings
from amzsync.core.plan import Difference
from amzsync.core.product_attributes import Assembled, assembled, plain, product_type_of, value_of
from amzsync.core.product_facts import ProductFacts
from amzsync.core.product_mapping import Filling, ProductMapping
from amzsync.core.product_schemas import Schema

KETTLE = Schema(
    json.loads((Path(__file__).parents[1] / "data/kettle-schema.json").read_text(encoding="utf-8"))
)
PLACE = by_code("US")
assert PLACE is not None
TERMS = terms_of(PLACE)
US = TERMS.marketplace_id
ENGLISH = {"marketplace_id": US, "language_tag": "en_US"}
OFFER = offer_body(
    [Difference("price", None, 1999), Difference("quantity", None, 3), Difference("asin", None, "B0")],
    TERMS,
)["attributes"]  # fmt: skip
EAN = ("ean", "09520000000017")


def facts(view: str = "", **attributes: str) -> ProductFacts:
    lines = "\n".join(f"{code}={value}" for code, value in attributes.items())
    return ProductFacts(
        1, "K-1", "simple", 1, ",base,", 50_000, 1, 1, 0, "New", 0, name="Kettle", attribute_set="Kettles",
        price_micros=20_500_000, attributes=lines, view_attributes=view,
    )  # fmt: skip


def made(
    product: ProductFacts | None = None,
    *,
    gtins: tuple[tuple[str, str], ...] = (EAN,),
    **mapped: Filling | tuple[Filling, ...],
) -> Assembled:
    """Make attributes by a mapping whose paths have __ for the dot."""
    table = {
        path.replace("__", "."): one if isinstance(one, tuple) else (one,)
        for path, one in mapped.items()
    }
    return assembled(
        ProductMapping(attributes=table), product or facts(), KETTLE, TERMS, offer=OFFER, gtins=gtins
    )  # fmt: skip


def one(name: str, *args: Any, **mapped: Any) -> Any:
    return made(*args, **mapped).attributes.get(name)


# -- attributes ----------------------------------------------------------------------------------------


def test_a_text_has_its_language_and_marketplace() -> None:
    assert one("brand", facts(maker="Brackwater"), brand=Filling("maker")) == [
        {"value": "Brackwater", **ENGLISH}
    ]


def test_the_name_is_the_title_unless_another_is_mapped() -> None:
    assert one("item_name") == [{"value": "Kettle", **ENGLISH}]
    assert one("item_name", item_name=Filling(value="Other")) == [{"value": "Other", **ENGLISH}]


def test_the_store_views_value_holds() -> None:
    product = facts("maker=Theirs", maker="Ours")
    assert one("brand", product, brand=Filling("maker"))[0]["value"] == "Theirs"


@pytest.mark.parametrize(
    ("path", "filling", "text", "expected"),
    [
        pytest.param("number_of_items", Filling("a"), "2.0000", {"value": 2}, id="whole number"),
        pytest.param("number_of_items", Filling("a"), "two", {"value": "two"}, id="no number"),
        pytest.param(
            "item_weight", Filling("a", unit="pounds"), "1.50", {"value": 1.5, "unit": "pounds"},
            id="number with its unit",
        ),
        pytest.param("batteries_required", Filling("a"), "No", {"value": False}, id="yes/no"),
        pytest.param("batteries_required", Filling("a"), "maybe", {"value": "maybe"}, id="neither"),
        pytest.param("country_of_origin", Filling("a"), "germany", {"value": "DE"}, id="by label"),
        pytest.param("country_of_origin", Filling("a"), "de", {"value": "DE"}, id="by value"),
        pytest.param("country_of_origin", Filling("a"), "Peru", {"value": "Peru"}, id="no choice"),
        pytest.param(
            "country_of_origin", Filling("a", values={"prc": "CN"}), "PRC", {"value": "CN"}, id="mapped"
        ),
        pytest.param(
            "main_product_image_locator", Filling("a", prefix="https://x.example"), " /k.jpg",
            {"media_location": "https://x.example/k.jpg"}, id="address",
        ),
        pytest.param(
            "item_dimensions.length", Filling("a", unit="Inches"), "3",
            {"length": {"value": 3, "unit": "inches"}}, id="path",
        ),
        pytest.param(
            "lid.type", Filling("a"), "Flip",
            {"type": [{"value": "Flip", "language_tag": "en_US"}]}, id="path into a list",
        ),
    ],
)  # fmt: skip
def test_a_value_has_the_form_of_the_schema(
    path: str, filling: Filling, text: str, expected: dict[str, Any]
) -> None:
    found = one(path.partition(".")[0], facts(a=text), **{path.replace(".", "__"): filling})
    assert found == [{**expected, "marketplace_id": US}]


def test_several_fillings_are_several_values_without_the_blank_ones() -> None:
    points = tuple(map(Filling, "abc"))
    found = one("bullet_point", facts(a="One", c="Three"), bullet_point=points)
    assert [entry["value"] for entry in found] == ["One", "Three"]


def test_paths_of_one_attribute_are_put_together() -> None:
    found = one(
        "item_dimensions", item_dimensions__length=Filling(value="3", unit="inches"),
        item_dimensions__width=Filling(value="4", unit="inches"),
    )  # fmt: skip
    assert found == [
        {"length": {"value": 3, "unit": "inches"}, "width": {"value": 4, "unit": "inches"}, "marketplace_id": US}
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["glow", "item_dimensions__depth", "item_dimensions", "brand__value__x"])  # fmt: skip
def test_what_the_product_type_does_not_have_is_left_out_and_told(path: str) -> None:
    mapped: dict[str, Any] = {path: Filling(value="x")}
    found = made(**mapped)
    assert found.passed_over == [path.replace("__", ".")]
    assert path.partition("__")[0] not in found.attributes


def test_the_offer_goes_along_without_an_asin() -> None:
    found = made().attributes
    assert found["purchasable_offer"] == OFFER["purchasable_offer"]
    assert "merchant_suggested_asin" not in found
    anything = Schema({"properties": {}})
    told = assembled(ProductMapping(), facts(), anything, TERMS, offer=OFFER, gtins=())
    assert told.attributes.keys() == {"purchasable_offer", "fulfillment_availability"}


@pytest.mark.parametrize(
    ("gtins", "expected"),
    [
        pytest.param((EAN,), ("ean", "9520000000017"), id="EAN"),
        pytest.param((("upc", "00036000291452"),), ("upc", "036000291452"), id="UPC"),
        pytest.param((("upc", "09520000000017"),), ("ean", "9520000000017"), id="EAN as UPC"),
        pytest.param((("ean", "00000096385074"),), ("ean", "96385074"), id="EAN-8"),
        pytest.param((("isbn", "09780306406157"),), ("ean", "9780306406157"), id="no ISBN here"),
        pytest.param((("ean", "10036000291459"),), ("gtin", "10036000291459"), id="of a pack"),
    ],
)
def test_the_product_is_named_by_its_gtin(
    gtins: tuple[tuple[str, str], ...], expected: tuple[str, str]
) -> None:
    (entry,) = one("externally_assigned_product_identifier", gtins=gtins)
    assert (entry["type"], entry["value"]) == expected


def test_an_exempt_product_has_no_identifier() -> None:
    exempt = {"supplier_declared_has_product_identifier_exemption": Filling(value="true")}
    assert one("externally_assigned_product_identifier", **exempt) is None
    assert one("externally_assigned_product_identifier", gtins=()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" A < B & C ", "A < B & C"),
        ("<p>It &amp; <b>she</b></p>\n<p>sing</p>", "It & she sing"),
        ("<style>p { a: b }</style>Text<!-- no -->", "Text"),
        ("5 &gt; 4", "5 > 4"),
    ],
)
def test_amazon_is_told_no_html(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text())
def test_making_text_plain_twice_finds_nothing_more_to_strip_of_words(text: str) -> None:
    assert "<b>" not in plain(f"<b>{text.replace('&', '').replace('<', '')}</b>")


# -- product types and values --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        (ProductMapping(), None),
        (ProductMapping(product_types={"kettles": "KETTLE"}), "KETTLE"),
        (ProductMapping("type", {"kettles": "KETTLE"}), "SIMPLE"),
        (ProductMapping("own", {"kettles": "KETTLE"}), "TEA_POT"),
        (ProductMapping("none", {"kettles": "KETTLE"}), "KETTLE"),
    ],
)
def test_the_products_own_type_beats_that_of_its_attribute_set(
    mapping: ProductMapping, expected: str | None
) -> None:
    assert product_type_of(mapping, facts(own="tea pot")) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("price", "20.5"), ("qty", "5"), ("Name", "Kettle"), ("A", "x"), ("blank", None), ("b", None)],
)
def test_what_every_product_has_is_an_attribute_too(code: str, expected: str | None) -> None:
    assert value_of(facts(a="x", blank=" "), code) == expected


def test_the_body_asks_for_a_whole_listing() -> None:
    assert body_of("KETTLE", {"brand": []}) == {
        "productType": "KETTLE", "requirements": "LISTING", "attributes": {"brand": []},
    }  # fmt: skip


# -- what to do ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "mapped", "title", "step"),
    [
        pytest.param(
            Fault("brand", "is missing", missing=True), {}, "Brand Name",
            'Map it in [mapping.attributes]: brand = "..."', id="not mapped",
        ),
        pytest.param(
            Fault("item_dimensions.width", "is missing", missing=True), {}, "Item Width",
            '"item_dimensions.width" = "..."', id="not mapped, a part",
        ),
        pytest.param(
            Fault("brand", "is missing", missing=True), {"brand": Filling("maker")}, "Brand Name",
            "Fill in maker of K-1 in Commerce.", id="blank",
        ),
        pytest.param(
            Fault("item_weight", "is long"), {"item_weight": Filling("sku")}, "Item Weight",
            "Correct sku of K-1 in Commerce, or its mapping.", id="wrong",
        ),
        pytest.param(
            Fault("brand", "is long"), {"brand": Filling(value="x")}, "Brand Name",
            "Correct brand in [mapping.attributes].", id="wrong for all",
        ),
        pytest.param(
            Fault("externally_assigned_product_identifier", "is missing", missing=True), {},
            "External Product ID", "Fill in the UPC or EAN of K-1", id="no identifier",
        ),
        pytest.param(
            Fault("condition_type", "is missing", missing=True), {}, "Item Condition",
            "[stores.NAME.condition]", id="of the offer",
        ),
        pytest.param(Fault("", "makes no sense"), {}, "", "Look at", id="the whole"),
    ],
)  # fmt: skip
def test_what_is_missing_comes_with_its_name_and_a_next_step(
    fault: Fault, mapped: dict[str, Filling], title: str, step: str
) -> None:
    mapping = ProductMapping(attributes={path: (one,) for path, one in mapped.items()})
    found = assembled(mapping, facts(), KETTLE, TERMS, offer=OFFER, gtins=())
    (finding,) = findings([fault, fault], found, KETTLE, mapping, "K-1")

    assert (finding.title, finding.words, finding.missing) == (title, fault.words, fault.missing)
    assert step in finding.next_step


# -- schemas -------------------------------------------------------------------------------------------


def test_a_schema_in_circles_ends() -> None:
    schema = Schema({"properties": {"a": {"$ref": "#/properties/a"}}})
    assert schema.attribute("a") is not None
    assert schema.title("a") == ""
    assert schema.attribute("b") is None


def test_another_language_is_that_of_the_schema() -> None:
    place = by_code("FR")
    assert place is not None
    found = assembled(ProductMapping(), facts(), KETTLE, terms_of(place), offer={}, gtins=())
    assert found.attributes["item_name"][0]["language_tag"] == "en_US"
