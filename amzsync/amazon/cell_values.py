"""What a single cell of a listings report says, in our words.

Every function takes the cell's text; blank text is *not told* (None), never 0.  The grammars are
strict, because ``Decimal`` and ``int`` take ``1_000``, ``NaN`` and full-width digits for numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from amzsync.amazon.translations import CHANNELS, CONDITION_CODES, CONDITION_WORDS, STATUSES
from amzsync.core.gtin import isbn_10_key
from amzsync.core.marketplaces import Marketplace
from amzsync.core.model import Fulfillment, Rejected

is_asin = re.compile(r"B[0-9A-Z]{9}|[0-9]{9}[0-9X]").fullmatch
"""Match what has the shape of an ASIN: Amazon's own, or a book's, which is its ISBN-10."""

_PRICE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,4}))?")
_QUANTITY = re.compile(r"([0-9]{1,9})(?:\.0+)?")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_STATUS_WORDS = {word: str(status) for status, words in STATUSES.items() for word in words}
_SHOWN = 40


def price_reader(marketplace: Marketplace) -> Callable[[str], int | Rejected | None]:
    """Return a function from the text of a price to minor units of *marketplace*'s currency.

    Reports have a decimal point and no thousands separator, in every country.  Decimals beyond the
    currency's must be zeros (5.0000 USD, 1980.00 JPY).
    """
    exponent, currency = marketplace.exponent, marketplace.currency

    def read(text: str) -> int | Rejected | None:
        amount = text.strip()
        if not amount:
            return None
        if (found := _PRICE.fullmatch(amount)) is None:
            return Rejected(f"price {shown(text)} is not an amount such as 1299.00")
        decimals = found[2] or ""
        if decimals[exponent:].strip("0"):
            return Rejected(f"price {shown(text)} has more decimals than {currency} has")
        return int(found[1] + decimals[:exponent].ljust(exponent, "0"))

    return read


def is_amount(text: str) -> bool:
    """Tell whether *text* is a price in some currency, though perhaps not in the store's."""
    return _PRICE.fullmatch(text.strip()) is not None


def quantity(text: str) -> int | Rejected | None:
    """Return a whole number of units; ``5.0`` is one, too, as a spreadsheet writes it."""
    count = text.strip()
    if not count:
        return None
    if (found := _QUANTITY.fullmatch(count)) is None:
        return Rejected(f"quantity {shown(text)} is not a whole number of units")
    return int(found[1])


def condition(text: str) -> str | None:
    """Return a Condition value from a code (11) or word (UsedLikeNew, NewItem), or the text."""
    word = text.strip()
    if not word:
        return None
    if (code := CONDITION_CODES.get(word)) is not None:
        return code.value
    letters = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", word).casefold())
    known = CONDITION_WORDS.get(letters.removesuffix("item"))
    return word if known is None else known.value


def fulfillment(text: str) -> str | None:
    """Return a Fulfillment value; None for an unknown channel, which is not the merchant's."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word.startswith("amazon"):
        return Fulfillment.AMAZON.value
    known = CHANNELS.get(word)
    return None if known is None else known.value


def status(text: str) -> str | None:
    """Return a ListingStatus value, or Amazon's own word where it is none of them."""
    word = text.strip()
    return _STATUS_WORDS.get(unicodedata.normalize("NFKC", word).casefold(), word) or None


def asin(text: str, product_id: str) -> str | None:
    """Return the ASIN of the asin1 cell or, where that has none, of the product-id cell.

    A product id of ten digits counts only if it is an ISBN-10: its type column is not to be
    trusted, and a UPC that lost two zeros looks the same.
    """
    if is_asin(own := text.strip().upper()):
        return own
    other = product_id.strip().upper()
    return other if is_asin(other) and (other[0] == "B" or isbn_10_key(other)) else None


def sku_fault(sku: str) -> str:
    """Return why *sku* cannot be a seller SKU; "" where it can.  It is never trimmed or changed."""
    if not sku or sku.isspace():
        return "no seller SKU"
    if sku.isprintable():
        return ""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in sku):
        return f"seller SKU {shown(sku)} has a control character in it"
    return ""


def shown(text: str) -> str:
    """Return *text* quoted for a message, with controls escaped and not too long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
