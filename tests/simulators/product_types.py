"""Product Type Definitions 2020-09-01: what a product type asks for, and the JSON Schema that says so."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.simulators.catalogue import CONDITIONS
from tests.simulators.exchange import JSON, Refusal, Reply, Request, denied, json_reply
from tests.simulators.json_schemas import problems
from tests.simulators.reports import problem_of_url, signature, storage_error
from tests.simulators.seller import Seller
from tests.simulators.visits import Visit

SCHEMA_PATH = "/sp-api-schemas/"
SCHEMA_SECONDS = 7 * 86_400
META = "https://schemas.amazon.com/selling-partners/definitions/product-types/meta-schema/v1"
REQUIREMENTS = ("LISTING", "LISTING_PRODUCT_ONLY", "LISTING_OFFER_ONLY")
VERSION = "SIMULATED_V1"
OFFER = (
    "condition_type", "condition_note", "purchasable_offer", "fulfillment_availability",
    "list_price", "merchant_suggested_asin",
)  # fmt: skip
REQUIRED = (
    "item_name", "brand", "product_description", "country_of_origin",
    "supplier_declared_dg_hz_regulation",
)  # fmt: skip
OFFER_REQUIRED = ("condition_type", "purchasable_offer", "fulfillment_availability")
_SELECTED = ["marketplace_id", "language_tag"]


class Problem(NamedTuple):
    """What a product lacks, or has wrong."""

    name: str  # of the attribute
    message: str
    category: str


class ProductTypes:
    """The operation, and the storage of the schemas that it links to."""

    def __init__(self, url: str) -> None:
        self._url = url  # of the simulator
        self._schemas: dict[str, bytes] = {}

    def get_definitions_product_type(self, visit: Visit) -> Reply:
        params, seller = visit.params, visit.seller
        places = visit.marketplaces(most=1)
        if (seller_id := params.text("sellerId")) not in (None, seller.seller_id):
            raise denied(f"The token is not one of {seller_id}.")
        name = visit.path["productType"]
        kind = params.choice("requirements", REQUIREMENTS, "LISTING") or ""
        enforced = params.choice("requirementsEnforced", ("ENFORCED", "NOT_ENFORCED"), "ENFORCED")
        schema = schema_of(seller, name)
        if schema is None:
            raise Refusal(404, "NOT_FOUND", f"The product type {name} was not found.")
        required = [] if enforced == "NOT_ENFORCED" else _required(schema, kind)
        said = {**_of_requirements(schema, kind), "required": required}
        locale = params.text("locale") or "DEFAULT"
        properties = said["properties"]
        offer = [each for each in properties if each in OFFER]
        product = [each for each in properties if each not in OFFER]
        answer = {
            "metaSchema": self._link(_META_SCHEMA, visit.now),
            "schema": self._link(said, visit.now),
            "requirements": kind,
            "requirementsEnforced": enforced,
            "propertyGroups": {
                group: {"title": group.capitalize(), "propertyNames": names}
                for group, names in (("offer", offer), ("product_details", product))
                if names
            },
            "locale": "en_US" if locale == "DEFAULT" else locale,
            "marketplaceIds": places,
            "productType": name,
            "displayName": name.replace("_", " ").title(),
            "productTypeVersion": {"version": VERSION, "latest": True, "releaseCandidate": False},
        }
        return json_reply(200, answer)

    def _link(self, schema: Mapping[str, Any], now: float) -> dict[str, Any]:
        content = json.dumps(schema).encode()
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        key = digest.hex()
        self._schemas[key] = content
        url = f"{self._url}{SCHEMA_PATH}{key}?{urlencode(signature(now, SCHEMA_SECONDS))}"
        link = {"resource": url, "verb": "GET"}
        return {"link": link, "checksum": base64.b64encode(digest).decode()}

    def download(self, request: Request) -> Reply:
        """Answer as the storage behind the link to a schema does."""
        if problem := problem_of_url(request):
            return problem
        content = self._schemas.get(request.segments[-1])
        if content is None:
            return storage_error(404, "NoSuchKey", "The specified key does not exist.")
        return Reply(200, content, {"Content-Type": JSON, "Server": "AmazonS3"})


# -- schemas -----------------------------------------------------------------------------


def schema_of(seller: Seller, product_type: str) -> dict[str, Any] | None:
    """Return the schema of a product type, with all its attributes; None where there is none."""
    if product_type in seller.product_types:
        return seller.product_types[product_type]
    known = product_type == "PRODUCT" or any(
        page.product_type == product_type for page in seller.catalogue.values()
    )
    return _standard() if known else None


def _entries(value: dict[str, Any], *selectors: str, most: int = 1, **more: Any) -> dict[str, Any]:
    keys: dict[str, Any] = {"value": value} if value else {}
    keys |= more | {name: {"$ref": f"#/$defs/{name}"} for name in selectors if name in _SELECTED}
    needed = [name for name in ("value", *selectors) if name in keys and name != "marketplace_id"]
    items = {
        "type": "object", "required": needed, "properties": keys, "additionalProperties": False,
    }  # fmt: skip
    return {
        "type": "array", "minItems": 1, "minUniqueItems": 1, "maxUniqueItems": most,
        "selectors": list(selectors), "items": items,
    }  # fmt: skip


def _text(most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most, **more}


_COUNT = {"type": "integer", "minimum": 0, "maximum": 99_999_999}
_MONEY = {"type": "number", "minimum": 0.01}
_PRICE = {
    "type": "array", "minItems": 1,
    "items": {
        "type": "object", "required": ["schedule"],
        "properties": {"schedule": {
            "type": "array", "minItems": 1,
            "items": {"type": "object", "required": ["value_with_tax"],
                      "properties": {"value_with_tax": _MONEY}},
        }},
    },
}  # fmt: skip


@cache
def _standard() -> dict[str, Any]:
    """Return a schema of the usual attributes; products need a GTIN, or say that they have none."""
    codes = {"type": "string", "enum": ["ean", "gtin", "upc", "isbn"]}
    origin = _text(2, enum=["CN", "DE", "GB", "IN", "JP", "US", "VN"])
    dangers = {"type": "string", "enum": ["ghs", "not_applicable", "storage", "transportation"]}
    place = "marketplace_id"
    properties = {
        "item_name": _entries(_text(200), *_SELECTED),
        "brand": _entries(_text(100), *_SELECTED),
        "product_description": _entries(_text(2000), *_SELECTED),
        "bullet_point": _entries(_text(700), *_SELECTED, most=10),
        "manufacturer": _entries(_text(100), *_SELECTED),
        "color": _entries(_text(50), *_SELECTED),
        "country_of_origin": _entries(origin, place),
        "supplier_declared_dg_hz_regulation": _entries(dangers, place, most=5),
        "externally_assigned_product_identifier": _entries(_text(14), place, most=3, type=codes),
        "supplier_declared_has_product_identifier_exemption": _entries({"type": "boolean"}, place),
        "item_weight": _entries(
            {"type": "number", "minimum": 0}, place,
            unit={"type": "string", "enum": ["grams", "kilograms", "ounces", "pounds"]},
        ),
        "main_product_image_locator": _entries(
            {}, place, media_location={"type": "string", "pattern": "^https?://"}
        ),
        "condition_type": _entries({"type": "string", "enum": sorted(CONDITIONS)}, place),
        "condition_note": _entries(_text(2000), *_SELECTED),
        "merchant_suggested_asin": _entries(_text(10), place),
        "list_price": _entries(
            {}, place, value_with_tax=_MONEY, currency=_text(3)
        ),
        "purchasable_offer": _offer(),
        "fulfillment_availability": _availability(),
    }  # fmt: skip
    without = {"required": ["supplier_declared_has_product_identifier_exemption"]}
    coded = {"required": ["externally_assigned_product_identifier"]}
    defs = {
        "marketplace_id": {"type": "string", "minLength": 1},
        "language_tag": {"type": "string", "pattern": "^[a-z]{2}_[A-Z]{2}$"},
    }
    return {
        "$schema": META, "$id": f"{META}#standard", "$comment": "Simulated.", "$defs": defs,
        "type": "object", "additionalProperties": False, "properties": properties,
        "required": [*REQUIRED, *OFFER_REQUIRED],
        "allOf": [{"if": {"not": without}, "then": coded}],
    }  # fmt: skip


def _offer() -> dict[str, Any]:
    entries = _entries(
        {}, "marketplace_id", most=5, currency=_text(3), audience={"enum": ["ALL", "B2B"]},
        our_price=_PRICE, minimum_seller_allowed_price=_PRICE,
        maximum_seller_allowed_price=_PRICE, discounted_price={"type": "array"},
        start_at={"type": "object"}, end_at={"type": "object"},
    )  # fmt: skip
    entries["items"]["required"] = ["currency"]
    return {**entries, "selectors": ["marketplace_id", "currency", "audience"]}


def _availability() -> dict[str, Any]:
    entries = _entries(
        {}, "marketplace_id", most=5, fulfillment_channel_code=_text(20), quantity=_COUNT,
        lead_time_to_ship_max_days=_COUNT, restock_date=_text(30),
        is_inventory_available={"type": "boolean"},
    )  # fmt: skip
    entries["items"]["required"] = ["fulfillment_channel_code"]
    return {**entries, "selectors": ["fulfillment_channel_code"]}


_META_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2019-09/schema",
    "$id": META,
    "$vocabulary": {
        "https://json-schema.org/draft/2019-09/vocab/core": True,
        "https://json-schema.org/draft/2019-09/vocab/validation": True,
    },
    "allOf": [{"$ref": "https://json-schema.org/draft/2019-09/schema"}],
}


def _required(schema: Mapping[str, Any], kind: str) -> list[str]:
    """Return what is required of a listing, of the product alone, or of the offer alone."""
    names = [*schema.get("required", ())]
    if kind == "LISTING_OFFER_ONLY":
        return ["merchant_suggested_asin", *(name for name in names if name in OFFER)]
    if kind == "LISTING_PRODUCT_ONLY":
        return [name for name in names if name not in OFFER]
    return names


def _of_requirements(schema: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return the schema with the attributes alone that a set of requirements is about."""
    if kind == "LISTING":
        return dict(schema)
    offer = kind == "LISTING_OFFER_ONLY"
    properties = {
        name: rule for name, rule in schema["properties"].items() if (name in OFFER) is offer
    }
    kept = {key: value for key, value in schema.items() if not (offer and key == "allOf")}
    return {**kept, "properties": properties}


def problems_of_product(
    schema: Mapping[str, Any], attributes: Mapping[str, Any], kind: str
) -> Iterator[Problem]:
    """Yield what is wrong with the attributes of a whole product."""
    rules = {**schema, "required": _required(schema, kind), "additionalProperties": True}
    for said in problems(attributes, rules):
        name = said.partition(" ")[0].partition("[")[0].partition(".")[0]
        if said == f"{name} is missing":
            message = f"'{name}' is required but not supplied."
            yield Problem(name, message, "MISSING_ATTRIBUTE")
        else:
            yield Problem(name, said, "INVALID_ATTRIBUTE")
