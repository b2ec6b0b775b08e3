"""The brakes: what would change too much, or is not what it should be, changes nothing without force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from amzsync.errors import AmzsyncError, ConfigError, InputError, UnsafeInput, UsageError
from tests.factories import (
    Shop,
    StoreFiles,
    asin,
    canonical,
    differing,
    dump,
    listing,
    product,
    query,
    tables,
)

NUMBERS = range(1, 21)
Change = Callable[[Shop], None]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Return a shop of twenty products, each with its listing, imported once."""
    shop = Shop(tmp_path)
    shop.products = [product(f"P{n}", price=f"{n}.000000") for n in NUMBERS]
    shop.us.listings = [listing(f"P{n}", price=f"{n}.00", asin1=asin(n)) for n in NUMBERS]
    shop.run()
    return shop


def all_but(count: int, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return rows[:-count] if count else rows


def listings_vanish(count: int) -> Change:
    def change(shop: Shop) -> None:
        shop.us.listings = all_but(count, shop.us.listings or [])

    return change


def products_vanish(count: int) -> Change:
    def change(shop: Shop) -> None:
        shop.products = all_but(count, shop.products)

    return change


def prices(rows: str, column: str, count: int, factor: float) -> Change:
    def change(shop: Shop) -> None:
        for row in (shop.products if rows == "products" else shop.us.listings or [])[:count]:
            row["price"] = f"{float(row[column]) * factor:.2f}"

    return change


def twice(rows: str) -> Change:
    def change(shop: Shop) -> None:
        found = shop.products if rows == "products" else (shop.us.listings or [])
        found.append({**found[2], "price": "99.00"})

    return change


def foreign(channel: str, opened: str) -> Change:
    def change(shop: Shop) -> None:
        for row in shop.us.listings or []:
            row |= {"fulfillment-channel": channel, "open-date": opened}

    return change


def emptied(rows: str) -> Change:
    def change(shop: Shop) -> None:
        if rows == "products":
            shop.products = []
        else:
            shop.us.listings = []

    return change


REFUSED: dict[str, tuple[Change, type[AmzsyncError], tuple[str, ...]]] = {
    "listings vanished": (
        listings_vanish(5),
        UnsafeInput,
        ("5 of 20", "listings of store us", "25%", "3 and 20%"),
    ),
    "products vanished": (
        products_vanish(5),
        UnsafeInput,
        ("5 of 20", "products", "25%", "3 and 20%"),
    ),
    "half of the prices on Amazon and one": (
        prices("listings", "price", 11, 1.1),
        UnsafeInput,
        ("11 of 20", "55%", "3 and 50%"),
    ),
    "half of the prices in Commerce and one": (
        prices("products", "price", 11, 1.1),
        UnsafeInput,
        ("11 of 20", "55%", "3 and 50%"),
    ),
    "prices a hundredfold on Amazon": (
        prices("listings", "price", 5, 100),
        UnsafeInput,
        ("5 of 20", "by a factor of 3", "3 and 20%"),
    ),
    "prices a hundredfold in Commerce": (
        prices("products", "price", 5, 100),
        UnsafeInput,
        ("5 of 20", "by a factor of 3", "3 and 20%"),
    ),
    "prices to a hundredth": (
        prices("listings", "price", 5, 0.01),
        UnsafeInput,
        ("5 of 20", "by a factor of 3"),
    ),
    "an empty report": (emptied("listings"), UnsafeInput, ("us-all.txt", "a heading and no rows")),
    "an empty export": (emptied("products"), UnsafeInput, ("products.csv", "no rows")),
    "a report fulfilled elsewhere": (
        foreign("AMAZON_EU", ""),
        InputError,
        ("store us", "20 of 20", "AMAZON_EU", "amazon.com"),
    ),
    "a report dated elsewhere": (
        foreign("DEFAULT", "04/03/2025 05:06:07 MET"),
        InputError,
        ("store us", "20 of 20", "MET"),
    ),
    "a seller SKU twice": (
        twice("listings"),
        UnsafeInput,
        ("us-all.txt", "P3 twice", "lines 4 and 22"),
    ),
    "a SKU twice": (twice("products"), UnsafeInput, ("products.csv", "P3 twice", "lines 4 and 22")),
}


@pytest.mark.parametrize(("change", "error", "figures"), REFUSED.values(), ids=REFUSED)
class TestRefusedImport:
    def test_says_what_is_wrong_with_its_figures_and_exits_65(
        self, shop: Shop, change: Change, error: type[AmzsyncError], figures: tuple[str, ...]
    ) -> None:
        change(shop)
        with pytest.raises(error) as caught:
            shop.run()
        assert caught.value.exit_code == 65
        missing = [figure for figure in figures if figure not in caught.value.message]
        assert (caught.value.message, missing) == (caught.value.message, [])
        assert "--force" in caught.value.next_step

    def test_leaves_the_state_as_it_was_but_for_a_line_in_runs(
        self, shop: Shop, change: Change, error: type[AmzsyncError], figures: tuple[str, ...]
    ) -> None:
        before = dump(shop.state, without={"runs"})
        change(shop)
        with pytest.raises(error) as caught:
            shop.run(now="2026-11-23T06:00:00Z")
        assert differing(dump(shop.state, without={"runs"}), before) == {}
        runs = query(
            shop.state,
            "SELECT command, started_at, outcome, message FROM runs WHERE outcome <> 'done'",
        )
        assert runs == [("import-listings", "2026-11-23T06:00:00Z", "refused", str(caught.value))]

    def test_passes_with_force(
        self, shop: Shop, change: Change, error: type[AmzsyncError], figures: tuple[str, ...]
    ) -> None:
        change(shop)
        result = shop.run(force=True)
        assert result.run_id == 2
        assert query(shop.state, "SELECT outcome FROM runs") == [("done",), ("done",)]

    def test_is_refused_again_the_next_time(
        self, shop: Shop, change: Change, error: type[AmzsyncError], figures: tuple[str, ...]
    ) -> None:
        change(shop)
        messages = []
        for _ in range(2):
            with pytest.raises(error) as caught:
                shop.run()
            messages.append(str(caught.value))
        assert messages[0] == messages[1]


ALLOWED: dict[str, Change] = {
    "three listings of twenty vanish": listings_vanish(3),
    "four listings of twenty vanish": listings_vanish(4),
    "four products of twenty vanish": products_vanish(4),
    "half of the prices change": prices("listings", "price", 10, 1.1),
    "four prices leap": prices("products", "price", 4, 100),
    "two seller SKUs come twice, word for word": lambda shop: (shop.us.listings or []).extend(
        (shop.us.listings or [])[:2]
    ),
}


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_an_ordinary_day_passes(shop: Shop, change: Change) -> None:
    change(shop)
    assert shop.run().run_id == 2


def test_a_share_beyond_the_limit_of_few_rows_passes(tmp_path: Path) -> None:
    shop = Shop(tmp_path, products=[product(sku) for sku in "ABCDE"])
    shop.us.listings = [listing(sku) for sku in "ABCDE"]
    shop.run()
    shop.us.listings = shop.us.listings[:2]
    assert shop.run().stores[0].tabs["active"] == 5  # three of them not seen


def test_the_limits_come_from_the_configuration(shop: Shop) -> None:
    listings_vanish(5)(shop)
    shop.guards = "vanished_rows = 2\nvanished_share = 0.3"
    assert shop.run().run_id == 2
    shop.guards = "vanished_rows = 0\nvanished_share = 0.05"
    listings_vanish(1)(shop)
    with pytest.raises(UnsafeInput, match=r"1 of 15 .*the limit is 0 and 5%"):
        shop.run()


class TestFirstImport:
    def test_that_is_refused_leaves_no_listings_and_no_store(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product("A")])
        shop.us.listings = [listing("A"), listing("A", price="1.00")]
        with pytest.raises(UnsafeInput):
            shop.run()
        kept = {table: rows for table, rows in dump(shop.state, without={"runs"}).items() if rows}
        assert [row[0] for row in kept.pop("meta")] == ["home"]  # where the state belongs
        assert kept == {}
        assert query(shop.state, "SELECT outcome FROM runs") == [("refused",)]

    def test_that_was_refused_is_made_good_by_the_next(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path / "a", products=[product("A")])
        shop.us.listings = [listing("A"), listing("A", price="1.00")]
        with pytest.raises(UnsafeInput):
            shop.run()
        straight = Shop(tmp_path / "b", products=[product("A")])
        shop.us.listings = straight.us.listings = [listing("A")]
        shop.run()
        straight.run()
        assert differing(canonical(shop.state), canonical(straight.state)) == {}


class TestStores:
    def two(self, folder: Path) -> Shop:
        shop = Shop(folder, products=[product("A", product_websites="base,de")])
        shop.us.listings = [listing("A")]
        german = [listing("A", open_date="04/03/2025 05:06:07 MET")]
        shop.stores["de"] = StoreFiles("DE", "de", listings=german)
        return shop

    def test_given_the_same_report_are_refused(self, tmp_path: Path) -> None:
        shop = self.two(tmp_path)
        shop.stores["de"].listings = shop.us.listings
        with pytest.raises(
            InputError, match="Stores us and de were given the same report"
        ) as caught:
            shop.run()
        assert caught.value.exit_code == 65

    @pytest.mark.parametrize("setting", ["marketplace", "seller_id"])
    def test_keep_their_identity(self, tmp_path: Path, setting: str) -> None:
        shop = self.two(tmp_path)
        shop.run()
        before = dump(shop.state, without={"runs"})
        setattr(shop.us, setting, {"marketplace": "CA", "seller_id": "A2OTHER"}[setting])
        with pytest.raises(ConfigError, match="Store us is A2EXAMPLE in US") as caught:
            shop.run(force=True)
        assert caught.value.exit_code == 78
        assert "new name" in caught.value.next_step
        assert differing(dump(shop.state, without={"runs"}), before) == {}

    def test_refused_in_one_store_nothing_is_imported_in_the_other(self, tmp_path: Path) -> None:
        shop = self.two(tmp_path)
        shop.run()
        before = dump(shop.state, without={"runs"})
        shop.us.listings = [listing("A", price="11.00"), listing("B")]
        shop.stores["de"].listings = []
        with pytest.raises(UnsafeInput):
            shop.run()
        assert differing(dump(shop.state, without={"runs"}), before) == {}

    def test_unknown_names_are_refused_before_anything_is_made(self, tmp_path: Path) -> None:
        shop = self.two(tmp_path)
        with pytest.raises((ConfigError, UsageError), match="There is no store fr"):
            shop.run(store="fr")
        assert not shop.state.exists()


NO_REPORTS = {
    "a web page": b"<!DOCTYPE html><html><body>Service Unavailable</body></html>\n",
    "XML": b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>\n',
    "JSON": b'{"errors": []}\n',
    "nothing": b"",
    "a cut gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\x56",
    "an orders report": b"amazon-order-id\tsku\tquantity\r\n1-2-3\tA\t1\r\n",
}


@pytest.mark.parametrize("content", NO_REPORTS.values(), ids=NO_REPORTS)
@pytest.mark.parametrize("force", [False, True])
def test_what_is_no_report_is_refused_with_force_or_without(
    shop: Shop, content: bytes, force: bool
) -> None:
    before = dump(shop.state, without={"runs"})
    (shop.folder / "reports" / "us-all.txt").write_bytes(content)
    with pytest.raises(InputError) as caught:
        shop.import_files(force=force)
    assert (caught.value.exit_code, bool(caught.value.next_step)) == (65, True)
    assert "us-all.txt" in caught.value.message
    assert differing(dump(shop.state, without={"runs"}), before) == {}


class TestDryRun:
    def test_makes_no_state_where_there_was_none(self, tmp_path: Path) -> None:
        shop = Shop(tmp_path, products=[product("A")])
        shop.us.listings = [listing("A")]
        result = shop.run(dry_run=True)
        assert (result.dry_run, result.stores[0].tabs["active"]) == (True, 1)
        assert not [path.name for path in tmp_path.glob("amzsync.db*")]

    def test_changes_no_byte_of_the_state(self, shop: Shop) -> None:
        shop.run()  # write-ahead logging is set by now
        before = content(shop)
        listings_vanish(3)(shop)
        shop.products.append(product("NEW"))
        result = shop.run(dry_run=True)
        assert result.changes > 0
        assert content(shop) == before

    def test_tells_of_a_refusal_and_writes_none_down(self, shop: Shop) -> None:
        before = content(shop)
        listings_vanish(10)(shop)
        with pytest.raises(UnsafeInput):
            shop.run(dry_run=True)
        assert content(shop) == before

    def test_finds_what_the_import_then_finds(self, shop: Shop) -> None:
        listings_vanish(2)(shop)
        rehearsed, done = shop.run(dry_run=True), shop.run()
        assert told(rehearsed) == told(done)


def content(shop: Shop) -> tuple[bytes, int]:
    return shop.state.read_bytes(), len(tables(shop.state))


def told(result: Any) -> tuple[object, ...]:
    return (result.products, result.changes, [(s.tabs, s.matches) for s in result.stores])


class TestAStoreThatHadAnAllListingsReport:
    def without_it(self, shop: Shop) -> None:
        shop.write()
        rows = "".join(f"P{n}\t{asin(n)}\t{n}.00\t5\n" for n in NUMBERS)
        report = shop.folder / "reports" / "us-all.txt"
        assert report.exists()
        report.write_text("sku\tasin\tprice\tquantity\n" + rows)

    def test_is_not_imported_without_one(self, shop: Shop) -> None:
        before = canonical(shop.state)
        self.without_it(shop)
        with pytest.raises(UnsafeInput, match="had an all-listings report until now"):
            shop.import_files()
        assert canonical(shop.state) == before

    def test_goes_on_without_one_with_force(self, shop: Shop) -> None:
        self.without_it(shop)
        shop.import_files(force=True)
        assert query(shop.state, "SELECT count(*) FROM report_rows") == [(20,)]
