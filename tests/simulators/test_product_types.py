"""What a product type asks for is told by a schema, and new products are held to it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from tests.simulators.conftest import Caller, price, stock
from tests.simulators.json_schemas import problems
from tests.simulators.schemas import needs_schemas, problems_of_entries
from tests.simulators.seller import US, CatalogueItem

PATH = "/definitions/2020-09-01/productTypes"


def definition(caller: Caller, name: str = "PRODUCT", **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = caller.get(f"{PATH}/{name}", marketplaceIds=US, **params).json()
    return answer


def schema(caller: Caller, **params: Any) -> dict[str, Any]:
    link = definition(caller, **params)["schema"]
    answer = caller.http.get(link["link"]["resource"])
    digest = hashlib.md5(answer.content, usedforsecurity=False).digest()
    assert link["checksum"] == base64.b64encode(digest).decode()
    found: dict[str, Any] = answer.json()
    return found


def attributes(**changed: Any) -> dict[str, Any]:
    """Return those of a whole product; a key of *changed* that is None is left out."""

    def texts(value: Any, **more: Any) -> list[dict[str, Any]]:
        return [{"value": value, "marketplace_id": US, **more}]

    english = {"language_tag": "en_US"}
    whole = {
        "item_name": texts("Kettle", **english),
        "brand": texts("Brackwater", **english),
        "product_description": texts("It whistles.", **english),
        "country_of_origin": texts("GB"),
        "supplier_declared_dg_hz_regulation": texts("not_applicable"),
        "externally_assigned_product_identifier": texts("9520000000017", type="ean"),
        "condition_type": texts("new_new"),
        "purchasable_offer": price(20)["value"],
        "fulfillment_availability": stock(4)["value"],
        **changed,
    }
    return {name: value for name, value in whole.items() if value is not None}


def put(caller: Caller, **changed: Any) -> dict[str, Any]:
    body = {
        "productType": "PRODUCT",
        "requirements": "LISTING",
        "attributes": attributes(**changed),
    }
    answer: dict[str, Any] = caller.item("PUT", "NEW", body).json()
    return answer


def test_a_definition_links_to_a_schema_that_products_fit(caller: Caller) -> None:
    found = schema(caller)
    assert list(problems(attributes(), found)) == []
    assert list(problems(attributes(brand=None), found)) == ["brand is missing"]


def test_the_requirements_say_what_is_required(caller: Caller) -> None:
    assert "brand" in schema(caller, requirements="LISTING_PRODUCT_ONLY")["required"]
    of_offers = schema(caller, requirements="LISTING_OFFER_ONLY")
    assert "brand" not in of_offers["properties"]
    assert "merchant_suggested_asin" in of_offers["required"]
    assert schema(caller, requirementsEnforced="NOT_ENFORCED")["required"] == []


def test_a_schema_needs_a_signature_that_has_not_expired(caller: Caller) -> None:
    url = definition(caller)["schema"]["link"]["resource"]
    assert caller.http.get(url.replace("canary-signature", "forged")).status_code == 403
    caller.clock.advance(8 * 86_400)
    assert caller.http.get(url).status_code == 403


def test_an_unknown_product_type_is_not_found(caller: Caller) -> None:
    assert caller.get(f"{PATH}/KETTLE", marketplaceIds=US).status_code == 404
    caller.seller.know(CatalogueItem("B0NEW00001", "Kettle", "KETTLE"))
    assert definition(caller, "KETTLE")["displayName"] == "Kettle"
    caller.seller.product_types["OWN"] = {"properties": {"colour": {}}, "required": ["colour"]}
    assert definition(caller, "OWN")["propertyGroups"]["product_details"]["propertyNames"] == [
        "colour"
    ]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        pytest.param({"brand": None}, "brand", id="missing"),
        pytest.param({"brand": [{"value": "X" * 101, "language_tag": "en_US"}]}, "brand", id="long"),
        pytest.param({"brand": [{"value": "X", "language_tag": "en"}]}, "brand", id="language"),
        pytest.param(
            {"country_of_origin": [{"value": "XX"}]}, "country_of_origin", id="not of the list"
        ),
        pytest.param(
            {"externally_assigned_product_identifier": None},
            "externally_assigned_product_identifier", id="no GTIN and no exemption",
        ),
        pytest.param({"colour": [{"value": "red"}]}, "colour", id="unknown"),
    ],
)  # fmt: skip
def test_a_product_that_does_not_fit_is_invalid(
    caller: Caller, changed: dict[str, Any], name: str
) -> None:
    answer = put(caller, **changed)
    assert answer["status"] == "INVALID"
    assert name in [each for issue in answer["issues"] for each in issue["attributeNames"]]


def test_a_new_product_has_its_asin_later(caller: Caller) -> None:
    caller.seller.submission_delay, caller.seller.asin_delay = 10.0, 100.0
    assert put(caller)["status"] == "ACCEPTED"
    caller.clock.advance(10)
    listing = caller.seller.listings["NEW"]
    assert (listing.asin, listing.incomplete, listing.status) == (None, True, frozenset())
    caller.clock.advance(100)
    listing = caller.seller.listings["NEW"]
    assert listing.status == {"BUYABLE", "DISCOVERABLE"}
    assert not listing.incomplete
    assert caller.seller.catalogue[listing.asin or ""].title == "Kettle"


def test_a_product_that_amazon_knows_gets_its_page(caller: Caller) -> None:
    caller.seller.know(
        CatalogueItem("B0NEW00001", "Kettle", identifiers=(("EAN", "9520000000017"),))
    )
    put(caller)
    assert caller.seller.listings["NEW"].asin == "B0NEW00001"


@needs_schemas
def test_definitions_keep_to_the_schemas(caller: Caller) -> None:
    for requirements in ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY"):
        definition(caller, requirements=requirements, locale="en_US", sellerId="A2EXAMPLE")
    definition(caller, "NOPE")
    put(caller)
    assert problems_of_entries(caller.simulator.ledger.calls()) == []
