"""Second seller SKUs and other ASINs: what is refused, what is kept, and that the product stays the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from amzsync.errors import UsageError
from amzsync.results.aliases import Given
from amzsync.store import aliases as kept
from amzsync.store import catalogue, state, stores
from amzsync.store.catalogue import Found, Restriction
from amzsync.workflows import aliases
from tests.factories import NOW, Shop, StoreFiles, asin, dump, listing, product, query

KEY = "09520000000011"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop with listings in two stores; X is matched by its ASIN."""
    shop = Shop(tmp_path)
    shop.products = [product(sku) for sku in ("A", "B", "GONE")]
    shop.products.append(product("P", attributes={"asin": asin(5)}))
    us = [listing("A", asin1=asin(1)), listing("B", asin1=asin(2)), listing("S", asin1=asin(8))]
    shop.stores = {
        "us": StoreFiles(listings=[*us, listing("X", asin1=asin(5))]),
        "ca": StoreFiles("CA", listings=[listing("A", asin1=asin(1))]),
    }
    shop.us.ended = [
        {"seller_sku": "GONE", "asin": asin(9), "title": "", "sku": "GONE", "ended_at": NOW}
    ]
    shop.run()
    return shop


def add(
    shop: Shop, name: str, new: str, *, store: str | None = "us", given: str | None = None
) -> Given:
    return aliases.add(
        shop.config(), name, new, store=store, asin=given, remove_existing=False, now=NOW
    )


def history(shop: Shop) -> list[tuple[object, ...]]:
    return query(
        shop.state, "SELECT store, seller_sku, field, old, new FROM v_changes ORDER BY run_id"
    )


def told(shop: Shop, *, parent: int = 0, code: str | None = None) -> None:
    """Have Amazon tell of the ASIN asin(7)."""
    with state.writing(shop.state, command="a test", now=NOW) as current:
        store_id = stores.known(current.db)["us"].store_id
        page = Found(KEY, asin(7), None, None, parent)
        catalogue.record(current.db, "US", NOW, [KEY], [page])
        if code is not None:
            row = Restriction(asin(7), "new_new", code, "", "")
            catalogue.record_restrictions(current.db, store_id, NOW, [row])


def marked(shop: Shop) -> list[tuple[str]]:
    """Return the listings that are to be planned anew, and forget them."""
    with state.writing(shop.state, command="a test", now=NOW) as current:
        sql = "SELECT seller_sku FROM unplanned_listings JOIN listings USING (listing_id)"
        found = current.db.execute(sql).fetchall()
        current.db.execute("DELETE FROM unplanned_listings")
        return found


def test_whatever_is_decided_marks_the_listing_to_be_planned(shop: Shop) -> None:
    config = shop.config()
    marked(shop)
    add(shop, "A", "N")
    assert marked(shop) == [("A",)]
    aliases.remove(config, "N", store=None, now=NOW)
    assert marked(shop) == [("A",)]
    aliases.reassign(config, "B", asin(7), store=None, now=NOW)
    assert marked(shop) == [("B",)]
    aliases.keep(config, "B", store=None, now=NOW)
    assert marked(shop) == [("B",)]


class TestAlias:
    def test_it_takes_the_product_and_the_asin_of_its_listing(self, shop: Shop) -> None:
        given = add(shop, "A", "A-US")

        assert given == Given("us", "A", "A-US", asin(1), asin(1))
        with state.reading(shop.state) as current:
            (one,) = aliases.listed(current, shop.config(), store=None)
        assert (one.sku, one.of_sku, one.asin, one.listed) == ("A", "A", asin(1), False)
        assert history(shop) == [("us", "A", "alias", None, "A-US")]

    def test_under_another_asin_it_says_that_nobody_has_validated_that(self, shop: Shop) -> None:
        given = add(shop, "A", "A-US", given=asin(7).lower())

        assert given.asin == asin(7)
        assert ["is not validated" in remark for remark in given.remarks] == [True]

    def test_once_amazon_has_it_it_is_a_listing_of_its_product(self, shop: Shop) -> None:
        add(shop, "A", "ZZ", given=asin(7))
        assert shop.us.listings is not None
        shop.us.listings.append(listing("ZZ", asin1=asin(7)))
        shop.run()

        sql = "SELECT sku, matched_by, tab FROM v_listings WHERE seller_sku = 'ZZ'"
        assert query(shop.state, sql) == [("A", "pin", "active")]
        with pytest.raises(UsageError, match="is a listing by now"):
            aliases.remove(shop.config(), "ZZ", store=None, now=NOW)

    def test_one_that_waits_can_be_taken_back(self, shop: Shop) -> None:
        add(shop, "A", "A-US")
        aliases.remove(shop.config(), "A-US", store=None, now=NOW)

        with state.reading(shop.state) as current:
            assert aliases.listed(current, shop.config(), store=None) == []
        assert history(shop)[-1] == ("us", "A", "alias", "A-US", None)

    def test_an_ended_listing_can_have_one(self, shop: Shop) -> None:
        assert add(shop, "GONE", "GONE-2").asin == asin(9)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param(("NONE", "N"), "no listing NONE in store us", id="unknown"),
            pytest.param(("S", "N"), "has no product", id="unmatched"),
            pytest.param(("A", "B"), "the name of a product of Commerce", id="a product's SKU"),
            pytest.param(("A", "x"), "the name of a listing", id="a listing, in capitals"),
            pytest.param(("A", "x" * 41), "at most 40", id="too long"),
        ],
    )
    def test_what_cannot_be_is_refused(self, shop: Shop, words: tuple[str, str], said: str) -> None:
        before = dump(shop.state)

        with pytest.raises(UsageError, match=said):
            add(shop, *words)
        assert dump(shop.state) == before

    def test_two_listings_are_not_given_the_same(self, shop: Shop) -> None:
        add(shop, "A", "N")
        with pytest.raises(UsageError, match="the name of an alias"):
            add(shop, "A", "N", store="ca")

    def test_a_listing_of_several_stores_needs_one(self, shop: Shop) -> None:
        with pytest.raises(UsageError, match="several stores: us, ca"):
            add(shop, "A", "N", store=None)

    def test_one_that_is_not_there_cannot_be_taken_back(self, shop: Shop) -> None:
        with pytest.raises(UsageError, match="no alias N"):
            aliases.remove(shop.config(), "N", store=None, now=NOW)


class TestAsin:
    def reassign(self, shop: Shop, name: str = "A", new: str = asin(7)) -> Given:
        return aliases.reassign(shop.config(), name, new, store="us", now=NOW)

    def wanted(self, shop: Shop) -> list[str]:
        with state.reading(shop.state) as current:
            store_id = stores.known(current.db)["us"].store_id
            return [one.asin for one in kept.reassigned(current.db, store_id).values()]

    def test_another_asin_is_noted_and_the_listing_stays(self, shop: Shop) -> None:
        given = self.reassign(shop)

        assert (given.old_asin, given.asin, self.wanted(shop)) == (asin(1), asin(7), [asin(7)])
        assert history(shop) == [("us", "A", "new_asin", None, asin(7))]
        sql = "SELECT asin FROM v_listings WHERE store = 'us' AND seller_sku = 'A'"
        assert query(shop.state, sql) == [(asin(1),)]

    def test_what_amazon_has_told_needs_no_remark(self, shop: Shop) -> None:
        told(shop, code="")
        assert self.reassign(shop).remarks == ()

    @pytest.mark.parametrize(
        ("parent", "code", "said"),
        [(1, "", "a page with variants"), (0, "NOT_ELIGIBLE", "does not let you sell")],
    )
    def test_what_amazon_would_refuse_is_refused(
        self, shop: Shop, parent: int, code: str, said: str
    ) -> None:
        told(shop, parent=parent, code=code)

        with pytest.raises(UsageError, match=said):
            self.reassign(shop)
        assert self.wanted(shop) == []

    @pytest.mark.parametrize(
        ("name", "new", "said"),
        [
            ("A", asin(1), "has the ASIN B0TEST0001 already"),
            ("A", "BASKETBALL", "BASKETBALL is no ASIN"),
            ("S", asin(7), "has no product"),
            ("GONE", asin(7), "in tab Ended"),
            ("NONE", asin(7), "no listing NONE"),
        ],
    )
    def test_what_cannot_be_is_refused(self, shop: Shop, name: str, new: str, said: str) -> None:
        with pytest.raises(UsageError, match=said):
            self.reassign(shop, name, new)

    def test_a_listing_that_its_asin_joins_to_its_product_is_to_be_pinned(self, shop: Shop) -> None:
        remarks = self.reassign(shop, "X").remarks

        assert any("amzsync match pin X P --store us" in remark for remark in remarks)

    def test_it_can_be_changed_and_taken_back(self, shop: Shop) -> None:
        self.reassign(shop)
        self.reassign(shop, new=asin(6))
        assert self.wanted(shop) == [asin(6)]

        given = aliases.keep(shop.config(), "A", store="us", now=NOW)
        assert (given.asin, self.wanted(shop)) == (asin(1), [])
        with pytest.raises(UsageError, match="is not to have another ASIN"):
            aliases.keep(shop.config(), "A", store="us", now=NOW)

    def test_the_same_again_is_no_run(self, shop: Shop) -> None:
        self.reassign(shop)
        before = dump(shop.state)
        self.reassign(shop)

        assert dump(shop.state) == before

    def test_it_is_done_when_the_listing_has_it(self, shop: Shop) -> None:
        self.reassign(shop)
        assert shop.us.listings is not None
        shop.us.listings[0] = listing("A", asin1=asin(7))
        shop.run()

        assert self.wanted(shop) == []
