"""The attributes of a listing as Amazon tells them, and what patches make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tests.simulators.seller import Listing, marketplace

Entry = dict[str, Any]
Entries = list[Entry]
SELECTORS = ("marketplace_id", "language_tag", "audience", "currency", "fulfillment_channel_code")
# What an entry replaces: another channel is another entry; all the offers of a marketplace are one thing.
_REPLACED_BY = {"purchasable_offer": ("marketplace_id",)}
OFFER_KEYS = ("marketplace_id", "currency", "audience", "our_price")
AVAILABILITY_KEYS = (
    "fulfillment_channel_code", "quantity", "lead_time_to_ship_max_days", "restock_date",
    "is_inventory_available", "marketplace_id",
)  # fmt: skip


def attributes_of(place: str, listing: Listing) -> dict[str, Entries]:
    """Return what ``includedData=attributes`` says of a listing in one marketplace."""
    told = {name: tell(place, listing) for name, tell in _TELLERS.items()}
    told.update({name: list(entries) for name, entries in listing.more.items()})
    return {name: entries for name, entries in told.items() if entries}


def patched(
    listing: Listing, patches: Iterable[Mapping[str, Any]], place: str
) -> tuple[Listing, set[str]]:
    """Return the listing after JSON patches, and the names of the attributes that they touch."""
    names = set()
    for patch in patches:
        name = attribute_of(patch)
        entries = of_place(patch.get("value"), place)
        if entries is None and patch["op"] != "delete":
            continue  # it is about other marketplaces
        teller = _TELLERS.get(name)
        before = teller(place, listing) if teller else list(listing.more.get(name, ()))
        after = _operated(name, patch["op"], before, entries, place)
        listing = absorbed(listing, name, after, place)
        names.add(name)
    return listing, names


def attribute_of(patch: Mapping[str, Any]) -> str:
    return str(patch["path"]).removeprefix("/attributes/")


def of_place(value: Any, place: str) -> Entries | None:
    """Return the entries for one marketplace; None where there are none."""
    return [e for e in value or () if e.get("marketplace_id", place) == place] or None


def _operated(name: str, op: str, before: Entries, entries: Entries | None, place: str) -> Entries:
    keys = _REPLACED_BY.get(name, SELECTORS) if op in ("add", "replace") else SELECTORS

    usual = {"marketplace_id": place, **_defaults(name)}

    def mark(entry: Entry) -> tuple[Any, ...]:
        return tuple([entry.get(key, usual.get(key)) for key in keys])

    if entries is None:
        return []  # deleted as a whole
    marks = {mark(entry) for entry in entries}
    if op == "merge":
        old = {mark(entry): entry for entry in before}
        return [e for e in before if mark(e) not in marks] + [
            {**old.get(mark(entry), {}), **entry} for entry in entries
        ]
    kept = [e for e in before if mark(e) not in marks]
    return kept if op == "delete" else [*kept, *entries]


def _defaults(name: str) -> Entry:
    return {"audience": "ALL"} if name == "purchasable_offer" else {}


def absorbed(listing: Listing, name: str, entries: Entries, place: str) -> Listing:
    """Return the listing with the *entries* of an attribute in the place of those that it had."""
    absorb = _ABSORBERS.get(name)
    if absorb is not None:
        return absorb(listing, entries, place)
    more = {key: value for key, value in listing.more.items() if key != name}
    return replace(listing, more={**more, name: tuple(entries)} if entries else more)


def price_text(value: Any, place: str) -> str:
    """Return a JSON number as the text of a price: ``19.9`` -> ``19.90``."""
    return f"{Decimal(str(value)):.{marketplace(place).exponent}f}"


def price_number(text: str, place: str) -> float | int:
    return float(text) if marketplace(place).exponent else int(text)


def offered_price(entry: Mapping[str, Any]) -> Any:
    """Return the number in an entry of purchasable_offer; None where it has none."""
    try:
        return entry["our_price"][0]["schedule"][0]["value_with_tax"]
    except (KeyError, IndexError, TypeError):
        return None


# -- each attribute ----------------------------------------------------------------------


def _availability(place: str, listing: Listing) -> Entries:
    own: Entry = {"fulfillment_channel_code": listing.channel}
    if listing.quantity is not None and not listing.is_fba:
        own["quantity"] = listing.quantity
    if listing.handling_time is not None:
        own["lead_time_to_ship_max_days"] = listing.handling_time
    if listing.restock_date is not None:
        own["restock_date"] = listing.restock_date
    return [own, *(
        {"fulfillment_channel_code": code} | ({} if count is None else {"quantity": count})
        for code, count in listing.extra_channels
    )]  # fmt: skip


def _take_availability(listing: Listing, entries: Entries, place: str) -> Listing:
    own = next((e for e in entries if e["fulfillment_channel_code"] == listing.channel), {})
    return replace(
        listing,
        quantity=listing.quantity if listing.is_fba else own.get("quantity"),
        handling_time=own.get("lead_time_to_ship_max_days"),
        restock_date=own.get("restock_date"),
        extra_channels=tuple(
            (e["fulfillment_channel_code"], e.get("quantity")) for e in entries if e is not own
        ),
    )


def _offer(place: str, listing: Listing) -> Entries:
    entries = []
    for audience, price, more in (
        ("ALL", listing.price, listing.other_prices),
        ("B2B", listing.business_price, {}),
    ):
        entry: Entry = {"currency": marketplace(place).currency, "audience": audience}
        if price is not None:
            entry["our_price"] = [{"schedule": [{"value_with_tax": price_number(price, place)}]}]
        if price is not None or more:
            entries.append({**entry, **more, "marketplace_id": place})
    return entries


def _take_offer(listing: Listing, entries: Entries, place: str) -> Listing:
    by_audience = {entry.get("audience", "ALL"): entry for entry in entries}
    prices = {}
    for audience in ("ALL", "B2B"):
        number = offered_price(by_audience.get(audience, {}))
        prices[audience] = None if number is None else price_text(number, place)
    more = {k: v for k, v in by_audience.get("ALL", {}).items() if k not in OFFER_KEYS}
    return replace(listing, price=prices["ALL"], business_price=prices["B2B"], other_prices=more)


def _list_price(place: str, listing: Listing) -> Entries:
    if listing.list_price is None:
        return []
    value = price_number(listing.list_price, place)
    currency = marketplace(place).currency
    return [{"value_with_tax": value, "currency": currency, "marketplace_id": place}]


def _take_list_price(listing: Listing, entries: Entries, place: str) -> Listing:
    number = next((e.get("value_with_tax", e.get("value")) for e in entries), None)
    return replace(listing, list_price=None if number is None else price_text(number, place))


_FIELDS = {"item_name": "title", "condition_type": "condition", "condition_note": "notes"}


def _texts(name: str) -> Callable[[str, Listing], Entries]:
    def tell(place: str, listing: Listing) -> Entries:
        value = getattr(listing, _FIELDS[name])
        return [] if value is None else [{"value": value, "marketplace_id": place}]

    return tell


def _take_text(name: str) -> Callable[[Listing, Entries, str], Listing]:
    def absorb(listing: Listing, entries: Entries, place: str) -> Listing:
        value = next((entry.get("value") for entry in entries), None)
        fields: dict[str, Any] = {_FIELDS[name]: value}
        return replace(listing, **fields)

    return absorb


_TELLERS: dict[str, Callable[[str, Listing], Entries]] = {
    **{name: _texts(name) for name in _FIELDS},
    "purchasable_offer": _offer,
    "list_price": _list_price,
    "fulfillment_availability": _availability,
}
_ABSORBERS: dict[str, Callable[[Listing, Entries, str], Listing]] = {
    **{name: _take_text(name) for name in _FIELDS},
    "purchasable_offer": _take_offer,
    "list_price": _take_list_price,
    "fulfillment_availability": _take_availability,
}
COMMON = frozenset({*_TELLERS, "merchant_suggested_asin", "merchant_shipping_group",
                    "product_tax_code", "max_order_quantity", "gift_options"})  # fmt: skip
