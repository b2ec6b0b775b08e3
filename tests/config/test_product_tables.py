"""What [mapping] says of products that are new to Amazon: its forms, and its problems told at once."""

from __future__ import annotations

import pytest

from amzsync.config.wanted import wanted_attributes
from amzsync.core.product_mapping import Filling, ProductMapping
from tests.config.files import loaded, problems, text

MAPPING = """
product_type = " Amazon_Type "
product_types = { "Kitchen  Kettles" = "kettle" }
[mapping.attributes]
brand = "Maker"
bullet_point = ["f1", { attribute = "f2", prefix = "- " }]
"item_dimensions.length" = { attribute = "weight", unit = "grams" }
country_of_origin = { attribute = "made_in", values = { " Germany" = "DE" } }
batteries_required = { value = false }
number_of_items = { value = 2 }
wattage = { value = 1.50, unit = "watts" }
item_name = "name"
"""


def test_every_form_is_read() -> None:
    assert loaded(text(mapping=MAPPING)).new_products == ProductMapping(
        "amazon_type",
        {"kitchen kettles": "KETTLE"},
        {
            "brand": (Filling("maker"),),
            "bullet_point": (Filling("f1"), Filling("f2", prefix="- ")),
            "item_dimensions.length": (Filling("weight", unit="grams"),),
            "country_of_origin": (Filling("made_in", values={"germany": "DE"}),),
            "batteries_required": (Filling(value="false"),),
            "number_of_items": (Filling(value="2"),),
            "wattage": (Filling(value="1.50", unit="watts"),),
            "item_name": (Filling("name"),),
        },
    )


def test_what_it_names_is_kept_of_every_product() -> None:
    kept = wanted_attributes(loaded(text(mapping=MAPPING)))
    assert kept == ("amazon_type", "f1", "f2", "made_in", "maker", "weight")


def test_without_it_nothing_is_mapped() -> None:
    assert loaded(text()).new_products == ProductMapping()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('a = { attribute = "w", unti = "g" }', "attributes.a.0.unti: unknown key; did you mean unit?"),
        ('item_dimensions.length = "l"', 'stands in quotes, such as "item_dimensions.length"'),
        ('purchasable_offer = "p"', "cannot be mapped: the price comes from the settings"),
        ('"condition_type.value" = "p"', "cannot be mapped: the condition comes from the settings"),
        ('Brand = "x"', "attributes.Brand: is no attribute of Amazon"),
        ('"brand.language_tag" = "x"', "cannot be mapped: it follows from the store"),
        ("a = {}", "say attribute or value"),
        ('a = { attribute = "b", value = "c" }', "says either attribute or value"),
        ('a = { value = "b", prefix = "c" }', "go with an attribute"),
        ('a = { attribute = "b", values = { X = "1", x = "2" } }', "names 'x' twice"),
        ("a = 5", "must be a table"),
        ("a = []", "at least 1 item"),
        ('a = "b c"', "'b c' is no attribute code"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told_with_its_key(line: str, expected: str) -> None:
    (problem,) = problems(text(mapping=f"[mapping.attributes]\n{line}"))
    assert problem.startswith("mapping.attributes")
    assert expected in problem


def test_all_problems_are_told_at_once() -> None:
    lines = 'product_types = { A = "x y" }\n[mapping.attributes]\nBrand = "x"\nCOLOR = "y"'
    assert len(problems(text(mapping=lines))) == 3


def test_an_attribute_set_is_named_once() -> None:
    (problem,) = problems(text(mapping='product_types = { A = "X", " a" = "Z" }'))
    assert problem == "mapping.product_types: names 'a' twice"
