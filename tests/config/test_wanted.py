"""Which attributes of products the settings look at."""

from __future__ import annotations

from amzsync.config.wanted import wanted_attributes
from tests.config.files import COMMERCE, EVERYTHING, loaded, text


def test_the_attributes_to_be_kept_are_those_that_settings_name() -> None:
    found = loaded(text(EVERYTHING, commerce=COMMERCE, place="UK"))
    assert wanted_attributes(found) == (
        "amazon_price", "color", "cost", "fragile", "map_price", "msrp", "released", "shipped_by", "state",
        "weight",
    )  # fmt: skip


def test_what_every_product_has_and_the_mapped_condition_are_not_kept_twice() -> None:
    store = """
    rules = { all = [{ attribute = "price", greater_than = 5 }, { attribute = "type_id", is = "simple" }] }
    price = { source = "special_price" }
    condition = { attribute = "Amazon_Condition" }
    """
    assert wanted_attributes(loaded(text(store, mapping='condition = "amazon_condition"'))) == ()
    assert wanted_attributes(loaded(text(store, mapping='condition = "other"'))) == ("amazon_condition",)  # fmt: skip


def test_a_rule_about_the_mapped_condition_has_it_kept() -> None:
    store = 'rules = { all = [{ attribute = "state", is = "New" }] }'
    assert wanted_attributes(loaded(text(store, mapping='condition = "state"'))) == ("state",)
