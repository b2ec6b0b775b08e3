"""Keys: what products and listings meet by, strong and weak."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.identifiers import fold_sku
from amzsync.core.keys import Key, gtin_of, is_repaired, product_keys
from amzsync.core.mapping import Mapping

UPC, UPC_KEY = "036000291452", "00036000291452"
CUT_UPC = "36000291452"  # the same without its leading zero
EAN, EAN_KEY = "4006381333931", "04006381333931"
ISBN_10, ISBN_KEY = "0306406152", "09780306406157"
ASIN = "B07RFSSYBH"
FULL = Mapping(
    {"asin": ("amazon_asin",), "upc": ("upc",), "ean": ("ean", "barcode"), "isbn": ("isbn",)}
)

PRODUCTS: list[tuple[str, Mapping, str, str, list[Key]]] = [
    ("no identifier", FULL, "TEA-1", "", []),
    ("a SKU in small letters", FULL, "tea-1", "", [Key("sku~TEA-1", "seller_sku", True)]),
    ("a SKU with blanks around it", FULL, " TEA-1 ", "", [Key("sku~TEA-1", "seller_sku", True)]),
    ("a SKU that is not asked for", Mapping(order=("asin",)), "tea-1", "", []),
    ("a SKU of another attribute only", Mapping(seller_sku=("old_sku",)), "tea-1", "", []),
    ("one of each kind", FULL, "TEA-1", f"amazon_asin={ASIN}\nupc={UPC}\nean={EAN}\nisbn={ISBN_10}",
     [Key(ASIN, "asin", False), Key(UPC_KEY, "upc", False), Key(EAN_KEY, "ean", False),
      Key(ISBN_KEY, "isbn", False)]),
    ("several attributes of a kind", FULL, "TEA-1", f"ean={EAN}\nbarcode={UPC}",
     [Key(EAN_KEY, "ean", False), Key(UPC_KEY, "ean", False)]),
    ("several values in a cell", FULL, "TEA-1", f"ean={EAN}, {UPC}",
     [Key(EAN_KEY, "ean", False), Key(UPC_KEY, "ean", False)]),
    ("one number in two attributes is of the kind asked first", FULL, "TEA-1",
     f"ean={UPC}\nupc={UPC}", [Key(UPC_KEY, "upc", False)]),
    ("a repaired number is weak", FULL, "TEA-1", f"upc={CUT_UPC}", [Key(UPC_KEY, "upc", True)]),
    ("a full number before a repaired one, though asked later", FULL, "TEA-1",
     f"upc={CUT_UPC}\nean={UPC}", [Key(UPC_KEY, "ean", False)]),
    ("what fills the field only", FULL, "TEA-1", "ean=N/A\nupc=000000000000\nisbn=", []),
    ("an attribute that holds no identifier", FULL, "TEA-1", f"color={EAN}", []),
    ("a value with an equals sign", FULL, "TEA-1", f"ean=={EAN}", [Key(EAN_KEY, "ean", False)]),
    ("a seller SKU of its own", Mapping(seller_sku=("sku", "amazon_sku")), "TEA-1",
     "amazon_sku=ab-1=x", [Key("sku=ab-1=x", "seller_sku", False), Key("sku~AB-1=X", "seller_sku", True)]),
    ("a seller SKU that is the folded one of the product", Mapping(seller_sku=("sku", "amazon_sku")),
     "tea-1", "amazon_sku=TEA-1",
     [Key("sku~TEA-1", "seller_sku", True), Key("sku=TEA-1", "seller_sku", False)]),
    ("seller SKUs that are not asked for", Mapping({"ean": ("ean",)}, ("amazon_sku",), ("ean",)),
     "TEA-1", f"amazon_sku=ab-1\nean={EAN}", [Key(EAN_KEY, "ean", False)]),
    ("an attribute that is seller SKU and EAN", Mapping({"ean": ("ean",)}, ("ean",)), "TEA-1",
     f"ean={EAN}", [Key(EAN_KEY, "ean", False), Key(f"sku={EAN}", "seller_sku", False),
                    Key(f"sku~{EAN}", "seller_sku", True)]),
    ("an attribute of two kinds", Mapping({"ean": ("code",), "asin": ("code",)}), "TEA-1",
     f"code={ASIN}", [Key(ASIN, "asin", False)]),
    ("a kind that the order leaves out", Mapping({"ean": ("ean",)}, order=("asin",)), "TEA-1",
     f"ean={EAN}", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "sku", "lines", "expected"),
    [case[1:] for case in PRODUCTS],
    ids=[case[0] for case in PRODUCTS],
)
def test_the_keys_of_a_product(mapping: Mapping, sku: str, lines: str, expected: list[Key]) -> None:
    assert sorted(product_keys(mapping)(sku, lines)) == sorted(expected)


LISTINGS = [
    ("nothing", None, None, None, False),
    ("an ASIN only", ASIN, None, None, False),
    ("the ASIN as product id", ASIN, ASIN, None, False),
    ("a UPC", ASIN, UPC, UPC_KEY, False),
    ("an EAN", ASIN, EAN, EAN_KEY, False),
    ("an EAN without an ASIN", None, EAN, EAN_KEY, False),
    ("another ASIN as product id", ASIN, "B07RFSSYBX", None, False),
    ("a book's ASIN", ISBN_10, None, ISBN_KEY, False),
    ("a book's ASIN as product id too", ISBN_10, ISBN_10, ISBN_KEY, False),
    ("an ISBN-10 as product id", ASIN, ISBN_10, ISBN_KEY, False),
    ("a book and a placeholder", ISBN_10, "N/A", ISBN_KEY, False),
    ("a number that lost its zero", ASIN, CUT_UPC, UPC_KEY, True),
    ("one that lost its zero before a full one", ASIN, f"{CUT_UPC}, {EAN}", EAN_KEY, False),
    ("one that lost its zero, of a book", ISBN_10, CUT_UPC, ISBN_KEY, False),
    ("a book's number that lost its zero", ISBN_10, ISBN_10[1:], ISBN_KEY, False),
    ("a spreadsheet's number", ASIN, "7.12E+11", None, False),
    ("a wrong check digit", ASIN, "036000291453", None, False),
    ("an ASIN that is none", "1", None, None, False),
]


@pytest.mark.parametrize(
    ("asin", "product_ref", "expected", "repaired"),
    [case[1:] for case in LISTINGS],
    ids=[case[0] for case in LISTINGS],
)
def test_the_number_that_a_listing_names(
    asin: str | None, product_ref: str | None, expected: str | None, repaired: bool
) -> None:
    found = gtin_of(asin, product_ref)
    assert found == expected
    assert is_repaired(found or "", asin, product_ref) is repaired


skus = st.text("aAbBéß \u00a0-1", max_size=6)


@given(skus, skus)
def test_skus_that_are_equal_when_folded_share_a_key_and_no_others_do(one: str, other: str) -> None:
    keys = product_keys(Mapping(seller_sku=("sku", "amazon_sku")))
    first = {found.key for found in keys(one, f"amazon_sku={one}") if found.weak}
    second = {found.key for found in keys(other, f"amazon_sku={other}") if found.weak}
    assert (first == second) == (fold_sku(one) == fold_sku(other))


@given(st.lists(st.sampled_from([f"ean={EAN}", f"upc={UPC}", f"upc={CUT_UPC}", f"ean={UPC}"])))
def test_the_order_of_the_attributes_does_not_matter_and_no_key_comes_twice(
    lines: list[str],
) -> None:
    keys = product_keys(FULL)
    found = keys("TEA-1", "\n".join(lines))
    assert sorted(found) == sorted(keys("TEA-1", "\n".join(reversed(lines))))
    assert len({one.key for one in found}) == len(found)
