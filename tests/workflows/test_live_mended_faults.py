"""What goes wrong once, or only looks wrong, is made good within the run: the state is that of a run without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import MINUTE, Kept, LiveShop, asked, differing, exit_code, live_shop
from tests.live_faults import FIRST, HOURLY, Occasion, harm, recover, sorted_, undisturbed
from tests.simulators import document_faults as documents
from tests.simulators import faults
from tests.simulators.exchange import Reply
from tests.simulators.faults import Case, Fault
from tests.simulators.seller import DE

READS = (
    "getMarketplaceParticipations", "getReports", "getReport", "getReportDocument", "searchListingsItems",
    "getListingsItem", "searchCatalogItems", "getListingsRestrictions",
)  # fmt: skip
ONCE = {
    "429": faults.throttled("3"),
    "500": faults.empty(500),
    "503 HTML": faults.html(503),
    "200 HTML": faults.captive_portal(),
    "200 {}": faults.without_keys(),
    "200 []": faults.empty_list(),
    "204": faults.empty(204),
    "reset": faults.connection_reset(),
    "answer lost": faults.answer_lost(),
    "cut": faults.cut_body(),
    "chunks cut": faults.chunked_cut(),
    "token expired": faults.token_expired(),
}
ALWAYS = {
    "clock a day fast": faults.clock_skew(86_400.0),
    "clock a day slow": faults.clock_skew(-86_400.0),
    "drip": faults.drip(size=500, pause=0.0002),
}
DOCUMENTS = {
    "two gzip members": documents.two_gzip_members(),
    "plain though gzip was said": documents.plain_body(),
    "packed twice": documents.double_gzip(),
    "drip": faults.drip(size=200, pause=0.0002),
    "no charset": documents.charset_said(None),
    "charset UTF-8 said": documents.charset_said("UTF-8"),
    "charset UTF-16 said": documents.charset_said("UTF-16"),
    "unheard-of charset": documents.charset_said("x-klingon"),
    "in UTF-8 though cp1252 was said": documents.reencoded("cp1252", "utf-8"),
    "in UTF-8 with a mark": documents.reencoded("cp1252", "utf-8-sig"),
}


def mended(shop: LiveShop, occasion: Occasion, settled: Kept) -> None:
    """Make sure that imports come to what they come to without a fault, and have nothing to complain of."""
    results = shop.imports(occasion.runs)
    assert [(exit_code(one), asked(one).missed) for one in results] == [(0, ())] * occasion.runs
    assert differing(shop, undisturbed(occasion, settled).state) == {}


@pytest.mark.parametrize("fault", ONCE.values(), ids=ONCE)
def test_once_at_every_question(fault: Fault, tmp_path: Path, settled: Kept) -> None:
    with FIRST.shop(tmp_path, settled) as shop:
        shop.settings = "[amazon]\ntime_budget = 900\n"  # some plans allow but a call a minute
        shop.write()
        for operation in READS:
            shop.simulator.script(operation, fault)
        mended(shop, FIRST, settled)
        met = {entry.operation for entry in shop.simulator.ledger.calls() if entry.fault}
        assert met == set(READS)


@pytest.mark.parametrize("fault", ALWAYS.values(), ids=ALWAYS)
@pytest.mark.parametrize("occasion", [FIRST, HOURLY], ids=["first", "later"])
def test_always_and_everywhere(
    fault: Fault, occasion: Occasion, tmp_path: Path, settled: Kept
) -> None:
    with occasion.shop(tmp_path, settled) as shop:
        shop.simulator.always("*", fault)
        results = shop.imports(occasion.runs)
        assert [(exit_code(one), asked(one).missed) for one in results] == [(0, ())] * occasion.runs
        assert harm(shop, {}, undisturbed(occasion, settled)) == []


@pytest.mark.parametrize("fault", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_that_is_odd_but_whole(fault: Fault, tmp_path: Path, settled: Kept) -> None:
    with FIRST.shop(tmp_path, settled) as shop:
        shop.simulator.always("document", fault)
        mended(shop, FIRST, settled)


@pytest.mark.parametrize("compressed", [True, False])
def test_an_address_that_has_expired_is_asked_for_once_more(
    compressed: bool, tmp_path: Path, settled: Kept
) -> None:
    with FIRST.shop(tmp_path, settled) as shop:
        shop.seller.compress = compressed
        shop.simulator.script("document", documents.url_expired())
        mended(shop, FIRST, settled)
        assert shop.simulator.ledger.count("document") == 2


def test_a_seller_whose_documents_are_plain_but_packed(tmp_path: Path, settled: Kept) -> None:
    with FIRST.shop(tmp_path, settled) as shop:
        shop.seller.compress = False
        shop.simulator.always("document", documents.gzip_body())
        mended(shop, FIRST, settled)


# -- another marketplace ---------------------------------------------------------------------------------

PLACES = {
    "getMarketplaceParticipations": "NotParticipating",
    "getReport": "WrongMarketplace",
    "searchListingsItems": "WrongMarketplace",
    "getListingsItem": "WrongMarketplace",
    "searchCatalogItems": "WrongMarketplace",
}


@pytest.mark.parametrize("operation", PLACES)
def test_an_answer_about_another_marketplace_is_not_believed(
    operation: str, tmp_path: Path, settled: Kept
) -> None:
    course = undisturbed(FIRST, settled)
    with FIRST.shop(tmp_path, settled) as shop:
        shop.simulator.always(operation, faults.wrong_marketplace(DE))
        result = shop.import_()
        assert {one.code for one in asked(result).missed} == {PLACES[operation]}
        assert exit_code(result) == 69
        assert harm(shop, {}, course) == []
        shop.clock.advance(5 * MINUTE)
        assert recover(shop, FIRST) == []
        assert differing(shop, course.state) == {}


@pytest.mark.parametrize("name", ["DE", "ATVPDKIKX0DER", "nowhere", ""])
def test_a_marketplace_in_the_environment_changes_nothing(
    name: str, tmp_path: Path, settled: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SP_API_DEFAULT_MARKETPLACE", name)
    with FIRST.shop(tmp_path, settled) as shop:
        mended(shop, FIRST, settled)
        said = {
            text
            for entry in shop.simulator.ledger.calls()
            for key, text in entry.query
            if key == "marketplaceIds"
        }
        assert said == {"ATVPDKIKX0DER"}


# -- pages -------------------------------------------------------------------------------------------------


def test_a_page_that_comes_again_and_again_ends_the_paging_and_is_told(
    tmp_path: Path, settled: Kept
) -> None:
    with HOURLY.shop(tmp_path, settled) as shop:
        before = sorted_(shop)
        for sku in list(shop.seller.listings):
            shop.seller.change(sku)
        shop.simulator.always("searchListingsItems", faults.same_page_again())
        result = shop.import_()
        assert [one.code for one in asked(result).missed] == ["PageRepeated"]
        assert exit_code(result) == 75
        assert set(before) <= set(sorted_(shop))
        assert shop.simulator.ledger.count("searchListingsItems") <= 3
        assert recover(shop, HOURLY, after=5 * MINUTE) == []
        assert harm(shop, before, undisturbed(HOURLY, settled)) == []


AS_USUAL = faults.afterwards("as usual", lambda reply: reply)
INTERRUPTIONS = {
    "503": (faults.unavailable(), 75),
    "200 {}": (faults.without_keys(), 75),
    "reset": (faults.connection_reset(), 75),
    "role lost": (faults.role_missing(), 69),
    "refused token": (faults.error(400, "InvalidInput", "Invalid 'pageToken' provided."), 69),
    "too old a token": (faults.token_expired(), 77),
}


@pytest.fixture
def all_changed(tmp_path: Path, settled: Kept) -> Iterator[LiveShop]:
    """A shop all of whose listings have had another price for an hour, which no report tells: three pages of changes."""
    with live_shop(tmp_path, kept=settled) as shop:
        for number, sku in enumerate(list(shop.seller.listings)):
            shop.seller.change(
                sku, price=f"{number + 5}.55", last_updated=shop.clock.now() + number
            )
        shop.clock.advance(60 * MINUTE)
        shop.settings = "[amazon]\nreport_age = 1440\n"
        shop.write()
        yield shop


def prices(shop: LiveShop) -> dict[str, int | None]:
    return dict(shop.query("SELECT seller_sku, price_minor FROM listings ORDER BY seller_sku"))


@pytest.mark.parametrize(("fault", "code"), INTERRUPTIONS.values(), ids=INTERRUPTIONS)
def test_changes_of_which_only_the_first_page_comes_are_told_by_the_next_run(
    fault: Fault, code: int, all_changed: LiveShop
) -> None:
    before, simulator = prices(all_changed), all_changed.simulator
    expected = {sku: one.price for sku, one in all_changed.seller.listings.items()}
    simulator.script("searchListingsItems", AS_USUAL)
    simulator.always("searchListingsItems", fault)
    assert exit_code(all_changed.import_()) == code
    changed = [sku for sku, price in prices(all_changed).items() if price != before[sku]]
    assert len(changed) == 20  # the page that came is believed
    simulator.heal()
    all_changed.clock.advance(5 * MINUTE)
    assert exit_code(all_changed.import_()) == 0
    assert prices(all_changed) == {
        sku: int(str(price).replace(".", "")) for sku, price in sorted(expected.items())
    }


def test_a_token_that_expires_between_two_pages_is_renewed(all_changed: LiveShop) -> None:
    before = prices(all_changed)
    all_changed.simulator.script("searchListingsItems", AS_USUAL, faults.token_expired())
    result = all_changed.import_()
    assert (exit_code(result), asked(result).missed) == (0, ())
    assert [sku for sku, price in prices(all_changed).items() if price == before[sku]] == []


# -- time --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "operation", ["getReports", "createReport", "getReport", "getReportDocument", "document"]
)
def test_an_answer_that_takes_minutes_is_given_up(
    operation: str, tmp_path: Path, settled: Kept
) -> None:
    course = undisturbed(FIRST, settled)
    with FIRST.shop(tmp_path, settled) as shop:

        def wait(case: Case) -> Reply:
            shop.clock.advance(700.0)
            return case.perform()

        shop.simulator.always(operation, Fault("minutes", wait))
        result = shop.import_()
        assert (exit_code(result), asked(result).waiting, sorted_(shop)) == (75, True, {})
        assert shop.simulator.ledger.count(operation) == 1
        shop.clock.advance(5 * MINUTE)
        assert recover(shop, FIRST) == []
        assert differing(shop, course.state) == {}
        assert shop.simulator.ledger.count("createReport") == 1
