"""What holds for every price, whatever the rules, offers and amounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.amounts import of_minor
from amzsync.core.model import Condition
from amzsync.core.offers import Offer
from amzsync.core.prices import Priced, Pricing, Problem, Scope, steps_text
from amzsync.core.product_facts import ProductFacts
from amzsync.core.settings import (
    Adjustment,
    Bound,
    Competition,
    Money,
    OfferSource,
    PriceRule,
    PriceSettings,
    Rate,
    Settings,
    Tier,
    Variance,
)

TODAY = date(2026, 11, 23)
CONDITIONS = [each.value for each in Condition]

amounts = st.decimals(0, 500, places=2)
shares = st.decimals(0, 90, places=1)
adjustments = st.builds(Adjustment, up=st.booleans(), percent=st.booleans(), amount=shares)
percentages = st.builds(Adjustment, up=st.booleans(), percent=st.just(True), amount=shares)
bounds = st.builds(Bound, st.sampled_from(["price", "cost", "msrp"]), st.none() | percentages)
competitions = st.builds(
    Competition,
    st.sampled_from(OfferSource),
    min_feedback=st.sampled_from([0, 80]),
    conditions=st.sampled_from(Variance),
    variances=st.dictionaries(st.sampled_from(Condition), st.decimals(1, 250, places=0)),
    adjustment=st.none() | adjustments,
    floor=bounds,
    ceiling=st.none() | bounds,
)
days = st.none() | st.dates(date(2026, 11, 20), date(2026, 11, 26))


@st.composite
def rules(draw: st.DrawFn, *, intelligent: bool = True) -> tuple[PriceRule, ...]:
    found = []
    for n in range(draw(st.integers(0, 5))):
        competition = draw(st.none() | competitions) if intelligent else None
        found.append(
            PriceRule(
                f"R{n}",
                first_day=draw(days),
                last_day=draw(days),
                priority=draw(st.none() | st.integers(1, 3)),
                stop=draw(st.integers(0, 5)) == 0,
                adjustment=draw(adjustments) if competition is None else None,
                competition=competition,
            )
        )
    return tuple(found)


@st.composite
def settings(draw: st.DrawFn, *, intelligent: bool = True) -> PriceSettings:
    return PriceSettings(
        source=draw(st.sampled_from(["price", "amazon_price"])),
        special_prices=draw(st.booleans()),
        minimum=draw(st.none() | st.just("map")),
        list_price=draw(st.none() | st.just("msrp")),
        vat=draw(st.none() | shares),
        business=draw(st.booleans()),
        tiers=(Tier(5, Decimal(5)), Tier(20, Decimal("12.5"))),
        rules=draw(rules(intelligent=intelligent)),
    )


@st.composite
def facts(draw: st.DrawFn) -> ProductFacts:
    codes = ("amazon_price", "cost", "msrp", "map")
    values = {code: draw(st.none() | amounts | st.just("none")) for code in codes}
    lines = "\n".join(f"{code}={value}" for code, value in values.items() if value is not None)
    micros = st.none() | st.integers(0, 500_000_000)
    day = st.sampled_from([None, "2026-11-20", "2026-11-23", "2026-11-25", "soon"])
    return ProductFacts(
        1, "A", "simple", 1, ",base,", 0, 1, 1, 0, None, 0,
        price_micros=draw(micros), special_price_micros=draw(micros),
        special_from=draw(day), special_to=draw(day), attributes=lines,
    )  # fmt: skip


micros = st.none() | st.integers(0, 500_000_000)
views = st.builds(
    Scope,
    price_micros=micros,
    special_price_micros=micros,
    special_from=st.none(),
    special_to=st.none(),
    attributes=st.sampled_from(["", "cost=5", "map=7\nmsrp=9"]),
    view=st.just("de"),
)
scopes = st.lists(views, max_size=2)
offers = st.none() | st.lists(
    st.builds(
        Offer,
        st.sampled_from(CONDITIONS),
        st.integers(1, 50_000),
        st.integers(0, 999),
        feedback=st.none() | st.integers(0, 100),
        ours=st.booleans(),
        buy_box=st.booleans(),
    ),
    max_size=5,
)
conditions = st.none() | st.sampled_from(CONDITIONS)


def pricing(price: PriceSettings, money: Money | None = None) -> Pricing:
    return Pricing(
        Settings(price=price),
        currency="USD",
        exponent=2,
        business_available=True,
        today=TODAY,
        money=money or Money(),
    )


def told(priced: Priced) -> Decimal | None:
    """Return the amount that the steps end with."""
    return next((step.amount for step in reversed(priced.steps) if step.amount is not None), None)


@given(settings(), facts(), scopes, offers, conditions)
def test_a_price_is_above_nought_or_there_is_a_problem(
    price: PriceSettings,
    product: ProductFacts,
    views: list[Scope],
    others: list[Offer] | None,
    condition: str | None,
) -> None:
    priced = pricing(price).price(product, scopes=views, offers=others, condition=condition)
    assert (priced.minor is None) == (priced.problem not in {None, Problem.FLOOR_ABOVE_CEILING})
    assert priced.minor is None or priced.minor > 0
    if priced.business_minor is not None:
        assert priced.business_minor == max(priced.minor or 0, 100)
        assert all(100 <= tier <= priced.business_minor for _, tier in priced.tiers)


@given(settings(), facts(), scopes, offers, conditions)
def test_the_steps_end_with_the_price_and_can_be_told(
    price: PriceSettings,
    product: ProductFacts,
    views: list[Scope],
    others: list[Offer] | None,
    condition: str | None,
) -> None:
    priced = pricing(price).price(product, scopes=views, offers=others, condition=condition)
    steps_text(priced.steps, 2)
    if priced.minor is not None:
        assert told(priced) == of_minor(priced.minor, 2)


@given(settings(), facts(), offers, conditions)
def test_a_price_is_never_below_the_minimum(
    price: PriceSettings, product: ProductFacts, others: list[Offer] | None, condition: str | None
) -> None:
    least = replace(price, minimum="price")
    priced = pricing(least).price(product, offers=others, condition=condition)
    if priced.minor is not None and product.price_micros is not None:
        assert of_minor(priced.minor, 2) + Decimal("0.005") >= of_minor(product.price_micros, 6)


@given(settings(), facts(), offers, conditions)
def test_a_price_is_never_below_the_floor_of_a_rule_that_holds(
    price: PriceSettings, product: ProductFacts, others: list[Offer] | None, condition: str | None
) -> None:
    competition = Competition(OfferSource.LOWEST, floor=Bound("price"))
    first = PriceRule("F", priority=0, competition=competition)
    floored = replace(price, rules=(first, *price.rules))
    priced = pricing(floored).price(product, offers=others, condition=condition)
    if priced.minor is not None and product.price_micros is not None:
        assert of_minor(priced.minor, 2) + Decimal("0.005") >= of_minor(product.price_micros, 6)


@given(settings(), facts(), offers, conditions)
def test_the_order_of_the_rules_in_the_file_does_not_matter(
    price: PriceSettings,
    product: ProductFacts,
    others: list[Offer] | None,
    condition: str | None,
) -> None:
    found = pricing(price).price(product, offers=others, condition=condition)
    for order in (price.rules[::-1], price.rules[1:] + price.rules[:1]):
        other = pricing(replace(price, rules=order))
        assert other.price(product, offers=others, condition=condition) == found


@given(settings(), facts(), offers, conditions)
def test_a_rule_that_stops_is_like_taking_the_later_ones_away(
    price: PriceSettings, product: ProductFacts, others: list[Offer] | None, condition: str | None
) -> None:
    plain = tuple(
        replace(rule, priority=n, stop=n == 2, first_day=None, last_day=None)
        for n, rule in enumerate(price.rules)
    )
    whole, cut = replace(price, rules=plain), replace(price, rules=plain[:3])
    found = pricing(whole).price(product, offers=others, condition=condition)
    other = pricing(cut).price(product, offers=others, condition=condition)
    assert found._replace(steps=()) == other._replace(steps=())
    words = [each for each in steps_text(found.steps, 2).split("; ") if "stops later" not in each]
    assert "; ".join(words) == steps_text(other.steps, 2)


@given(settings(), st.lists(facts(), min_size=1, max_size=4), scopes)
def test_the_same_question_has_the_same_answer_whatever_was_asked_before(
    price: PriceSettings, products: list[ProductFacts], views: list[Scope]
) -> None:
    used = pricing(price)
    for product in [*products, *products]:
        for asked in (views, []):
            assert used.price(product, scopes=asked) == pricing(price).price(product, scopes=asked)


@given(settings(), facts(), offers, conditions, st.decimals("0.01", 9999, places=2))
def test_an_override_wins(
    price: PriceSettings,
    product: ProductFacts,
    others: list[Offer] | None,
    condition: str | None,
    override: Decimal,
) -> None:
    priced = pricing(price).price(product, offers=others, condition=condition, override=override)
    assert of_minor(priced.minor or 0, 2) == override
    assert priced.problem is None


@given(settings(intelligent=False), facts(), scopes)
def test_a_conversion_at_one_changes_no_price(
    price: PriceSettings, product: ProductFacts, views: list[Scope]
) -> None:
    money = Money("EUR", (Rate("EUR", "USD", Decimal(1), TODAY),))
    found = pricing(replace(price, convert=True), money).price(product, scopes=views)
    same = pricing(price).price(product, scopes=views)
    assert found._replace(steps=()) == same._replace(steps=())


@given(settings(), facts(), offers, conditions)
def test_a_price_does_not_change_before_the_day_until_which_it_holds(
    price: PriceSettings, product: ProductFacts, others: list[Offer] | None, condition: str | None
) -> None:
    found = pricing(price).price(product, offers=others, condition=condition)
    for day in range(24, 31):
        later = date(2026, 11, day)
        if found.holds_until is not None and later.isoformat() >= found.holds_until:
            break
        other = Pricing(
            Settings(price=price),
            currency="USD",
            exponent=2,
            business_available=True,
            today=later,
            money=Money(),
        ).price(product, offers=others, condition=condition)
        assert other == found
