"""The preview of listing rules says what the import after them then does, and writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amzsync.core.condition_trees import parse
from amzsync.core.conditions import EVERYTHING, Group
from amzsync.errors import ConfigError, StoreBusy, StoreError
from amzsync.results.rules_preview import PreviewRow, StorePreview, Which
from amzsync.store import state
from amzsync.workflows.rules_preview import Question, preview
from tests.factories import (
    NOW,
    Shop,
    StoreFiles,
    asin,
    dump,
    listing,
    product,
    query,
    suppressed,
    tables,
    view_row,
)  # fmt: skip

LATER = "2026-11-22T07:00:00Z"
DEAR = {"attribute": "price", "greater_than": 30}
RED = {"attribute": "color", "is": "Red"}
Shown = dict[Which, dict[str, bool]]


def tree(*conditions: object) -> Group:
    found, problems = parse({"all": list(conditions)}, {})
    assert problems == ()
    return found


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return an imported shop in which every place of the preview has somebody."""
    shop = Shop(tmp_path)
    dear = "40.000000"
    shop.products = [
        product("CHEAP"),
        product("DEAR", price=dear),
        product("OFF", product_online="2", price=dear),
        product("AMAZONS"),
        product("SLEEPS", price=dear),
        product("NEW", attributes={"asin": asin(1), "color": "Red"}, price=dear),
        product("NEW-CHEAP", attributes={"asin": asin(2)}),
        product("NO-ASIN", price=dear),
        product("PARENT", product_type="configurable", price=dear),
        product("GONE", attributes={"asin": asin(3)}, product_online="2"),
        product("LEFT", price=dear),
    ]
    shop.us.listings = [
        listing("CHEAP", asin1=asin(11)),
        listing("DEAR"),
        listing("OFF"),
        listing("AMAZONS", fulfillment_channel="AMAZON_NA", quantity=""),
        listing("SLEEPS", status="Inactive", quantity="0"),
        listing("STRANGER"),
        listing("GONE"),
        listing("LEFT"),
    ]
    shop.us.ended = [{"seller_sku": "GONE", "ended_at": NOW}]
    shop.run()
    shop.us.listings.pop()
    shop.run(now=LATER)
    return shop


def looked(shop: Shop, question: Question) -> tuple[list[PreviewRow], StorePreview]:
    """Return the rows of the preview, and the figures of its first store."""
    with preview(shop.config(), question, now=LATER) as found:
        return list(found.rows), found.stores[0]


def shown(rows: list[PreviewRow]) -> Shown:
    found: Shown = {which: {} for which in Which}
    for row in rows:
        found[row.which][row.seller_sku or row.sku] = row.change
    return found


# -- the lists -----------------------------------------------------------------------------------------


def test_the_rules_in_force_change_nothing(shop: Shop) -> None:
    rows, figures = looked(shop, Question())

    assert shown(rows) == {
        Which.INELIGIBLE: {"OFF": False},
        Which.ELIGIBLE: {"CHEAP": False, "DEAR": False, "AMAZONS": False},
        Which.NEW: {"NEW": False, "NEW-CHEAP": False, "NO-ASIN": False},
    }
    assert not figures.any_change
    assert figures.rules == "every product"


def test_other_rules_say_who_moves_where(shop: Shop) -> None:
    rows, figures = looked(shop, Question(tree(DEAR)))

    assert shown(rows) == {
        Which.INELIGIBLE: {"CHEAP": True, "OFF": False, "AMAZONS": True},
        Which.ELIGIBLE: {"DEAR": False},
        Which.NEW: {"NEW": False, "NO-ASIN": False},
    }
    assert figures.changes == Counter({Which.INELIGIBLE: 2})
    assert (figures.no_longer_new, figures.not_ready, figures.kept_by_amazon) == (1, 1, 1)


def test_nobody_is_silently_missing(shop: Shop) -> None:
    _, figures = looked(shop, Question(tree(DEAR)))

    assert figures.refused == 1  # SLEEPS, which is inactive at Amazon
    assert figures.excluded == 2  # NEW-CHEAP and PARENT
    assert figures.strangers == 1
    assert figures.gone == 2  # GONE has ended, LEFT is not seen any more
    apart = figures.refused + figures.excluded + figures.strangers + figures.gone
    ((everybody,),) = query(
        shop.state,
        "SELECT (SELECT count(*) FROM listings) + (SELECT count(*) FROM products p WHERE NOT EXISTS "
        "(SELECT 1 FROM listings l WHERE l.product_id = p.product_id))",
    )
    assert figures.rows.total() + apart == everybody


def test_rules_that_let_go_say_who_is_eligible_again_and_newly_listed(shop: Shop) -> None:
    shop.settings = '[defaults]\nrules = { all = [{ attribute = "price", greater_than = 30 }] }\n'
    shop.run(now=LATER)

    rows, figures = looked(shop, Question(EVERYTHING))

    found = shown(rows)
    assert found[Which.ELIGIBLE] == {"CHEAP": True, "DEAR": False, "AMAZONS": True}
    assert found[Which.NEW] == {"NEW": False, "NEW-CHEAP": True, "NO-ASIN": False}
    assert (figures.changes[Which.ELIGIBLE], figures.changes[Which.NEW]) == (2, 1)
    assert figures.warning is None


def test_rules_of_the_configuration_that_are_not_in_force_yet_are_looked_at(shop: Shop) -> None:
    shop.settings = '[defaults]\nrules = { all = [{ attribute = "price", greater_than = 30 }] }\n'
    shop.write()

    rows, figures = looked(shop, Question())

    assert shown(rows)[Which.INELIGIBLE] == {"CHEAP": True, "OFF": False, "AMAZONS": True}
    assert figures.rules == "price is greater than 30"


def test_the_threshold_of_the_store_counts_as_well(shop: Shop) -> None:
    shop.settings = "[defaults.quantity]\nthreshold = 6\n"
    shop.write()

    rows, _ = looked(shop, Question())

    reasons = {row.seller_sku: row.reason for row in rows if row.which is Which.INELIGIBLE}
    assert reasons == {
        "CHEAP": "5 in stock, fewer than the threshold of 6",
        "DEAR": "5 in stock, fewer than the threshold of 6",
        "OFF": "the product is disabled in Commerce",
    }


def test_a_row_tells_all_that_the_sales_channel_shows_and_why(shop: Shop) -> None:
    rows, _ = looked(shop, Question(tree(DEAR)))
    by_name = {row.seller_sku or row.sku: row for row in rows}

    assert by_name["CHEAP"] == PreviewRow(
        "us", Which.INELIGIBLE, True, "CHEAP", "CHEAP", asin(11), "Product CHEAP", "simple", None, None, True,
        "price is 20, not greater than 30", 1990, 5, "USD", 2,
    )  # fmt: skip
    assert by_name["OFF"].reason == "the product is disabled in Commerce"
    assert (by_name["DEAR"].reason, by_name["AMAZONS"].quantity) == ("", None)
    assert by_name["NEW"][3:6] == (None, "NEW", asin(1))
    assert by_name["NO-ASIN"].reason == (
        "Unable to Assign to Amazon Listing: No ASIN is known for this product."
    )


def test_a_listing_that_amazon_suppresses_is_in_no_list(shop: Shop) -> None:
    assert shop.us.listings is not None
    shop.us.listings[1]["status"] = "Inactive"
    shop.us.suppressed = [suppressed("DEAR")]
    shop.run(now=LATER)

    rows, figures = looked(shop, Question())

    assert "DEAR" not in shown(rows)[Which.ELIGIBLE]
    assert figures.refused == 2


def test_the_store_view_of_each_store_counts(shop: Shop) -> None:
    shop.stores["de"] = StoreFiles("DE", view="de", seller_id="A3EXAMPLE", listings=[])
    assert shop.stores["de"].listings is not None
    shop.stores["de"].listings += [listing("CHEAP", open_date="2025-03-04 05:06:07 MEZ")]
    shop.products.append(view_row("CHEAP", "de", product_online="2"))
    shop.run(now=LATER)

    rows, _ = looked(shop, Question(store="de", which=Which.INELIGIBLE))

    assert [(row.store, row.seller_sku, row.currency) for row in rows] == [("de", "CHEAP", "EUR")]


# -- which rows ----------------------------------------------------------------------------------------


def test_one_list_counts_all_of_them(shop: Shop) -> None:
    rows, figures = looked(shop, Question(tree(DEAR), which=Which.NEW))

    assert {row.which for row in rows} == {Which.NEW}
    assert figures.rows == {Which.INELIGIBLE: 3, Which.ELIGIBLE: 1, Which.NEW: 2}


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_a_limit_holds_for_each_list_and_takes_what_changes_first(shop: Shop, limit: int) -> None:
    everything, whole = looked(shop, Question(tree(DEAR)))
    some, figures = looked(shop, Question(tree(DEAR), limit=limit))

    assert figures == whole
    for which in Which:
        wanted = sorted((r for r in everything if r.which is which), key=lambda r: not r.change)
        assert [row for row in some if row.which is which] == wanted[:limit]


def test_a_store_that_has_not_been_imported_is_not_known(shop: Shop) -> None:
    shop.stores["ca"] = StoreFiles("CA")
    shop.write()

    with preview(shop.config(), Question(), now=LATER) as found:
        assert [row.store for row in found.rows if row.store != "us"] == []
    assert [one.known for one in found.stores] == [True, False]


def test_a_store_that_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(ConfigError), preview(shop.config(), Question(store="uk"), now=LATER):
        pass


def test_without_a_state_it_says_what_to_do(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.write()

    with (
        pytest.raises(StoreError, match="import-listings"),
        preview(shop.config(), Question(), now=LATER),
    ):
        pass


# -- the brake -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cheap", "warned"), [(3, False), (4, True)])
def test_it_warns_where_rules_exclude_more_than_the_plan_may_set_to_zero(
    tmp_path: Path, cheap: int, warned: bool
) -> None:
    shop = Shop(tmp_path)
    shop.products = [product(f"CHEAP-{n}") for n in range(cheap)]
    shop.products += [product(f"DEAR-{n}", price="40.000000") for n in range(9 - cheap)]
    shop.us.listings = [listing(row["sku"]) for row in shop.products]
    shop.run()

    _, figures = looked(shop, Question(tree(DEAR), limit=1))

    words = "4 of 9 listings of store us (44.44%) would become ineligible at once; the limit is 3 and 30%"
    assert figures.warning == (words if warned else None)


# -- attributes that the state does not have -------------------------------------------------------------


def test_attributes_that_were_not_read_are_read_for_the_look_and_nothing_is_written(
    shop: Shop,
) -> None:
    before = dump(shop.state)

    with preview(shop.config(), Question(tree(RED)), now=LATER) as found:
        rows = list(found.rows)

    assert found.read_again == ("color",)
    assert shown(rows)[Which.NEW] == {"NEW": False}
    assert found.stores[0].changes[Which.INELIGIBLE] == 3
    assert dump(shop.state) == before


def test_attributes_that_are_there_are_not_read_again(shop: Shop) -> None:
    shop.settings = '[defaults]\nrules = { all = [{ attribute = "color", is = "Red" }] }\n'
    shop.run(now=LATER)
    (shop.folder / "products.csv").unlink()

    with preview(shop.config(), Question(tree(RED, DEAR)), now=LATER) as found:
        assert shown(list(found.rows))[Which.NEW] == {"NEW": False}
    assert found.read_again == ()


def test_attributes_of_price_rules_are_none_of_its_business(shop: Shop) -> None:
    shop.settings = '[defaults.price]\nsource = "amazon_price"\n'
    shop.write()
    (shop.folder / "products.csv").unlink()

    assert looked(shop, Question())[1].rows[Which.ELIGIBLE] == 3


@contextmanager
def another_run(shop: Shop) -> Iterator[None]:
    with state.writing(shop.state, command="a test", now=LATER):
        yield


def test_a_look_does_not_wait_for_another_run_unless_it_must_read_the_export(shop: Shop) -> None:
    with another_run(shop):
        rows, _ = looked(shop, Question(tree(DEAR)))
        assert rows
        with pytest.raises(StoreBusy):
            looked(shop, Question(tree(RED)))


def test_the_state_is_the_same_file_afterwards(shop: Shop) -> None:
    before = shop.state.read_bytes()
    looked(shop, Question(tree(DEAR)))
    assert shop.state.read_bytes() == before
    assert query(shop.state, "SELECT count(*) FROM runs") == [(2,)]
    assert "unlisted" in tables(shop.state)


# -- it is true ----------------------------------------------------------------------------------------

CONDITIONS = (
    DEAR,
    RED,
    {"attribute": "sku", "contains": "E"},
    {"attribute": "type", "is": "simple"},
    {"attribute": "quantity", "less_than": 5},
    {"attribute": "color", "is_undefined": True},
)
groups = st.recursive(
    st.sampled_from(CONDITIONS),
    lambda inner: st.builds(
        lambda head, are, parts: {head: parts, "are": are},
        st.sampled_from(["all", "any"]), st.booleans(), st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)  # fmt: skip
PLACES = {
    "active": Which.ELIGIBLE,
    "ineligible": Which.INELIGIBLE,
    "ready-to-list": Which.NEW,
    "incomplete": Which.NEW,
}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=groups)
def test_the_preview_is_what_the_next_import_then_does(shop: Shop, raw: object) -> None:
    """The rules are looked at, then put into force: the tabs are the lists, and the moves its changes."""
    rules = tree(raw)
    before = _places(shop)
    rows, figures = looked(shop, Question(rules))
    config = shop.config()
    ours = replace(config.stores[0], settings=replace(config.stores[0].settings, rules=rules))

    from amzsync.workflows.import_listings import import_listings

    import_listings(replace(config, stores=(ours,)), "{}", now=LATER)

    after = _places(shop)
    assert {key: row.which for key, row in _keyed(rows).items()} == after
    assert {key: row.change for key, row in _keyed(rows).items()} == {
        key: before.get(key) is not which for key, which in after.items()
    }
    gone = [key for key, which in before.items() if which is Which.NEW and key not in after]
    assert figures.no_longer_new == len(gone)


def _keyed(rows: list[PreviewRow]) -> dict[tuple[bool, str], PreviewRow]:
    return {(row.seller_sku is not None, row.seller_sku or row.sku): row for row in rows}


def _places(shop: Shop) -> dict[tuple[bool, str], Which]:
    rows = query(
        shop.state,
        "SELECT 1, seller_sku, tab FROM v_listings WHERE tab IN ('active', 'ineligible') AND missing_since IS NULL "
        "UNION ALL SELECT 0, sku, tab FROM v_unlisted",
    )
    return {(listed == 1, sku): PLACES[tab] for listed, sku, tab in rows}
