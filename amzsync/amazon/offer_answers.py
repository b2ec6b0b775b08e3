"""What the Product Pricing API tells of the offers for an ASIN, in our words.

Both answers hold many ASINs, each with a status of its own: what is wrong with one spoils no other.  An offer
without a price, or in another currency than the marketplace's, is left out.  Amazon's points (Japan) are not
taken off.  Source: the models of productPricing v0 and 2022-05-01.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, ValidationError

from amzsync.amazon import cell_values
from amzsync.amazon.answer_parts import Key, Part, Said
from amzsync.core.marketplaces import Marketplace
from amzsync.core.model import Fulfillment
from amzsync.core.offers import Offer

NEW = "New"
BAD, FOREIGN = "BadAnswer", "WrongMarketplace"  # codes of ours, as a session has them
_CONSUMERS = "B2C"
WAITING = frozenset({"ActiveButTooSoonForProcessing"})  # Amazon knows the ASIN, and tells later
_UNTOLD = WAITING | {"ClientError", "ServerError"}
_GRADES = {
    "mint": "like_new", "likenew": "like_new", "verygood": "very_good", "good": "good",
    "acceptable": "acceptable", "openbox": "open_box",
}  # fmt: skip
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_BY_TYPE = {"AFN": Fulfillment.AMAZON.value, "MFN": Fulfillment.MERCHANT.value}

Decimals = Annotated[str, Field(coerce_numbers_to_str=True)]


class Found(NamedTuple):
    """What an answer tells of one ASIN in one family of conditions."""

    asin: str
    family: str  # Amazon's word: "New", "Used", "Collectible", "Refurbished"
    offers: tuple[Offer, ...] | None  # in Amazon's order; None: it does not tell
    status: int | None = None  # of the part of the batch, as of HTTP
    code: str = ""  # what it says instead
    message: str = ""
    foreign: int = 0  # offers in another currency, which are left out


class _Fault(Part):
    code: str
    message: str


class _Status(Part):
    status_code: int


# -- getItemOffersBatch --------------------------------------------------------------------------------


class _Amount(Part):
    currency: str | None = Field(None, alias="CurrencyCode")
    amount: Decimals | None = Field(None, alias="Amount")


class _Feedback(Part):
    count: int = Field(alias="FeedbackCount")
    percent: Annotated[float | None, Field(alias="SellerPositiveFeedbackRating")] = None


class _ItemOffer(Part):
    sub_condition: str = Field(alias="SubCondition")
    price: _Amount = Field(alias="ListingPrice")
    shipping: _Amount = Field(alias="Shipping")
    by_amazon: bool = Field(alias="IsFulfilledByAmazon")
    seller_id: str | None = Field(None, alias="SellerId")
    mine: bool | None = Field(None, alias="MyOffer")
    offer_type: str | None = None
    featured: bool | None = Field(None, alias="IsBuyBoxWinner")
    feedback: _Feedback | None = Field(None, alias="SellerFeedbackRating")


class _BuyBox(Part):
    condition: str
    price: _Amount = Field(alias="ListingPrice")
    shipping: _Amount = Field(alias="Shipping")
    offer_type: str | None = None
    quantity_tier: int | None = None
    seller_id: str | None = None


class _Figures(Part):
    buy_box: tuple[_BuyBox, ...] | None = Field(None, alias="BuyBoxPrices")


class _ItemPayload(Part):
    marketplace_id: Key
    status: str
    offers: tuple[_ItemOffer, ...] = Field(alias="Offers")
    figures: _Figures = Field(alias="Summary")


class _ItemBody(Part):
    payload: dict[str, Any] | None = None  # read by itself, so that it spoils no other
    errors: tuple[_Fault, ...] | None = None


class _ItemAsked(Part):
    asin: str | None = Field(None, alias="Asin")
    family: str = Field(alias="ItemCondition")


class _ItemReply(Part):
    request: _ItemAsked
    body: _ItemBody
    status: _Status | None = None


class ItemOffersBatch(Said):
    """getItemOffersBatch: up to 20 ASINs, each in a family of conditions, with the 20 lowest offers of each."""

    responses: tuple[_ItemReply, ...]


# -- getCompetitiveSummary -----------------------------------------------------------------------------


class _Money(Part):
    currency: str | None = Field(None, alias="currencyCode")
    amount: Decimals | None = None


class _ShippingOption(Part):
    price: _Money


class _SummaryOffer(Part):
    seller_id: str
    fulfillment_type: str
    listing_price: _Money
    sub_condition: str | None = None
    shipping_options: tuple[_ShippingOption, ...] | None = None


class _Featured(Part):
    buying_option_type: str
    segmented_featured_offers: tuple[_SummaryOffer, ...]


class _LowestInput(Part):
    item_condition: str


class _Lowest(Part):
    lowest_priced_offers_input: _LowestInput
    offers: tuple[_SummaryOffer, ...]


class _SummaryBody(Part):
    marketplace_id: Key
    featured_buying_options: tuple[_Featured, ...] | None = None
    lowest_priced_offers: tuple[_Lowest, ...] | None = None


def _list(value: object) -> object:
    return value if isinstance(value, list) else None


class _SummaryReply(Part):
    status: _Status
    body: dict[str, Any]


class CompetitiveSummaries(Said):
    """getCompetitiveSummary: up to 20 ASINs, with who is featured on the page and the lowest offers of each."""

    responses: tuple[_SummaryReply, ...]


class _Faults(Part):
    errors: Annotated[tuple[_Fault, ...] | None, BeforeValidator(_list)] = None


# -- in our words --------------------------------------------------------------------------------------


def item_offers(
    batch: ItemOffersBatch, marketplace: Marketplace, seller_id: str
) -> Iterator[Found]:
    """Yield what *batch* tells of each ASIN; *seller_id* is ours."""
    reader = _Reader(marketplace, seller_id)
    for reply in batch.responses:
        payload = reply.body.payload or {}
        asin = reply.request.asin or payload.get("ASIN")
        if isinstance(asin, str) and asin:
            yield _judged(
                Found(asin, reply.request.family, None),
                reply.status,
                reply.body.errors,
                reply.body.payload,
                reader.of_item,
            )


def summary_offers(
    batch: CompetitiveSummaries, marketplace: Marketplace, seller_id: str
) -> Iterator[Found]:
    """Yield what *batch* tells of the new offers for each ASIN; *seller_id* is ours."""
    reader = _Reader(marketplace, seller_id)
    for reply in batch.responses:
        asin = reply.body.get("asin")
        if isinstance(asin, str) and asin:
            try:
                errors = _Faults.model_validate(reply.body).errors
            except ValidationError:
                errors = None
            yield _judged(
                Found(asin, NEW, None), reply.status, errors, reply.body, reader.of_summary
            )


def _judged(
    found: Found,
    status: _Status | None,
    errors: Iterable[_Fault] | None,
    content: dict[str, Any] | None,
    read: Callable[[Found, dict[str, Any]], Found],
) -> Found:
    """Return what one part of a batch comes to."""
    code = None if status is None else status.status_code
    if content is not None and (code or 200) < 300 and not errors:
        try:
            return read(found._replace(status=code), content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            place = ".".join(str(each) for each in first["loc"])
            return found._replace(status=code, code=BAD, message=f"{place}: {first['msg']}")
    fault = next(iter(errors or ()), None)
    said = (fault.code, fault.message) if fault else (f"Http{code}" if code else BAD, "")
    return found._replace(status=code, code=said[0], message=said[1])


class _Reader:
    """Turns the parts of an answer into offers."""

    def __init__(self, marketplace: Marketplace, seller_id: str) -> None:
        self._id = marketplace.marketplace_id
        self._currency = marketplace.currency
        self._seller_id = seller_id
        self._minor = cell_values.price_reader(marketplace)

    def of_item(self, found: Found, content: dict[str, Any]) -> Found:
        payload = _ItemPayload.model_validate(content)
        if payload.marketplace_id != self._id:
            return self._elsewhere(found, payload.marketplace_id)
        if payload.status in _UNTOLD:
            return found._replace(code=payload.status)
        told = [one for one in payload.offers if one.offer_type in {None, _CONSUMERS}]
        prices = [self._landed(one.price, one.shipping) for one in told]
        offers = [
            Offer(
                _condition(found.family, one.sub_condition),
                *price,
                Fulfillment.AMAZON.value if one.by_amazon else Fulfillment.MERCHANT.value,
                _percent(one.feedback),
                one.feedback.count if one.feedback else None,
                ours=bool(one.mine) or one.seller_id == self._seller_id,
                buy_box=bool(one.featured),
            )
            for one, price in zip(told, prices, strict=True)
            if price is not None
        ]
        if not any(offer.buy_box for offer in offers):
            offers += self._buy_box(found.family, payload.figures.buy_box or ())
        return found._replace(
            offers=tuple(offers), foreign=sum(self._is_foreign(one.price) for one in told)
        )

    def of_summary(self, found: Found, content: dict[str, Any]) -> Found:
        body = _SummaryBody.model_validate(content)
        if body.marketplace_id != self._id:
            return self._elsewhere(found, body.marketplace_id)
        featured = [
            each
            for one in body.featured_buying_options or ()
            if one.buying_option_type.casefold() == NEW.casefold()
            for each in one.segmented_featured_offers
        ]
        lowest = [
            each
            for one in body.lowest_priced_offers or ()
            if one.lowest_priced_offers_input.item_condition == NEW
            for each in one.offers
        ]
        winners = {key for each in featured if (key := self._key(each)) is not None}
        told: dict[tuple[object, ...], Offer] = {}
        for each in [*lowest, *featured]:
            key = self._key(each)
            if key is not None:
                told[key] = Offer(
                    _condition(NEW, each.sub_condition or NEW),
                    key[0],
                    key[1],
                    _BY_TYPE.get(each.fulfillment_type),
                    ours=each.seller_id == self._seller_id,
                    buy_box=key in winners,
                )
        foreign = sum(self._is_foreign(each.listing_price) for each in [*lowest, *featured])
        return found._replace(offers=tuple(told.values()), foreign=foreign)

    def _elsewhere(self, found: Found, marketplace_id: str) -> Found:
        words = f"The answer is about {marketplace_id}, not about {self._id}."
        return found._replace(code=FOREIGN, message=words)

    def _buy_box(self, family: str, told: Iterable[_BuyBox]) -> Iterator[Offer]:
        """Yield the Buy Box where its offer is not among the 20 lowest; of used ones the grade is not told."""
        for one in told:
            price = self._landed(one.price, one.shipping)
            if (
                price is not None
                and one.condition.casefold() == family.casefold() in {"new", "refurbished"}
                and one.offer_type in {None, _CONSUMERS}
                and one.quantity_tier in {None, 1}
            ):
                ours = one.seller_id == self._seller_id
                yield Offer(_condition(family, family), *price, ours=ours, buy_box=True)
                return

    def _key(self, one: _SummaryOffer) -> tuple[int, int, str, str] | None:
        shipping = next((each.price for each in one.shipping_options or ()), None)
        price = self._landed(one.listing_price, shipping)
        return None if price is None else (*price, one.seller_id, one.fulfillment_type)

    def _landed(
        self, price: _Amount | _Money, shipping: _Amount | _Money | None
    ) -> tuple[int, int] | None:
        """Return price and shipping in minor units; no shipping is told where there is none."""
        amount = self._read(price)
        fee = 0 if shipping is None or shipping.amount is None else self._read(shipping)
        return None if amount is None or fee is None else (amount, fee)

    def _read(self, money: _Amount | _Money) -> int | None:
        if money.amount is None or money.currency != self._currency:
            return None
        read = self._minor(money.amount)
        return read if isinstance(read, int) else None

    def _is_foreign(self, money: _Amount | _Money) -> bool:
        return money.amount is not None and money.currency != self._currency


def _condition(family: str, grade: str) -> str:
    """Return a Condition value; one that no listing of ours can have (``new_open_box``) stays a word."""
    letters, kind = _NOT_LETTERS.sub("", grade.casefold()), family.casefold()
    if kind == "refurbished" or letters == kind:
        return f"{kind}_{kind}"
    return f"{kind}_{_GRADES.get(letters, letters)}"


def _percent(feedback: _Feedback | None) -> int | None:
    """Return the share of positive feedback, rounded down: 97.9 % is not enough where 98 % is wanted."""
    return None if feedback is None or feedback.percent is None else int(feedback.percent)
