"""Products that are new to Amazon: their schema is fetched once, they are checked offline, then by Amazon."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.calls import Kind
from amzsync.amazon.lanes import Inline
from amzsync.core.new_products import Invalid, Missing, Ready, Unprepared
from amzsync.errors import ConfigError
from amzsync.results.new_products import NewProduct, NewProducts, complaint
from amzsync.store import state
from amzsync.workflows import plans, product_schemas, push, senders
from amzsync.workflows.planned import planned
from amzsync.workflows.previews import Question, ask, outcomes_of, prepare, preview
from amzsync.workflows.sessions import Means
from tests.asking import US, Desk, failed, fetched, open_desk
from tests.factories import Cells, product
from tests.live import DAY, LiveShop, live_shop
from tests.simulators import faults
from tests.simulators.samples import asin, ean
from tests.simulators.seller import CatalogueItem, Listing, Seller
from tests.simulators.seller import Issue as SimulatedIssue

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "data/kettle-schema.json").read_text(encoding="utf-8")
)
MAPPING = """
[mapping.attributes]
brand = "maker"
product_description = "words"
bullet_point = ["point"]
country_of_origin = { value = "CN" }
batteries_required = { value = false }
supplier_declared_dg_hz_regulation = { value = "Not Applicable" }
main_product_image_locator = { attribute = "image", prefix = "https://shop.example/media" }
wattage = { attribute = "watts", unit = "watts" }
glow = { value = "yes" }
[defaults.condition]
default = "New"
"""
WHOLE = {"maker": "Brackwater", "words": "It whistles.", "point": "Loud", "image": "/k.jpg"}


def kettle(sku: str, number: int, **changed: str) -> Cells:
    """A product with an EAN and all that a kettle needs, but for what is *changed*."""
    identified = {"ean": ean(number) if number else "", "amazon_type": "kettle"}
    return product(sku, attributes={**identified, **WHOLE, **changed})


def write(shop: LiveShop) -> None:
    """Write the shop, with the attribute that holds the product type."""
    shop.write()
    path = shop.folder / "amzsync.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[mapping]", '[mapping]\nproduct_type = "amazon_type"', 1))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    """A shop that has imported: one listing, and products that are new to Amazon."""
    seller = Seller()
    seller.product_types["KETTLE"] = SCHEMA
    seller.add(Listing("OLD", asin(1)))
    seller.know(CatalogueItem(asin(9), "Known", identifiers=(("EAN", ean(9)),)))
    goods = [
        product("OLD", attributes={"asin": asin(1)}),
        kettle("K-1", 101),
        kettle("K-2", 102, maker="", words=""),
        kettle("K-3", 103, amazon_type="TEAPOT"),
        kettle("K-4", 104, amazon_type=""),
        kettle("K-5", 0),
        kettle("K-9", 9),
    ]
    with live_shop(tmp_path, seller=seller, products=goods) as made:
        made.settings = MAPPING
        write(made)
        made.settle(runs=4)
        yield made


def means(shop: LiveShop) -> Means:
    return Means(shop.clock, shop.environ, Inline)


def offline(shop: LiveShop, *skus: str, missing: bool = False) -> NewProducts:
    config = shop.config()
    with planned(config, now=shop.now) as current:
        return prepare(current, config, Question(None, skus, missing), now=shop.now)


def online(shop: LiveShop, *skus: str) -> NewProducts:
    found = preview(shop.config(), Question(None, skus), means(shop), now=shop.now)
    shop.said.append(repr(found))
    return found


def by_sku(found: NewProducts) -> dict[str, NewProduct]:
    return {one.sku: one for one in found.products}


def asked(shop: LiveShop, operation: str) -> int:
    return sum(entry.operation == operation for entry in shop.simulator.ledger.calls())


def documents(shop: LiveShop) -> set[Path]:
    """Return the files of the archive."""
    return set((shop.folder / "amzsync.db.documents").rglob("*.gz"))


# -- offline -------------------------------------------------------------------------------------------


def test_products_without_a_page_are_listed_and_wait_for_their_schema(shop: LiveShop) -> None:
    found = by_sku(offline(shop))

    assert list(found) == ["K-1", "K-2", "K-3", "K-4", "K-5"]
    assert found["K-1"].outcome == Unprepared(
        "The schema of the product type KETTLE has not been fetched yet.",
        "amzsync new-products --preview fetches it.",
    )
    outcome = found["K-4"].outcome
    assert isinstance(outcome, Missing)
    assert [one.attribute for one in outcome.findings] == ["product_type"]


def test_what_amazon_has_a_page_for_is_no_new_product(shop: LiveShop) -> None:
    found = offline(shop, "K-9", "OLD", "NOBODY")

    (one,) = found.products
    assert isinstance(one.outcome, Unprepared)
    assert asin(9) in one.outcome.reason
    assert found.unknown == ("OLD", "NOBODY")


def test_nothing_is_asked_offline(shop: LiveShop) -> None:
    before = len(shop.simulator.ledger.calls())
    offline(shop)
    assert len(shop.simulator.ledger.calls()) == before


# -- with Amazon ---------------------------------------------------------------------------------------


def test_schemas_are_fetched_and_what_is_complete_is_shown_to_amazon(shop: LiveShop) -> None:
    found = by_sku(online(shop))

    assert {sku: one.status for sku, one in found.items()} == {
        "K-1": "valid", "K-2": "incomplete", "K-3": "unprepared", "K-4": "incomplete", "K-5": "incomplete",
    }  # fmt: skip
    assert asked(shop, "putListingsItem") == 1
    assert found["K-1"].passed_over == ("glow",)
    assert set(shop.seller.listings) == {"OLD"}


def test_the_body_says_all_of_product_and_offer(shop: LiveShop) -> None:
    outcome = by_sku(online(shop))["K-1"].outcome

    assert isinstance(outcome, Ready)
    body = outcome.body
    assert (body["productType"], body["requirements"]) == ("KETTLE", "LISTING")
    assert body["attributes"]["externally_assigned_product_identifier"] == [
        {"type": "ean", "value": ean(101), "marketplace_id": "ATVPDKIKX0DER"}
    ]
    offer = body["attributes"]["purchasable_offer"][0]
    assert offer["our_price"] == [{"schedule": [{"value_with_tax": 20}]}]
    assert body["attributes"]["fulfillment_availability"][0]["quantity"] == 5
    assert "wattage" not in body["attributes"]


def test_what_is_missing_is_told_with_its_name_and_what_to_do(shop: LiveShop) -> None:
    found = by_sku(online(shop))
    outcome, unidentified = found["K-2"].outcome, found["K-5"].outcome

    assert isinstance(outcome, Missing)
    assert [(one.attribute, one.title, one.next_step) for one in outcome.findings] == [
        ("brand", "Brand Name", "Fill in maker of K-2 in Commerce."),
        ("product_description", "Product Description", "Fill in words of K-2 in Commerce."),
    ]
    assert isinstance(unidentified, Missing)
    assert [one.attribute for one in unidentified.findings] == [
        "externally_assigned_product_identifier"
    ]


def test_a_product_type_that_amazon_does_not_know_is_told(shop: LiveShop) -> None:
    found = online(shop)
    outcome = by_sku(found)["K-3"].outcome

    assert isinstance(outcome, Unprepared)
    assert "TEAPOT" in outcome.reason
    assert complaint(found) is None


def test_a_schema_is_fetched_once_and_asked_about_after_days(shop: LiveShop) -> None:
    for _ in range(2):
        online(shop, "K-1")
    assert asked(shop, "getDefinitionsProductType") == 1

    shop.clock.advance(8 * DAY)
    online(shop, "K-1")
    before = documents(shop)
    shop.seller.product_types["KETTLE"] = {**SCHEMA, "required": ["lid"]}
    shop.clock.advance(8 * DAY)
    outcome = by_sku(online(shop, "K-1"))["K-1"].outcome

    assert asked(shop, "getDefinitionsProductType") == 3
    assert isinstance(outcome, Missing)
    assert "lid" in [one.attribute for one in outcome.findings]
    assert len(before - documents(shop)) == 1  # the schema that holds no more


def test_what_was_fetched_is_enough_offline(shop: LiveShop) -> None:
    online(shop)
    found = by_sku(offline(shop))

    assert (found["K-1"].status, found["K-2"].status) == ("complete", "incomplete")
    assert [one.sku for one in offline(shop, missing=True).products] == ["K-2", "K-4", "K-5"]


def test_a_schema_that_is_lost_is_fetched_again(shop: LiveShop) -> None:
    online(shop, "K-1")
    (schema,) = (
        path for path in documents(shop) if b"KETTLE" in gzip.decompress(path.read_bytes())
    )
    schema.write_bytes(schema.read_bytes()[:20])

    assert by_sku(offline(shop, "K-1"))["K-1"].status == "unprepared"
    assert by_sku(online(shop, "K-1"))["K-1"].status == "valid"


def test_amazons_own_verdict_is_told(shop: LiveShop) -> None:
    shop.seller.invalid["K-1"] = (
        SimulatedIssue("8572", "That brand is not yours.", "ERROR", ("brand",)),
    )
    outcome = by_sku(online(shop, "K-1"))["K-1"].outcome

    assert isinstance(outcome, Invalid)
    assert [(issue.code, issue.attributes) for issue in outcome.issues] == [("8572", ("brand",))]


def test_a_schema_that_does_not_come_is_a_complaint_and_no_verdict(shop: LiveShop) -> None:
    shop.simulator.always("getDefinitionsProductType", faults.unavailable())
    found = online(shop, "K-1")

    assert by_sku(found)["K-1"].status == "unprepared"
    assert complaint(found) is not None


def test_a_price_that_is_in_doubt_is_told(shop: LiveShop) -> None:
    online(shop, "K-1")
    shop.settings += '[defaults.price]\ncurrency = "EUR"\n'
    write(shop)
    outcome = by_sku(offline(shop, "K-1"))["K-1"].outcome

    assert isinstance(outcome, Missing)
    (finding,) = outcome.findings
    assert (finding.attribute, finding.missing) == ("", False)
    assert "EUR" in finding.words


def test_the_body_for_sending_is_known_offline(shop: LiveShop) -> None:
    online(shop)
    config = shop.config()
    with state.reading(config.state) as current:
        found = outcomes_of(current, config, config.stores[0], ["K-1", "K-2"], now=shop.now)
        assert outcomes_of(current, config, config.stores[0], [], now=shop.now) == {}

    assert isinstance(found["K-1"], Ready)
    assert isinstance(found["K-2"], Missing)


def test_a_store_of_files_cannot_be_asked(shop: LiveShop) -> None:
    config = shop.config()
    silent = replace(config, stores=(replace(config.stores[0], account=None),))
    with pytest.raises(ConfigError, match="Amazon cannot be asked"):
        preview(silent, Question(), means(shop), now=shop.now)


# -- by hand -------------------------------------------------------------------------------------------

PUT, DEFINITION = "putListingsItem preview", "getDefinitionsProductType"
BODY = {"productType": "KETTLE", "requirements": "LISTING", "attributes": {}}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


def said(status: str, *severities: str) -> dict[str, Any]:
    issues = [{"code": "1", "message": "No.", "severity": each, "categories": []} for each in severities]  # fmt: skip
    return {"sku": "K-1", "status": status, "submissionId": "S", "issues": issues}


def ready(sku: str) -> NewProduct:
    return NewProduct("us", sku, None, "KETTLE", Ready(BODY))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(said("VALID"), "valid", id="yes"),
        pytest.param(said("VALID", "WARNING"), "valid", id="warned"),
        pytest.param(said("INVALID", "ERROR"), "invalid", id="no"),
        pytest.param(said("INVALID"), "invalid", id="no, without a word"),
        pytest.param(said("VALID", "ERROR"), "invalid", id="yes, with an error"),
        pytest.param(said("ACCEPTED"), "unprepared", id="no preview's word"),
    ],
)
def test_only_a_clear_yes_is_one(desk: Desk, told: dict[str, Any], expected: str) -> None:
    one, outcomes = ready("K-1"), dict[str, Any]()
    desk.drive(ask(desk.place, [one], outcomes), (PUT, told))

    assert replace(one, outcome=outcomes["K-1"]).status == expected


def test_one_refusal_does_not_stop_the_others_and_a_lasting_one_does(desk: Desk) -> None:
    outcomes = dict[str, Any]()
    waiting = [ready("K-1"), replace(ready("K-0"), outcome=Missing(())), ready("K-2"), ready("K-3")]
    lane = ask(desk.place, waiting, outcomes)
    refused, ill = failed(Kind.REFUSED, 400), failed(Kind.CREDENTIALS, 403)
    assert desk.drive(lane, (PUT, refused), (PUT, ill)) == [PUT, PUT]

    assert list(outcomes) == ["K-1"]
    assert isinstance(outcomes["K-1"], Unprepared)


def definition(content: bytes, checksum: str = "") -> dict[str, Any]:
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    link = {"link": {"resource": "http://127.0.0.1:4140/x", "verb": "GET"}}
    return {
        "schema": {**link, "checksum": checksum or base64.b64encode(digest).decode()},
        "requirements": "LISTING", "requirementsEnforced": "ENFORCED", "propertyGroups": {},
        "locale": "en_US", "marketplaceIds": [US], "productType": "KETTLE", "displayName": "Kettle",
        "productTypeVersion": {"version": "V1", "latest": True},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "checksum", "words"),
    [
        pytest.param(b'{"properties": {}}', "c3R1ZmY=", "checksum", id="another document"),
        pytest.param(b"<html>", "", "no JSON", id="no JSON"),
        pytest.param(b"[]", "", "no schema", id="no schema"),
    ],
)
def test_a_document_that_is_no_schema_is_not_kept(
    desk: Desk, content: bytes, checksum: str, words: str
) -> None:
    refused: dict[str, str] = {}
    lane = product_schemas.fetch(desk.place, iter(["KETTLE"]), refused)
    desk.drive(
        lane, (DEFINITION, definition(content, checksum)), ("document", fetched(desk, content))
    )

    assert words in refused["KETTLE"]
    assert desk.codes() == ["BadSchema"]
    current, store = desk.place.asking.current, desk.place.store
    assert product_schemas.note_of(current, store, "KETTLE") is None
    assert [path for path in desk.place.asking.archive.folder.rglob("*") if path.is_file()] == []


class TestPublished:
    def publish(self, shop: LiveShop, *skus: str) -> list[str]:
        """Publish by hand what is complete; return the seller SKUs that were sent or refused."""
        shop.stores["us"].read_only = False
        write(shop)
        config = shop.config()
        asked = plans.Question(skus=skus, publish=True)
        with planned(config, now=shop.now) as current:
            rows = [
                row
                for row in plans.answer(current, config, asked, now=shop.now).rows
                if row.hold is None and row.kind == "publish"
            ]
        chosen = senders.chosen(config, None)
        push.send(config, chosen, rows, means(shop), now=shop.now, command="publish")
        return [row.seller_sku for row in rows]

    def test_a_complete_product_is_previewed_and_made(self, shop: LiveShop) -> None:
        online(shop)
        before = shop.simulator.ledger.count("putListingsItem")

        assert self.publish(shop, "K-1", "K-2") == ["K-1"]

        assert shop.simulator.ledger.count("putListingsItem") == before + 2  # asked, then sent
        shop.clock.advance(300.0)
        shop.syncs(3)
        assert shop.seller.listings["K-1"].price == "20.00"
        sql = "SELECT progress FROM outbox WHERE kind = 'publish'"
        assert shop.query(sql) == [("confirmed",)]

    def test_what_amazon_would_refuse_is_not_sent(self, shop: LiveShop) -> None:
        online(shop)
        shop.seller.invalid["K-1"] = (SimulatedIssue("90220", "The maker is no maker.", "ERROR"),)

        self.publish(shop, "K-1")

        assert shop.simulator.writes.count() == 0
        ((progress, message),) = shop.query("SELECT progress, message FROM outbox")
        assert (progress, "The maker is no maker." in message) == ("rejected", True)
