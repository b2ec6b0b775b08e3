"""What competitors ask, from a simulated Amazon into the state: last, seldom, and only where a rule looks at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from amzsync.clock import seconds_of
from amzsync.core.offers import Offer
from amzsync.store import offers, planning_marks, state
from amzsync.workflows import answer_intake, places
from amzsync.workflows.gathered import Line
from amzsync.workflows.sorting import Run
from tests.factories import product
from tests.live import HOUR, MINUTE, LiveShop, LiveStore, asked, differing, exit_code, live_shop
from tests.simulators import faults
from tests.simulators.samples import asin
from tests.simulators.seller import US, Listing, OfferFault, Rival, Seller

ITEMS, SUMMARY = "getItemOffersBatch", "getCompetitiveSummary"


def rule(source: str = "lowest", store: str = "us") -> str:
    """Return the lines of amzsync.toml that make a store look at competitors."""
    heading = f"[[stores.{store}.price_rules]]"
    return f'{heading}\nname = "Rivals"\ncompetitor = {{ source = "{source}" }}\n'


@contextmanager
def shop_of(folder: Path, count: int, settings: str, **fields: str) -> Iterator[LiveShop]:
    """Yield a shop whose listings are all matched, with *settings*; its first report is taken."""
    seller = Seller()
    for number in range(1, count + 1):
        listing = Listing(f"S-{number:04d}", asin(number))
        for name, value in fields.items():
            setattr(listing, name, value)
        seller.add(listing)
    goods = [product(sku) for sku in seller.listings]
    with live_shop(folder, seller=seller, products=goods) as shop:
        shop.settings = settings
        shop.write()
        yield shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[LiveShop]:
    with shop_of(tmp_path, 3, rule()) as made:
        yield made


def known(shop: LiveShop) -> dict[str, list[Offer]]:
    with state.reading(shop.state) as current:
        return offers.of_asins(current.db, 1, [asin(number) for number in range(1, 200)])


def answered(shop: LiveShop) -> dict[str, str | None]:
    """Return when the new offers for each ASIN were last told, by its number."""
    rows = shop.query("SELECT asin, asked_at FROM offer_answers WHERE family = 'New' ORDER BY asin")
    return dict(rows)


def calls(shop: LiveShop) -> tuple[int, int]:
    ledger = shop.simulator.ledger
    return ledger.count(ITEMS), ledger.count(SUMMARY)


def test_what_others_and_we_offer_is_known_after_the_first_import(shop: LiveShop) -> None:
    shop.seller.compete(asin(1), Rival("A1", "15.00", "3.99", rating=97.9), Rival("A2", "25.00"))
    shop.seller.compete(asin(2))
    result = shop.import_()
    assert exit_code(result) == 0
    assert asked(result).calls[ITEMS] == 1
    told = known(shop)
    ours = Offer("new_new", 1990, 0, "merchant", 99, 1200, ours=True)
    assert told[asin(1)] == [
        Offer("new_new", 1500, 399, "merchant", 97, 1200, buy_box=True),
        ours,
        Offer("new_new", 2500, 0, "merchant", 97, 1200),
    ]
    assert told[asin(2)] == [ours._replace(buy_box=True)]
    assert sorted(told) == [asin(1), asin(2), asin(3)]


@pytest.mark.parametrize(
    "settings",
    [
        "",
        '[[stores.us.price_rules]]\nname = "Ten"\ndecrease = "10%"\n',
        rule().replace("competitor", "active = false\ncompetitor"),
    ],
    ids=["no rule", "a standard rule", "a rule that is off"],
)
def test_a_store_without_a_rule_that_compares_asks_for_nothing(
    tmp_path: Path, settings: str
) -> None:
    with shop_of(tmp_path, 3, settings) as shop:
        shop.imports(3, every=HOUR)
        assert calls(shop) == (0, 0)


def test_an_asin_is_asked_about_again_after_its_rest_only(shop: LiveShop) -> None:
    shop.imports(12)
    assert calls(shop) == (1, 0)
    shop.imports(2)
    assert calls(shop) == (2, 0)


def test_runs_on_the_hour_ask_every_time(shop: LiveShop) -> None:
    shop.imports(5, every=HOUR)
    assert calls(shop) == (5, 0)


def test_how_long_an_asin_rests_is_a_setting(tmp_path: Path) -> None:
    with shop_of(tmp_path, 3, f"[amazon]\noffers_age = 10\n{rule()}") as shop:
        shop.imports(7)  # the first asks after 90 s, when its report is there
        assert calls(shop) == (3, 0)


def test_a_used_listing_is_compared_with_new_and_used_offers(tmp_path: Path) -> None:
    with shop_of(tmp_path, 1, rule(), condition="used_good") as shop:
        shop.seller.compete(
            asin(1),
            Rival("A1", "30.00"),
            Rival("A2", "12.00", family="Used", grade="Very Good"),
            Rival("A3", "5.00", family="Collectible", grade="Good"),
        )
        shop.import_()
        assert [(one.condition, one.ours) for one in known(shop)[asin(1)]] == [
            ("new_new", False),
            ("used_very_good", False),
            ("used_good", True),
        ]


def test_nobody_having_the_buy_box_is_known(shop: LiveShop) -> None:
    shop.seller.compete(asin(1), Rival("A1", featured=False))
    shop.seller.change("S-0001", status=frozenset())
    shop.import_()
    assert [one.buy_box for one in known(shop)[asin(1)]] == [False]


def take(shop: LiveShop, number: int, price: float) -> list[tuple[str]]:
    """Take an answer about an ASIN into the state; return the SKUs that are to be planned anew."""
    name = asin(number)
    amount = {"CurrencyCode": "USD", "Amount": price}
    offer = {
        "SubCondition": "new", "ListingPrice": amount, "Shipping": {}, "IsFulfilledByAmazon": False,
    }  # fmt: skip
    payload = {"marketplaceId": US, "status": "Success", "Summary": {}, "Offers": [offer]}
    request = {"Asin": name, "MarketplaceId": US, "ItemCondition": "New"}
    text = json.dumps({"responses": [{"body": {"payload": payload}, "request": request}]})
    line = Line(ITEMS, shop.now, (f"{name} New",), text)
    with state.writing(shop.state, command="a test", now=shop.now) as current:
        with current.transaction():
            planning_marks.clear(current.db)
            run = Run(current.db, 1, shop.now, shop.config(), force=False)
            (place,) = places.of_run(run, ["us"])
            answer_intake.take(run, place, [line])
        return current.db.execute(
            "SELECT sku FROM unplanned_products JOIN products USING (product_id)"
        ).fetchall()


def test_a_change_of_an_offer_has_the_listings_of_its_asin_planned_anew(shop: LiveShop) -> None:
    shop.import_()
    assert take(shop, 2, 1.0) == [("S-0002",)]
    assert take(shop, 2, 1.0) == []  # asked again, and the same
    assert take(shop, 2, 1.5) == [("S-0002",)]


def test_offers_without_a_price_or_in_another_currency_are_left_out(shop: LiveShop) -> None:
    shop.seller.compete(asin(1), Rival("A1", None), Rival("A2", "5.00", currency="CAD"))
    result = shop.import_()
    assert [one.ours for one in known(shop)[asin(1)]] == [True]
    assert asked(result).notes == ("An offer in another currency than USD was left out.",)


# -- failures --------------------------------------------------------------------------------------------


def test_one_asin_that_is_throttled_is_asked_about_again_and_the_others_are_known(
    shop: LiveShop,
) -> None:
    shop.seller.offer_faults[asin(2)] = OfferFault(429, "QuotaExceeded", "Too many.")
    result = shop.import_()
    assert exit_code(result) == 75
    assert sorted(known(shop)) == [asin(1), asin(3)]
    (error,) = shop.errors()
    assert (error["operation"], error["kind"], error["status"]) == (ITEMS, "throttled", 429)
    del shop.seller.offer_faults[asin(2)]
    shop.clock.advance(HOUR)
    assert exit_code(shop.import_()) == 0
    assert sorted(known(shop)) == [asin(1), asin(2), asin(3)]


def test_an_asin_that_amazon_does_not_know_fails_no_run(shop: LiveShop) -> None:
    shop.seller.offer_faults[asin(2)] = OfferFault(400, "InvalidInput", "Never heard of it.")
    result = shop.import_()
    assert exit_code(result) == 0
    assert asked(result).notes == (f"Amazon tells no offers for {asin(2)}: Never heard of it.",)
    assert shop.query("SELECT code FROM v_offers WHERE asin = ?1", asin(2)) == [("InvalidInput",)]


def test_what_was_known_stays_where_amazon_does_not_tell(shop: LiveShop) -> None:
    shop.import_()
    before = known(shop)
    shop.simulator.always(ITEMS, faults.empty(503))
    shop.clock.advance(HOUR)
    assert exit_code(shop.import_()) == 75
    assert known(shop) == before


def test_the_offers_of_other_asins_than_were_asked_for_are_not_taken(shop: LiveShop) -> None:
    def swapped(body: dict[str, list[dict[str, dict[str, str]]]]) -> object:
        body["responses"][0]["request"]["Asin"] = "B0OTHER001"
        return body

    shop.simulator.script(ITEMS, faults.edited(swapped))
    shop.import_()
    assert shop.query("SELECT count(*) FROM offers WHERE asin = 'B0OTHER001'") == [(0,)]
    assert sorted(known(shop)) == [asin(2), asin(3)]


# -- how much --------------------------------------------------------------------------------------------


def test_a_run_asks_for_what_its_time_allows_and_the_next_goes_on(tmp_path: Path) -> None:
    with shop_of(tmp_path, 120, f"[amazon]\ntime_budget = 140\n{rule()}") as shop:
        result = shop.import_()  # its report takes 90 s
        first = answered(shop)
        assert 20 <= len(first) < 120
        assert f"The usage plan left no time for {ITEMS}; a later run asks." in asked(result).notes
        shop.clock.advance(MINUTE)
        shop.import_()
        second = answered(shop)
        assert len(second) == 120
        assert {name: second[name] for name in first} == first  # nobody is asked about twice
        assert 429 not in {entry.status for entry in shop.simulator.ledger.calls()}


def test_runs_that_are_close_together_ask_a_little_each(tmp_path: Path) -> None:
    with shop_of(tmp_path, 260, f"[amazon]\nreport_age = 1440\n{rule()}") as shop:
        shop.imports(4)
        made = [entry.at for entry in shop.simulator.ledger.calls(ITEMS)]
        assert len(made) == 13
        assert len(answered(shop)) == 260


def test_those_asked_about_longest_ago_come_first(tmp_path: Path) -> None:
    settings = f"[amazon]\ntime_budget = 20\noffers_age = 1\nreport_age = 1440\n{rule()}"
    with shop_of(tmp_path, 100, settings) as shop:
        for _ in range(14):
            shop.imports(1, every=2 * MINUTE)
        ages = [seconds_of(at) for at in answered(shop).values() if at]
        assert len(ages) == 100
        assert shop.clock.now() - min(ages) <= 8 * 2 * MINUTE


def test_a_store_that_looks_at_the_buy_box_alone_asks_for_summaries_besides(tmp_path: Path) -> None:
    with shop_of(tmp_path, 160, f"[amazon]\ntime_budget = 900\n{rule('buy-box')}") as shop:
        shop.import_()
        assert calls(shop) == (6, 2)
        told = known(shop)
        assert len(told) == 160
        assert all(any(one.buy_box for one in each) for each in told.values())
        assert all(any(one.ours for one in each) for each in told.values())


def test_stores_of_one_account_share_the_calls_of_a_run(tmp_path: Path) -> None:
    settings = f"[amazon]\ntime_budget = 600\nreport_age = 1440\n{rule()}{rule(store='ca')}"
    canada = "A2EUQ1WTGCTBG2"
    with shop_of(tmp_path, 130, settings) as shop:
        shop.seller.marketplaces[canada] = True
        dearer = [replace(one, price="29.90") for one in shop.seller.listings.values()]
        shop.seller.add(*dearer, marketplace_id=canada)
        shop.stores["ca"] = LiveStore(marketplace="CA")
        shop.write()
        shop.import_()
        before = calls(shop)[0]
        shop.clock.advance(HOUR)
        shop.imports(2)
        assert before == 14
        stores = shop.query(
            "SELECT s.name, count(*) FROM offer_answers JOIN stores s USING (store_id) GROUP BY 1"
        )
        assert sorted(stores) == [("ca", 130), ("us", 130)]


def test_a_replay_takes_the_offers_again_and_asks_for_none(shop: LiveShop) -> None:
    result = shop.import_()
    before, made = shop.canonical(), calls(shop)
    with (
        state.writing(shop.state, command="a test", now=shop.now) as current,
        current.transaction(),
    ):
        current.db.execute("DELETE FROM offers")
        current.db.execute("DELETE FROM offer_answers")
    shop.import_(replay=result.run_id, live=False, force=True)
    assert differing(shop, before) == {}
    assert calls(shop) == made
