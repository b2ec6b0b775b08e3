"""Attributes are held against the schema of a product type, offline and in plain words."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon.product_types import faults, is_intact, schema_in
from amzsync.core.new_products import Fault

CONTENT = (Path(__file__).parents[1] / "data/kettle-schema.json").read_bytes()
KETTLE = schema_in(CONTENT)
US = "ATVPDKIKX0DER"


def texts(*values: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"value": value, "marketplace_id": US, **more} for value in values]


def kettle(**changed: Any) -> dict[str, Any]:
    """Return the attributes of a kettle in which nothing is wrong but what is *changed*; None: left out."""
    english = {"language_tag": "en_US"}
    whole = {
        "item_name": texts("Kettle", **english),
        "brand": texts("Brackwater", **english),
        "product_description": texts("It whistles.", **english),
        "bullet_point": texts("Loud", "Light", **english),
        "country_of_origin": texts("CN"),
        "supplier_declared_dg_hz_regulation": texts("not_applicable"),
        "batteries_required": texts(False),
        "externally_assigned_product_identifier": texts("9520000000017", type="ean"),
        "main_product_image_locator": [{"media_location": "https://x.example/k.jpg", "marketplace_id": US}],
        "condition_type": texts("new_new"),
        "purchasable_offer": [{
            "marketplace_id": US, "currency": "USD", "audience": "ALL",
            "our_price": [{"schedule": [{"value_with_tax": 19.99}]}],
        }],
        "fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 3}],
        **changed,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def test_what_fits_has_no_faults() -> None:
    assert faults(KETTLE, kettle()) == []


@pytest.mark.parametrize(
    ("changed", "path", "words"),
    [
        pytest.param({"brand": None}, "brand", "is missing", id="required"),
        pytest.param(
            {"brand": texts("B")}, "brand.language_tag", "is missing", id="required within"
        ),
        pytest.param(
            {"batteries_required": texts(True)}, "number_of_batteries", "is missing", id="if/then"
        ),
        pytest.param(
            {"externally_assigned_product_identifier": None},
            "externally_assigned_product_identifier", "is missing", id="if not/then",
        ),
        pytest.param(
            {"country_of_origin": texts("XX")}, "country_of_origin",
            "is 'XX', which is none of the values that Amazon takes: CN, DE, GB, US", id="enum",
        ),
        pytest.param(
            {"brand": texts("B" * 101, language_tag="en_US")}, "brand",
            "has 101 characters; Amazon takes at most 100", id="maxLength",
        ),
        pytest.param(
            {"brand": texts("", language_tag="en_US")}, "brand",
            "has 0 characters; Amazon wants at least 1", id="minLength",
        ),
        pytest.param(
            {"item_name": texts("é" * 121, language_tag="en_US")}, "item_name",
            "takes 242 bytes; Amazon takes at most 240", id="bytes",
        ),
        pytest.param(
            {"brand": texts("B", "C", language_tag="en_US")}, "brand", "has more than 1 value",
            id="maxUniqueItems",
        ),
        pytest.param(
            {"color": texts("C" * 21, language_tag="en_US")}, "color",
            "has 21 characters; Amazon takes at most 20", id="anyOf",
        ),
        pytest.param(
            {"number_of_items": texts("two")}, "number_of_items",
            "is 'two', where Amazon wants a whole number", id="type",
        ),
        pytest.param(
            {"number_of_items": texts(0)}, "number_of_items", "is 0; Amazon wants at least 1",
            id="minimum",
        ),
        pytest.param(
            {"brand": texts("B", language_tag="xx_XX")}, "brand.language_tag",
            "is 'xx_XX', which is none of the values that Amazon takes: en_US, es_US", id="$ref",
        ),
        pytest.param(
            {"main_product_image_locator": [{"media_location": "k.jpg"}]},
            "main_product_image_locator.media_location",
            "is 'k.jpg', which has not the form that Amazon wants", id="pattern",
        ),
        pytest.param({"glow": texts("x")}, "glow", "is not known for this product type", id="unknown"),
        pytest.param(
            {"brand": texts("B", language_tag="en_US", size=1)}, "brand.size",
            "is not known for this product type", id="unknown within",
        ),
        pytest.param({"brand": []}, "brand", "has 0 values; Amazon wants at least 1", id="minItems"),
        pytest.param(
            {"item_dimensions": [{"length": {"value": 1, "unit": "inches"}}]},
            "item_dimensions.width", "is missing", id="a part",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_plain_words(
    changed: dict[str, Any], path: str, words: str
) -> None:
    assert faults(KETTLE, kettle(**changed)) == [Fault(path, words, words == "is missing")]


def test_items_count_by_what_their_selectors_say() -> None:
    two = texts("B", language_tag="en_US") + texts("B", language_tag="es_US")
    assert faults(KETTLE, kettle(brand=two)) == []
    three = texts("a", "b", "c", language_tag="en_US")
    assert faults(KETTLE, kettle(bullet_point=three)) == []
    (fault,) = faults(KETTLE, kettle(bullet_point=[*three, *texts("d", language_tag="en_US")]))
    assert fault.words == "has more than 3 values"


def test_the_fewest_of_a_kind_and_the_fewest_bytes_are_wanted() -> None:
    schema = {"properties": {"a": {"minUniqueItems": 2, "selectors": ["s"]}}}
    assert faults(schema, {"a": [{"s": 1}, {"s": 1}]}) == []
    assert [one.words for one in faults(schema, {"a": [{"s": 1}, {"s": 2}]})] == [
        "has fewer than 2 values"
    ]
    schema = {"properties": {"a": {"minUtf8ByteLength": 3}}}
    assert faults(schema, {"a": "éa"}) == []
    assert [one.words for one in faults(schema, {"a": "é"})] == [
        "takes 2 bytes; Amazon wants at least 3"
    ]


def test_an_exemption_takes_the_place_of_an_identifier() -> None:
    name = "supplier_declared_has_product_identifier_exemption"
    exempt = {"externally_assigned_product_identifier": None, name: texts(True)}
    assert faults(KETTLE, kettle(**exempt)) == []
    assert faults(KETTLE, kettle(**{**exempt, name: texts(False)})) != []


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        pytest.param({"$ref": "https://x.example/schema"}, "refers to something", id="elsewhere"),
        pytest.param({"$ref": "#/$defs/none"}, "refers to something", id="nowhere"),
        pytest.param({"$ref": "#/properties/a"}, "cannot be understood", id="itself"),
        pytest.param({"type": "colour"}, "cannot be understood", id="no type"),
        pytest.param({"minLength": "three"}, "cannot be understood", id="no number"),
    ],
)
def test_a_schema_that_makes_no_sense_is_a_fault_and_nothing_is_fetched(
    rule: dict[str, Any], words: str
) -> None:
    (fault,) = faults({"properties": {"a": rule}}, {"a": "x"})
    assert words in fault.words
    assert "\n" not in fault.words


@pytest.mark.filterwarnings("ignore")  # the library warns before it fetches
def test_not_even_a_file_of_this_machine_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"type": "string"}', encoding="utf-8")
    rule = {"$ref": (tmp_path / "other.json").as_uri()}
    (fault,) = faults({"properties": {"a": rule}}, {"a": "x"})
    assert "refers to something" in fault.words


def test_a_pattern_of_another_engine_refuses_nothing() -> None:
    assert faults({"properties": {"a": {"pattern": "(?<x"}}}, {"a": "x"}) == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "unit", "type"]), inner)))  # fmt: skip
def test_whatever_is_told_there_are_faults_and_no_crash(value: Any) -> None:
    for name in ("brand", "item_dimensions", "color", "purchasable_offer"):
        for fault in faults(KETTLE, kettle(**{name: value})):
            assert fault.words
            assert "\n" not in fault.words


def test_a_schema_is_whole_by_its_checksum() -> None:
    checksum = base64.b64encode(hashlib.md5(CONTENT, usedforsecurity=False).digest()).decode()
    assert is_intact(CONTENT, checksum)
    assert not is_intact(CONTENT[:-1], checksum)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"[]", b"{}", b'{"properties": []}', b"\xff", b"[" * 200_000]
)
def test_what_is_no_schema_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="the document is no"):
        schema_in(content)


def test_the_schema_of_the_tests_is_in_amazons_form() -> None:
    told = json.loads(CONTENT)
    assert told["$schema"].startswith("https://schemas.amazon.com/selling-partners/definitions/")
    assert all("title" in rule for rule in told["properties"].values())
