"""Laws of quantities: what a listing offers is never more than may be sold."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.conditions import Group
from amzsync.core.product_facts import ProductFacts
from amzsync.core.quantities import Quantities, steps_text
from amzsync.core.settings import Buffer, BufferRule, QuantitySettings, Sharing
from tests.core.test_quantities import count, facts, having

flags = st.sampled_from([None, 0, 1])
stocks = st.none() | st.integers(-20_000, 400_000)
buffers = st.builds(
    Buffer,
    percent=st.booleans(),
    amount=st.decimals(0, 100, places=2, allow_nan=False, allow_infinity=False),
)
rules = st.lists(
    st.builds(
        BufferRule,
        name=st.text("abcdef", min_size=1, max_size=3),
        buffer=buffers,
        priority=st.none() | st.integers(1, 3),
        conditions=st.sampled_from([having("color", "red"), having("color", "blue"), Group()]),
    ),
    max_size=4,
    unique_by=lambda rule: rule.name,
).map(tuple)
settings_of = st.builds(
    QuantitySettings,
    threshold=st.integers(0, 8),
    maximum=st.integers(0, 40),
    unmanaged=st.integers(0, 60),
    buffer=buffers,
    buffers=rules,
    backorders=st.booleans(),
    sharing=st.sampled_from(Sharing),
    reserve_pending=st.booleans(),
)


def _product(
    stock_e4: int | None,
    in_stock: int | None,
    manage_stock: int | None,
    backorders: int | None,
    attributes: str,
) -> ProductFacts:
    found = facts(
        None,
        in_stock=in_stock,
        manage_stock=manage_stock,
        backorders=backorders,
        attributes=attributes,
    )
    return found._replace(stock_e4=stock_e4)


products = st.builds(
    _product,
    stocks,
    flags,
    flags,
    st.sampled_from([None, 0, 1, 2]),
    st.sampled_from(["", "color=red", "color=blue"]),
)
pendings = st.integers(0, 12)
sharers = st.integers(1, 5)


def is_apart(product: ProductFacts, settings: QuantitySettings) -> bool:
    """Tell whether a quantity need not come out of the stock."""
    return product.manage_stock == 0 or bool(settings.backorders and product.backorders)


@given(products, settings_of, pendings, sharers)
def test_law_no_quantity_is_above_the_sellable_stock(
    product: ProductFacts, settings: QuantitySettings, pending: int, shares: int
) -> None:
    for place in range(shares):
        quantity = count(product, settings, pending=pending, shares=shares, place=place).quantity
        if quantity is None or is_apart(product, settings):
            continue
        promised = pending if settings.reserve_pending else 0
        assert product.stock_e4 is not None or quantity == 0
        assert 0 <= quantity <= max(0, (product.stock_e4 or 0) // 10_000 - promised)


@given(products, settings_of, pendings, sharers)
def test_law_no_quantity_is_above_the_cap_or_below_the_threshold(
    product: ProductFacts, settings: QuantitySettings, pending: int, shares: int
) -> None:
    quantity = count(product, settings, pending=pending, shares=shares).quantity
    assert quantity is None or quantity <= settings.maximum
    if quantity and not is_apart(product, settings):
        assert quantity >= min(settings.threshold, settings.maximum)


@given(products, settings_of, pendings, sharers)
def test_law_divided_listings_together_offer_no_more_than_one_alone_would_without_cap(
    product: ProductFacts, settings: QuantitySettings, pending: int, shares: int
) -> None:
    if is_apart(product, settings) or settings.sharing is Sharing.WHOLE:
        return
    each = [
        count(product, settings, pending=pending, shares=shares, place=place).quantity
        for place in range(shares)
    ]
    free = QuantitySettings(
        maximum=10**6,
        buffer=settings.buffer,
        buffers=settings.buffers,
        reserve_pending=settings.reserve_pending,
    )
    pool = count(product, free, pending=pending).quantity
    assert each == [None] * shares if pool is None else sum(one or 0 for one in each) <= pool
    assert sorted(each, key=lambda one: -(one or 0)) == each


@given(products, st.integers(0, 100_000), settings_of, pendings, sharers)
def test_law_more_stock_never_gives_less(
    product: ProductFacts, more_e4: int, settings: QuantitySettings, pending: int, shares: int
) -> None:
    if product.stock_e4 is None:
        return
    richer = product._replace(stock_e4=product.stock_e4 + more_e4)
    for place in range(shares):
        before = count(product, settings, pending=pending, shares=shares, place=place).quantity
        after = count(richer, settings, pending=pending, shares=shares, place=place).quantity
        assert before is not None
        assert after is not None
        assert before <= after


@given(products, settings_of, pendings)
def test_law_more_pending_orders_never_give_more(
    product: ProductFacts, settings: QuantitySettings, pending: int
) -> None:
    quantities = [
        count(product, settings, pending=pending + more).quantity or 0 for more in range(3)
    ]
    assert quantities == sorted(quantities, reverse=True)


@given(products, settings_of, pendings, sharers)
def test_law_unknown_stock_never_gives_a_quantity(
    product: ProductFacts, settings: QuantitySettings, pending: int, shares: int
) -> None:
    unknown = product._replace(stock_e4=None)
    if not is_apart(unknown, settings):
        assert not count(unknown, settings, pending=pending, shares=shares).quantity


@given(products, settings_of, st.none() | st.just("x"), pendings)
def test_law_amazon_never_gets_a_quantity(
    product: ProductFacts, settings: QuantitySettings, barred: str | None, pending: int
) -> None:
    quantities = Quantities(settings)
    found = quantities.quantity(product, barred=barred, fulfillment="amazon", pending=pending)
    assert found.quantity is None


@given(products, settings_of, pendings, st.randoms(use_true_random=False))
def test_law_the_order_of_the_buffer_rules_does_not_matter(
    product: ProductFacts, settings: QuantitySettings, pending: int, chance: random.Random
) -> None:
    mixed = list(settings.buffers)
    chance.shuffle(mixed)
    shuffled = QuantitySettings(
        threshold=settings.threshold,
        maximum=settings.maximum,
        unmanaged=settings.unmanaged,
        buffer=settings.buffer,
        buffers=tuple(mixed),
        backorders=settings.backorders,
        sharing=settings.sharing,
        reserve_pending=settings.reserve_pending,
    )
    assert count(product, settings, pending=pending) == count(product, shuffled, pending=pending)
    assert Quantities(settings).short(product) == Quantities(shuffled).short(product)


@given(products, settings_of)
def test_law_a_product_is_short_just_where_alone_and_without_orders_it_would_offer_none(
    product: ProductFacts, settings: QuantitySettings
) -> None:
    if settings.maximum and settings.unmanaged:
        offered = count(product, settings).quantity
        assert (Quantities(settings).short(product) is not None) is (offered == 0)


@given(st.lists(st.tuples(products, pendings, sharers), max_size=8), settings_of)
def test_law_what_was_asked_before_does_not_matter(
    asked: list[tuple[ProductFacts, int, int]], settings: QuantitySettings
) -> None:
    together = Quantities(settings)
    for product, pending, shares in asked:
        found = together.quantity(
            product, barred=None, fulfillment="merchant", pending=pending, shares=shares
        )
        assert found == count(product, settings, pending=pending, shares=shares)
        assert steps_text(found.steps)
