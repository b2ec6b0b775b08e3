"""What is refused of the settings in amzsync.toml: in which words, and all at once."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.config import build, parse
from amzsync.config.schema import check
from amzsync.config.settings_tables import SettingsTable
from amzsync.core.settings import Adjustment
from amzsync.errors import ConfigError
from tests.config.files import PATH, problems, settings, text

RULE = '[[stores.us.price_rules]]\nname = "A"\n'
OF_RULE = "stores.us.price_rules.0"
RIVAL = RULE + "[stores.us.price_rules.competitor]\n"
OF_RIVAL = f"{OF_RULE}.competitor"
NO_AMOUNT = 'is no amount such as "2.00" or "10%"'
PROBLEMS: list[tuple[str, str, list[str]]] = [
    ("a key that is written wrong", "handlng_time = 3",
     ["stores.us.handlng_time: unknown key; did you mean handling_time?"]),
    ("a key of a table", "price.minimun = 'map'",
     ["stores.us.price.minimun: unknown key; did you mean minimum?"]),
    ("a key of a rule", RULE + "decrease = 1\npriorty = 3",
     [f"{OF_RULE}.priorty: unknown key; did you mean priority?"]),
    ("a day of a rule, by another word", RULE + "decrease = 1\nfirst_day = 2026-01-01",
     [(f"{OF_RULE}.first_day: unknown key; known: active, competitor, conditions, decrease, from, increase, name, "
      "priority, stop, to")]),
    ("a key of a floor", RIVAL + "source = 'lowest'\nfloor = { sorce = 'cost' }",
     [f"{OF_RIVAL}.floor.sorce: unknown key; did you mean source?"]),
    ("a key of the defaults", "[defaults]\nread_onli = true",
     ["defaults.read_onli: unknown key; did you mean read_only?"]),
    ("a store's own key among the defaults", "[defaults]\nseller_id = 'A'",
     [("defaults.seller_id: unknown key; known: automatic_listing, condition, fulfillment, handling_time, price, "
      "price_rules, quantity, read_only, regional, rules, third_party, time_zone")]),
    ("a price that is none", "price = 'x'",
     ["stores.us.price: must be a table; write [stores.us.price]"]),
    ("rules in one table", "[stores.us.price_rules]\nname = 'A'",
     ["stores.us.price_rules: must be a list of tables; write [[stores.us.price_rules]]"]),
    ("a rule that is no table", "price_rules = ['A']",
     [f"{OF_RULE}: must be a table; write [[stores.us.price_rules]]"]),
    ("yes for true", "read_only = 'yes'", ["stores.us.read_only: input should be a valid boolean"]),
    ("true for a number", "handling_time = true", ["stores.us.handling_time: input should be a valid integer"]),
    ("a time below nought", "handling_time = -1",
     ["stores.us.handling_time: input should be greater than or equal to 0"]),
    ("a time beyond Amazon's", "handling_time = 31",
     ["stores.us.handling_time: input should be less than or equal to 30"]),
    ("a zone that is none", "time_zone = 'CEST'", ["stores.us.time_zone: 'CEST' is no time zone such as Europe/Berlin"]),
    ("a zone outside", "time_zone = '../UTC'", ["stores.us.time_zone: '../UTC' is no time zone such as Europe/Berlin"]),
    ("a region for a zone", "time_zone = 'Europe'", ["stores.us.time_zone: 'Europe' is no time zone such as Europe/Berlin"]),
    # prices
    ("a source that is no attribute", "price.source = 'my price'",
     ["stores.us.price.source: 'my price' is no attribute code; use letters, digits and _"]),
    ("a tax that is too high", "price.vat = 101", ["stores.us.price.vat: must be at most 100 percent"]),
    ("a tax below nought", "price.vat = -1.5", ["stores.us.price.vat: must not be negative"]),
    ("a tax that is none", "price.vat = nan", ["stores.us.price.vat: NaN is no number such as 10 or 2.50"]),
    ("a currency that is none", "price.currency = 'Euro'",
     ["stores.us.price.currency: 'Euro' is no currency such as USD or EUR"]),
    ("a view twice", "price.views = ['a', 'a']", ["stores.us.price.views: names a twice"]),
    ("tiers without business", "price.tiers = [{ quantity = 5, percent = 5 }]",
     ["stores.us.price.tiers: tiers need business = true"]),
    ("tiers of the defaults without business", "[defaults.price]\ntiers = [{ quantity = 5, percent = 5 }]",
     ["defaults.price.tiers: tiers need business = true"]),
    ("tiers that fall", "price = { business = true, tiers = [{ quantity = 5, percent = 5 }, { quantity = 5, percent = 6 }] }",
     ["stores.us.price.tiers: each must have a larger quantity and percent than the one before"]),
    ("six tiers", "price = { business = true, tiers = ["
     + ",".join(f"{{ quantity = {n}, percent = {n} }}" for n in range(2, 8)) + "] }",
     ["stores.us.price.tiers: there are 6; Amazon takes at most 5"]),
    ("a tier for one", "price = { business = true, tiers = [{ quantity = 1, percent = 5 }] }",
     ["stores.us.price.tiers.0.quantity: input should be greater than or equal to 2"]),
    ("a tier for nothing", "price = { business = true, tiers = [{ quantity = 5, percent = 100 }] }",
     ["stores.us.price.tiers.0.percent: must be more than 0 and less than 100"]),
    ("a tax code outside the UK", "price.tax_code = 'A'",
     ["stores.us.price.tax_code: product tax codes are for the marketplace UK only"]),
    ("a conversion from nothing", "price.convert = true",
     ["stores.us.price.convert: the currency of Commerce's prices is not known; set currency in [commerce]"]),
    ("a conversion without a rate", "price = { convert = true, currency = 'CHF' }",
     ["stores.us.price.convert: there is no rate from CHF to USD in [[commerce.rates]]"]),
    ("a conversion of the defaults", "[defaults.price]\nconvert = true\ncurrency = 'CHF'",
     ["defaults.price.convert: there is no rate from CHF to USD in [[commerce.rates]]"]),
    # price rules
    ("a rule that does nothing", RULE, [f"{OF_RULE}: needs one of decrease, increase and competitor"]),
    ("a rule that does two things", RULE + "decrease = 1\nincrease = 1",
     [f"{OF_RULE}: needs one of decrease, increase and competitor"]),
    ("a rule without a name", "price_rules = [{ decrease = 1 }]", [f"{OF_RULE}.name: is missing"]),
    ("two rules of one name", RULE + "decrease = 1\n" + RULE + "decrease = 2",
     ["stores.us.price_rules: there are two called 'A'"]),
    ("a priority of nought", RULE + "decrease = 1\npriority = 0",
     [f"{OF_RULE}.priority: input should be greater than or equal to 1"]),
    ("a stop without a priority", RULE + "decrease = 1\nstop = true", [f"{OF_RULE}: stop needs a priority"]),
    ("an end before the beginning", RULE + "decrease = 1\nfrom = 2026-02-01\nto = 2026-01-31",
     [f"{OF_RULE}: ends on 2026-01-31, before it begins on 2026-02-01"]),
    ("a day that is none", RULE + "decrease = 1\nfrom = 'soon'", [f"{OF_RULE}.from: is no date such as 2026-01-31"]),
    ("an amount with a comma", RULE + "decrease = '2,00'", [f"{OF_RULE}.decrease: '2,00' {NO_AMOUNT}"]),
    ("an amount with a currency", RULE + "increase = '2 EUR'", [f"{OF_RULE}.increase: '2 EUR' {NO_AMOUNT}"]),
    ("an amount that is true", RULE + "increase = true", [f"{OF_RULE}.increase: true {NO_AMOUNT}"]),
    ("an amount without measure", RULE + "increase = inf", [f"{OF_RULE}.increase: Infinity {NO_AMOUNT}"]),
    ("an amount beyond measure", RULE + "increase = 1e999", [f"{OF_RULE}.increase: 1E+999 {NO_AMOUNT}"]),
    ("an amount below nought", RULE + "decrease = -2", [f"{OF_RULE}.decrease: must not be negative"]),
    ("a percentage below nought", RULE + "decrease = '-2%'", [f"{OF_RULE}.decrease: must not be negative"]),
    ("more than everything", RULE + "decrease = '101%'", [f"{OF_RULE}.decrease: nothing can go down by more than 100%"]),
    ("a tree that is none", RULE + "decrease = 1\nconditions = 'all'",
     [f"{OF_RULE}.conditions: must be a table, as {{ all = [...] }} or {{ attribute = \"color\", is = \"Red\" }}"]),
    ("an operator that is none", RULE + "decrease = 1\nconditions = { all = [{ attribute = 'a', equals = 1 }] }",
     [(f"{OF_RULE}.conditions.all[1].equals: unknown operator; known: is, is_not, contains, does_not_contain, one_of, "
      "not_one_of, greater_than, at_least, less_than, at_most, is_undefined")]),
    # competitors
    ("a rival without a source", RIVAL, [f"{OF_RIVAL}.source: is missing"]),
    ("a source that is none", RIVAL + "source = 'cheapest'", [f"{OF_RIVAL}.source: input should be 'buy-box' or 'lowest'"]),
    ("feedback in the Buy Box", RIVAL + "source = 'buy-box'\nmin_feedback = 90",
     [f"{OF_RIVAL}: min_feedback and min_feedback_count need source = \"lowest\""]),
    ("variances that are not asked for", RIVAL + "source = 'lowest'\nvariance = { used_good = 80 }",
     [f"{OF_RIVAL}: variance needs conditions = \"variance\""]),
    ("a variance of nothing", RIVAL + "source = 'lowest'\nconditions = 'variance'\nvariance = { good = 80 }",
     [f"{OF_RIVAL}.variance: 'good' is no condition such as used_good"]),
    ("a variance of new", RIVAL + "source = 'lowest'\nconditions = 'variance'\nvariance = { new = 99 }",
     [f"{OF_RIVAL}.variance: new is always 100"]),
    ("a variance of nought", RIVAL + "source = 'lowest'\nconditions = 'variance'\nvariance = { used_good = 0 }",
     [f"{OF_RIVAL}.variance: used_good must be from 1 to 100"]),
    ("a variance above new", RIVAL + "source = 'lowest'\nconditions = 'variance'\nvariance = { used_good = 101 }",
     [f"{OF_RIVAL}.variance: used_good must be from 1 to 100"]),
    ("match and decrease", RIVAL + "source = 'lowest'\nmatch = true\ndecrease = 1",
     [f"{OF_RIVAL}: choose one of match, decrease and increase"]),
    ("neither match nor anything", RIVAL + "source = 'lowest'\nmatch = false",
     [f"{OF_RIVAL}: needs decrease or increase where match = false"]),
    ("up and down", RIVAL + "source = 'lowest'\nincrease = 1\ndecrease = 1",
     [f"{OF_RIVAL}: choose one of decrease and increase"]),
    ("a floor by an amount", RIVAL + "source = 'lowest'\nfloor = { source = 'cost', increase = 5 }",
     [f"{OF_RIVAL}.floor.increase: must be a percentage, such as \"5%\""]),
    ("a ceiling of nothing", RIVAL + "source = 'lowest'\nceiling = { increase = '5%' }",
     [f"{OF_RIVAL}.ceiling.source: is missing"]),
    # quantities
    ("a threshold below nought", "quantity.threshold = -1",
     ["stores.us.quantity.threshold: input should be greater than or equal to 0"]),
    ("a cap of nought", "quantity.maximum = 0", ["stores.us.quantity.maximum: input should be greater than or equal to 1"]),
    ("half a unit", "quantity.buffer = 1.5",
     ["stores.us.quantity.buffer: must be whole units, or a percentage such as \"10%\""]),
    ("a buffer of more than all", "quantity.buffer = '150%'",
     ["stores.us.quantity.buffer: nothing can go down by more than 100%"]),
    ("a way of sharing that is none", "quantity.shared_stock = 'half'",
     ["stores.us.quantity.shared_stock: input should be 'divided' or 'whole'"]),
    ("two buffers of one name", "quantity.buffers = [{ name = 'A', buffer = 1 }, { name = 'A', buffer = 2 }]",
     ["stores.us.quantity.buffers: there are two called 'A'"]),
    # fulfilment and condition
    ("a shipper that is none", "fulfillment.by = 'me'",
     ["stores.us.fulfillment.by: input should be 'merchant' or 'amazon'"]),
    ("a shipper by an attribute alone", "fulfillment.attribute = 'fba'",
     ["stores.us.fulfillment.attribute: needs values, such as { \"FBA\" = \"amazon\" }"]),
    ("shippers by no attribute", "fulfillment.values = { a = 'amazon' }",
     ["stores.us.fulfillment.values: need an attribute"]),
    ("one text for two shippers", "fulfillment = { attribute = 'a', values = { A = 'amazon', a = 'merchant' } }",
     ["stores.us.fulfillment.values: names 'a' twice"]),
    ("a condition that is none", "condition.default = 'Used'",
     [("stores.us.condition.default: 'Used' is no condition; use one of: new_new, refurbished_refurbished, "
      "used_like_new, used_very_good, used_good, used_acceptable, collectible_like_new, collectible_very_good, "
      "collectible_good, collectible_acceptable")]),
    ("conditions by no attribute", "condition.values = { gut = 'used_good' }",
     ["stores.us.condition.values: need an attribute, here or as [mapping] condition"]),
    ("a note for new goods", "condition.notes = { new = 'Very new' }",
     ["stores.us.condition.notes: Amazon shows no seller note where the condition is new"]),
    ("a note that is too long", f"condition.notes = {{ used_good = '{'x' * 1001}' }}",
     ["stores.us.condition.notes.used_good: string should have at most 1000 characters"]),
    ("two notes for one condition", "condition.notes = { used_good = 'a', 'Used - Good' = 'b' }",
     ["stores.us.condition.notes: names used_good twice"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("store", "expected"), [case[1:] for case in PROBLEMS], ids=[case[0] for case in PROBLEMS]
)
def test_each_problem_of_settings_is_told_with_its_key(store: str, expected: list[str]) -> None:
    assert problems(text(store)) == expected


def test_amazon_business_is_refused_where_there_is_none() -> None:
    assert problems(text("price.business = true", place="NL")) == [
        "stores.us.price.business: there is no Amazon Business on amazon.nl"
    ]


COMMERCE_PROBLEMS: list[tuple[str, str, list[str]]] = [
    ("a currency that is none", "currency = '$'", ["commerce.currency: '$' is no currency such as USD or EUR"]),
    ("a type that is none", "attributes = { weight = 'decimal' }",
     [("commerce.attributes.weight: input should be 'text', 'number', 'date', 'yes_no', 'select', 'multiselect' or "
      "'category'")]),
    ("a code that is none", "attributes = { 'my weight' = 'number' }",
     ["commerce.attributes.my weight: 'my weight' is no attribute code; use letters, digits and _"]),
    ("another type for what is known", "attributes = { price = 'text' }",
     ["commerce.attributes: price is known to be of type number; leave it out"]),
    ("a rate into itself", "rates = [{ from = 'USD', to = 'usd', rate = 1, date = 2026-01-01 }]",
     ["commerce.rates.0: from and to are the same currency"]),
    ("a rate of nought", "rates = [{ from = 'USD', to = 'EUR', rate = 0, date = 2026-01-01 }]",
     ["commerce.rates.0.rate: must be more than 0"]),
    ("a rate of no day", "rates = [{ from = 'USD', to = 'EUR', rate = '0.9' }]", ["commerce.rates.0.date: is missing"]),
    ("two rates of a day", ("rates = [{ from = 'USD', to = 'EUR', rate = 1, date = 2026-01-01 }, "
     "{ from = 'USD', to = 'EUR', rate = 2, date = '2026-01-01' }]"),
     ["commerce.rates: there are two from USD to EUR of 2026-01-01"]),
    ("no days", "rate_days = 0", ["commerce.rate_days: input should be greater than or equal to 1"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("commerce", "expected"),
    [case[1:] for case in COMMERCE_PROBLEMS],
    ids=[case[0] for case in COMMERCE_PROBLEMS],
)
def test_each_problem_of_the_catalogue_is_told_with_its_key(
    commerce: str, expected: list[str]
) -> None:
    assert problems(text(commerce=commerce)) == expected


def test_a_declared_type_decides_what_a_rule_may_ask() -> None:
    rule = 'rules = { all = [{ attribute = "weight", contains = "kg" }] }'
    assert problems(text(rule)) == []
    (told,) = problems(text(rule, commerce='attributes = { weight = "number" }'))
    assert told.startswith("stores.us.rules.all[1].contains: contains does not suit weight")


def test_problems_of_all_tables_and_stores_are_told_at_once() -> None:
    whole = text(
        """
        handling_time = -1
        price = { sorce = 'a', vat = 200 }
        rules = { all = [{ attribute = "a", equals = 1 }, 3] }
        [stores.de]
        marketplace = "DE"
        seller_id = "A2EXAMPLE"
        website = "de"
        price = { tax_code = "A", tiers = [{ quantity = 2, percent = 1 }] }
        fulfillment.attribute = "by"
        [defaults]
        quantity.buffer = "x"
        """,
        commerce="rate_days = 0",
    )
    assert [problem.split(": ")[0] for problem in problems(whole)] == [
        "commerce.rate_days",
        "defaults.quantity.buffer",
        "stores.us.handling_time",
        "stores.us.price.sorce",
        "stores.us.price.vat",
        "stores.us.rules.all[1].equals",
        "stores.us.rules.all[2]",
    ]
    repaired = whole.replace('quantity.buffer = "x"', "")
    assert [problem.split(": ")[0] for problem in problems(repaired)] == [
        "commerce.rate_days",
        "stores.de.fulfillment.attribute",
        "stores.de.price.tax_code",
        "stores.de.price.tiers",
        "stores.us.handling_time",
        "stores.us.price.sorce",
        "stores.us.price.vat",
        "stores.us.rules.all[1].equals",
        "stores.us.rules.all[2]",
    ]


def test_what_looks_like_a_secret_is_not_repeated() -> None:
    (told,) = problems(text("price.source = 'amzn1.oa2-cs.v1.0123 x'"))
    assert "oa2" not in told


# -- laws ------------------------------------------------------------------------------------------------

anything: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers() | st.decimals() | st.dates() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
PLACES = [
    *((name,) for name in SettingsTable.model_fields),
    *(("price", name) for name in ("source", "views", "vat", "tiers", "tax_code", "currency")),
    *(("quantity", name) for name in ("threshold", "buffer", "buffers")),
    ("fulfillment", "values"),
    ("condition", "default"),
    ("condition", "notes"),
]


@given(st.sampled_from(PLACES), anything, st.booleans())
def test_no_setting_is_more_than_a_problem_with_its_key(
    place: tuple[str, ...], value: object, at_store: bool
) -> None:
    raw = parse(PATH, text().encode())
    table: dict[str, Any] = (
        raw.data["stores"]["us"] if at_store else raw.data.setdefault("defaults", {})
    )
    for name in place[:-1]:
        table = table.setdefault(name, {})
    table[place[-1]] = value
    key = ".".join(("stores.us" if at_store else "defaults", *place))
    found: tuple[str, ...] = ()
    try:
        build(PATH, json.loads(json.dumps(check(raw))))
    except ConfigError as error:
        found = tuple(error.problems)
    assert [problem for problem in found if not problem.startswith(key)] == []


@given(
    st.decimals(min_value=0, max_value=999_999, places=2, allow_nan=False),
    st.sampled_from(["decrease", "increase"]),
    st.booleans(),
)
def test_an_amount_is_taken_to_the_last_digit(amount: Decimal, way: str, as_text: bool) -> None:
    written = f'"{amount}"' if as_text else f"{amount}"
    (rule,) = settings(RULE + f"{way} = {written}").price.rules
    assert rule.adjustment == Adjustment(way == "increase", False, amount)
