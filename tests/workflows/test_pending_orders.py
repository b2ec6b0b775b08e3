"""What pending orders hold of the stock: taken from the newest report, let go when it is over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from amzsync.config import Amazon, Commerce, Config, Store
from amzsync.core.guards import Limits
from amzsync.core.mapping import Mapping
from amzsync.core.marketplaces import by_code
from amzsync.errors import InputError, MissingInput, UnsafeInput
from amzsync.store import pending, runs, state, stores
from amzsync.workflows import pending_orders
from amzsync.workflows.sorting import Place, Run
from tests.factories import as_tsv

COLUMNS = (
    "amazon-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel",
    "sales-channel", "sku", "item-status", "quantity", "ship-city", "ship-postal-code",
)  # fmt: skip
NOW = "2026-11-23T12:00:00Z"
TOWN = "Musterstadt"
Cells = dict[str, str]


def order(number: int, sku: str = "a", *, units: int = 1, day: int = 22, **changed: str) -> Cells:
    at = f"2026-11-{day:02d}T10:00:00+00:00"
    cells = {
        "amazon-order-id": f"302-0000000-{number:07d}",
        "purchase-date": at,
        "last-updated-date": at,
        "order-status": "Pending",
        "fulfillment-channel": "Merchant",
        "sales-channel": "Amazon.com",
        "sku": sku,
        "item-status": "Unshipped",
        "quantity": str(units),
        "ship-city": TOWN,
        "ship-postal-code": "99999",
    }
    return cells | {name.replace("_", "-"): value for name, value in changed.items()}


class Shop:
    """A state file with one or several stores, and their orders reports."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._age = 0
        self.stores: dict[str, Store] = {}
        self.db = stack.enter_context(
            state.writing(folder / "amzsync.db", command="a test", now=NOW)
        ).db
        self.run_id = runs.begin(self.db, "a test", NOW)
        self.add("us", "US", "orders/us-*.txt")

    def add(self, name: str, marketplace: str, *orders: str) -> None:
        place = by_code(marketplace)
        assert place is not None
        self.stores[name] = Store(
            name, place, "A2EXAMPLE", "base", None, ("listings.txt",), None, None, orders=orders
        )
        stores.add(
            self.db,
            name=name,
            marketplace=marketplace,
            seller_id="A2EXAMPLE",
            website="base",
            currency=place.currency,
            exponent=place.exponent,
            run_id=self.run_id,
        )

    def report(self, rows: Sequence[Cells], name: str = "us-orders.txt", *, cut: int = 0) -> Path:
        path = self.folder / "orders" / name
        path.parent.mkdir(exist_ok=True)
        content = as_tsv(COLUMNS, rows)
        path.write_bytes(content[: len(content) - cut])
        self._age += 1
        os.utime(path, (1_790_000_000 + self._age, 1_790_000_000 + self._age))
        return path

    def run(self, name: str = "us", *, now: str = NOW, force: bool = False) -> set[str]:
        """Bring one store's pending orders up to date; return the seller SKUs that changed."""
        config = Config(
            path=self.folder / "amzsync.toml",
            state=self.folder / "amzsync.db",
            commerce=Commerce("products.csv", None, (), None, "mdy"),
            mapping=Mapping(
                attributes={}, seller_sku=("sku",), order=("seller_sku",), condition=None
            ),
            pins=None,
            stores=tuple(self.stores.values()),
            limits=Limits(),
            accounts=(),
            amazon=Amazon(240, 60, self.folder / "documents", 30),
        )
        run = Run(self.db, self.run_id, now, config, force)
        return pending_orders.bring_up_to_date(run, Place(self.stores[name], self.id_of(name)))

    def id_of(self, name: str) -> int:
        return stores.known(self.db)[name].store_id

    def held(self, name: str = "us") -> dict[str, int]:
        return pending.sums(self.db, self.id_of(name), ["a", "b", "c"])

    def readings(self) -> int:
        return len(self.db.execute("SELECT 1 FROM sources WHERE kind = 'orders'").fetchall())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with ExitStack() as stack:
        yield Shop(tmp_path, stack)


def test_pending_orders_that_the_merchant_ships_hold_stock(shop: Shop) -> None:
    shop.report([order(1), order(1, "b", units=3), order(2, units=2)])
    assert shop.run() == {"a", "b"}
    assert shop.held() == {"a": 3, "b": 3}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"fulfillment_channel": "Amazon"}, id="Amazon ships it"),
        pytest.param({"order_status": "Unshipped"}, id="Commerce has it by now"),
        pytest.param({"order_status": "Shipped"}, id="it has been shipped"),
        pytest.param({"order_status": "Cancelled", "quantity": "0"}, id="it was cancelled"),
        pytest.param({"item_status": "Cancelled"}, id="its line was cancelled"),
        pytest.param({"quantity": "0"}, id="none was ordered"),
        pytest.param({"order_status": "Something New"}, id="its status is not known"),
    ],
)
def test_no_other_order_holds_stock(shop: Shop, other: Cells) -> None:
    shop.report([order(1) | {name.replace("_", "-"): value for name, value in other.items()}])
    assert shop.run() == set()
    assert shop.held() == {}


def test_a_report_that_has_not_changed_is_not_read_again(shop: Shop) -> None:
    shop.report([order(1)])
    assert [shop.run(), shop.run()] == [{"a"}, set()]
    assert (shop.held(), shop.readings()) == ({"a": 1}, 1)


def test_an_order_that_is_paid_by_the_next_report_holds_no_more(shop: Shop) -> None:
    shop.report([order(1), order(2, "b")])
    shop.run()
    shop.report([order(1, last_updated_date="2026-11-23T09:00:00Z", order_status="Unshipped")])
    assert shop.run() == {"a"}
    assert shop.held() == {"b": 1}


def test_an_order_that_the_next_report_does_not_reach_back_to_stays(shop: Shop) -> None:
    shop.report([order(1, day=20)])
    shop.run()
    shop.report([order(2, "b", day=22)])
    assert shop.run() == {"b"}
    assert shop.held() == {"a": 1, "b": 1}


def test_an_order_that_a_newer_report_covers_and_lacks_has_gone(shop: Shop) -> None:
    shop.report([order(1, day=20)])
    shop.run()
    shop.report([order(2, "b", day=19), order(3, "b", day=22)])
    assert shop.run() == {"a", "b"}
    assert shop.held() == {"b": 2}


def test_an_order_is_not_thought_gone_where_a_row_could_not_be_read(shop: Shop) -> None:
    shop.report([order(1, day=20)])
    shop.run()
    shop.report([order(2, "b", day=19), order(3, "b", day=22), order(1, quantity="?")])
    assert shop.run() == {"b"}
    assert shop.held() == {"a": 1, "b": 2}


def test_an_older_report_lets_no_newer_order_go(shop: Shop) -> None:
    shop.report([order(1, day=22)])
    shop.run()
    shop.report([order(2, "b", day=10), order(3, "b", day=20)])
    shop.run()
    assert shop.held() == {"a": 1, "b": 2}


def test_a_report_without_orders_changes_nothing(shop: Shop) -> None:
    shop.report([order(1)])
    shop.run()
    shop.report([])
    assert shop.run() == set()
    assert shop.held() == {"a": 1}


def test_an_order_is_pending_no_longer_than_amazon_leaves_it_so(shop: Shop) -> None:
    shop.report([order(1, day=2), order(2, "b", day=22)])
    assert shop.run(now="2026-11-23T10:00:00Z") == {"a", "b"}
    assert shop.run(now="2026-11-23T10:00:01Z") == {"a"}
    assert shop.held() == {"b": 1}


def test_an_order_of_no_known_day_stays_only_until_the_next_report(shop: Shop) -> None:
    shop.report([order(1, purchase_date="")])
    shop.run()
    shop.run(now="2027-11-23T10:00:00Z")
    assert shop.held() == {"a": 1}
    shop.report([order(2, "b")])
    shop.run()
    assert shop.held() == {"b": 1}


def test_of_several_reports_the_newest_counts(shop: Shop) -> None:
    shop.report([order(1)], "us-z.txt")
    shop.report([order(2, "b")], "us-a.txt")
    assert shop.run() == {"b"}


def test_of_one_report_for_a_region_each_store_that_reads_it_takes_its_own(shop: Shop) -> None:
    shop.add("ca", "CA", "orders/us-*.txt")
    channels = {1: "Amazon.com", 2: "Amazon.ca", 3: "Amazon.com.mx"}
    rows = [order(number, units=number, sales_channel=name) for number, name in channels.items()]
    shop.report(rows)
    # Mexico's orders are no store's own: that both hold them back is better than that neither does.
    assert (shop.run("us"), shop.run("ca")) == ({"a"}, {"a"})
    assert (shop.held("us"), shop.held("ca")) == ({"a": 4}, {"a": 5})


def test_orders_of_other_marketplaces_are_held_by_the_only_store_that_reads_a_report(
    shop: Shop,
) -> None:
    shop.add("ca", "CA")
    shop.report([order(1), order(2, sales_channel="Amazon.ca")])
    shop.run("us")
    assert shop.held("us") == {"a": 2}
    shop.stores["ca"] = replace(shop.stores["ca"], orders=("orders/us-*.txt",))
    assert shop.run("us") == {"a"}
    assert shop.held("us") == {"a": 1}


def test_another_sellers_store_takes_no_orders_away(shop: Shop) -> None:
    shop.add("ca", "CA", "orders/us-*.txt")
    shop.stores["ca"] = replace(shop.stores["ca"], seller_id="AOTHER")
    shop.report([order(1), order(2, sales_channel="Amazon.ca")])
    shop.run("us")
    assert shop.held("us") == {"a": 2}


def test_a_store_that_names_no_report_any_more_holds_nothing(shop: Shop) -> None:
    shop.report([order(1)])
    shop.run()
    named = shop.stores["us"]
    shop.stores["us"] = replace(named, orders=())
    assert (shop.run(), shop.held(), shop.run()) == ({"a"}, {}, set())
    shop.stores["us"] = named
    assert (shop.run(), shop.held()) == ({"a"}, {"a": 1})


def test_rows_that_cannot_be_read_are_kept_without_the_buyers_town(shop: Shop) -> None:
    shop.report([order(1), order(2, "b", quantity="x")])
    shop.run()
    (found,) = shop.db.execute("SELECT line, key, reason, raw FROM rejects").fetchall()
    assert found == (3, "b", "quantity 'x' is not a whole number of units", "")
    assert TOWN not in "".join(shop.db.iterdump())


def spoilt(shop: Shop, count: int) -> Path:
    return shop.report([order(1), *(order(n, quantity="x") for n in range(2, count + 2))])


REFUSED: dict[str, tuple[Callable[[Shop], Path], str]] = {
    "one that is cut off": (
        lambda shop: shop.report([order(1), order(2)], cut=12),
        r"us-orders\.txt ends in the middle of a row \(line 3\): it was cut off",
    ),
    "one that is mostly unreadable": (
        lambda shop: spoilt(shop, 4),
        r"4 of 5 rows \(80%\) cannot be read.* The first is on line 3: quantity 'x'",
    ),
}


@pytest.mark.parametrize(("write", "words"), REFUSED.values(), ids=REFUSED)
def test_a_report_that_cannot_be_trusted_is_refused_until_the_user_overrules_that(
    shop: Shop, write: Callable[[Shop], Path], words: str
) -> None:
    shop.report([order(9, "c")])
    shop.run()
    write(shop)
    with pytest.raises(UnsafeInput, match=words):
        shop.run()
    assert (shop.held(), shop.readings()) == ({"c": 1}, 1)
    assert shop.run(force=True) >= {"a"}


def test_another_document_is_refused(shop: Shop) -> None:
    shop.report([]).write_bytes(b"item-name\tseller-sku\tprice\r\nKettle\ta\t1.00\r\n")
    with pytest.raises(InputError, match=r"us-orders\.txt is no all-orders report"):
        shop.run()


def test_a_report_that_is_not_there_is_missed(shop: Shop) -> None:
    with pytest.raises(MissingInput, match=r"No file orders/us-\*\.txt"):
        shop.run()


def test_a_report_in_western_letters_is_read(shop: Shop) -> None:
    path = shop.report([order(1, ship_city="Köln")])
    path.write_bytes(path.read_bytes().decode().encode("cp1252"))
    shop.run()
    assert shop.held() == {"a": 1}
