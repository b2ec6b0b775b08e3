"""What goes into one feed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.factories import product
from tests.workflows.test_sync_throttled import changed_shop

MORE = 1_700  # listings: so many that even what lowers stock goes into a feed


def test_a_listing_has_one_message_even_where_it_costs_more_and_there_is_less_of_it(
    tmp_path: Path,
) -> None:
    with changed_shop(tmp_path, MORE, budget=40) as shop:
        shop.products = [
            product(name, price="21.50", qty="3") for name in list(shop.seller.listings)
        ]
        shop.write()
        shop.syncs(3)
        feeds = shop.simulator.feeds.feeds.values()
        assert sum(len(feed.messages) for feed in feeds) >= 1_500
        for feed in feeds:
            named = Counter(str(message["sku"]) for message in feed.messages)
            assert set(named.values()) == {1}
        found = {(one.price, one.quantity) for one in shop.seller.listings.values()}
        assert found == {("21.5", 3)} or found == {("21.50", 3)}
        assert shop.simulator.writes.twice() == []
