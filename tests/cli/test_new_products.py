"""``amzsync new-products`` on the command line: offline by what was fetched, and with Amazon."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.render.new_products import FIELDS
from tests.commandline import Program, Result
from tests.factories import Shop, listing, product
from tests.live import CANARIES, LiveShop
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.clocks import VirtualClock
from tests.simulators.report_texts import ALL
from tests.simulators.seller import Listing, Seller
from tests.workflows.test_new_products import SCHEMA, kettle, write

HOSTILE = "\x1b[2J=1+1"
MAPPING = """
[mapping.attributes]
brand = "maker"
product_description = "words"
bullet_point = "point"
country_of_origin = { value = "CN" }
batteries_required = { value = false }
supplier_declared_dg_hz_regulation = { value = "Not Applicable" }
main_product_image_locator = { attribute = "image", prefix = "https://shop.example/media" }
[defaults.condition]
default = "New"
"""


class Office:
    """The program in the folder of a shop that has imported from a simulated Amazon."""

    def __init__(self, shop: LiveShop) -> None:
        self.shop, self.program = shop, Program(shop.folder)

    def run(self, *words: str) -> Result:
        done = self.program.process(*words, env=self.shop.environ)
        assert not [canary for canary in CANARIES if canary in done.out + done.err]
        return done


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    seller = Seller(report_delay=0.0)
    seller.product_types["KETTLE"] = SCHEMA
    seller.add(Listing("OLD", "B000000001"))
    goods = [
        product("OLD", attributes={"asin": "B000000001"}),
        kettle("K-1", 101),
        kettle("K-2", 102, maker="", words=""),
        kettle("K-3", 103, maker=HOSTILE * 20),
    ]
    with AmazonSimulator(seller) as simulator:
        shop = LiveShop(tmp_path, simulator, VirtualClock(time.time()), goods)
        shop.settings = MAPPING
        write(shop)
        made = Office(shop)
        simulator.ask_report(ALL)
        for _ in range(2):
            made.run("import-listings").fine()
        yield made


def test_lists_what_is_missing_first_offline_then_with_amazon(office: Office) -> None:
    before = office.run("new-products").fine()
    assert "amzsync new-products --preview fetches it." in before.out

    told = office.run("new-products", "--preview").fine()
    lines = told.out.splitlines()
    assert lines[0] == "us  K-1  KETTLE  complete; Amazon would take it  (Product K-1)"
    assert "us  K-2  KETTLE  not complete  (Product K-2)" in lines
    assert "    Brand Name (brand) is missing. Fill in maker of K-2 in Commerce." in lines
    assert told.err == "3 products: 1 valid, 2 incomplete.\n"

    after = office.run("new-products", "--missing", "-o", "json").fine().json()
    assert [(row["sku"], row["attribute"], row["missing"]) for row in after] == [
        ("K-2", "brand", True), ("K-2", "product_description", True), ("K-3", "brand", False),
    ]  # fmt: skip
    assert all(tuple(row) == FIELDS for row in after)


def test_every_row_of_csv_is_one_thing_that_is_missing(office: Office) -> None:
    office.run("new-products", "--preview").fine()
    rows = office.run("new-products", "--sku", "K-2", "--sku", "K-1", "-o", "csv").fine().csv()

    assert [(row["sku"], row["status"], row["attribute_title"]) for row in rows] == [
        ("K-1", "complete", ""), ("K-2", "incomplete", "Brand Name"),
        ("K-2", "incomplete", "Product Description"),
    ]  # fmt: skip


def test_what_commerce_says_steers_no_terminal(office: Office) -> None:
    found = office.run("new-products", "--preview", "--sku", "K-3").fine()
    assert "\x1b" not in found.out + found.err


def test_a_sku_that_is_listed_is_told_to_be_none(office: Office) -> None:
    found = office.run("new-products", "--sku", "OLD").fine()
    assert (found.out, found.err) == (
        "", "OLD is no product without a listing; amzsync show OLD tells where it stands.\n",
    )  # fmt: skip


def test_a_shop_of_files_can_list_and_cannot_ask(tmp_path: Path) -> None:
    shop = Shop(tmp_path, products=[product("A")])
    shop.us.listings = [listing("B")]
    shop.run()
    program = Program(tmp_path)

    found = json.loads(program.run("new-products", "-o", "json").fine().out)
    assert [(row["sku"], row["attribute"]) for row in found] == [("A", "product_type")]
    assert "Amazon cannot be asked" in program.run("new-products", "--preview").refused(78)
