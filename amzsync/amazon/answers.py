"""What Amazon's answers look like: a key that Amazon's schemas require is required, unknown ones are passed over.

Attributes are Amazon's names in our spelling (``nextToken`` is ``next_token``).  A word of a list that Amazon may
lengthen (a status, a severity) stays text.  Absent and empty are two things: ``None`` and ``()``.
Source: the models of listingsItems and listingsRestrictions 2021-08-01, catalogItems 2022-04-01, reports
2021-06-30, sellers v1 and fbaInventory v1 (github.com/amzn/selling-partner-api-models).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from amzsync.amazon.answer_parts import (
    Count,
    Key,
    MarketplacePart,
    Moment,
    Pagination,
    Part,
    Said,
    next_of,
    places_of,
)


class Summary(MarketplacePart):
    """What a listing is in one marketplace; it has an ASIN once Amazon has found or made its page."""

    product_type: str
    status: tuple[str, ...]  # BUYABLE, DISCOVERABLE; empty: neither
    created_date: Moment
    last_updated_date: Moment
    asin: str | None = None
    condition_type: str | None = None
    fn_sku: str | None = None
    item_name: str | None = None


class EnforcementAction(Part):
    """What Amazon did about an issue: LISTING_SUPPRESSED, ATTRIBUTE_SUPPRESSED, SEARCH_SUPPRESSED, ..."""

    action: str


class Exemption(Part):
    """Whether the listing is spared the actions: EXEMPT, EXEMPT_UNTIL_EXPIRY_DATE, NOT_EXEMPT."""

    status: str
    expiry_date: Moment | None = None


class Enforcements(Part):
    """What Amazon did, or will do, about an issue."""

    actions: tuple[EnforcementAction, ...]
    exemption: Exemption


class Issue(Part):
    """A problem that Amazon attaches to a listing; its message is in the language that was asked for."""

    code: str
    message: str
    severity: str  # ERROR, WARNING, INFO
    categories: tuple[str, ...]
    attribute_names: tuple[str, ...] | None = None
    enforcements: Enforcements | None = None
    marketplace_ids: tuple[str, ...] | None = None

    def concerns(self, marketplace_id: str) -> bool:
        """Tell whether it holds in *marketplace_id*; one that names no marketplace holds in all."""
        return not self.marketplace_ids or marketplace_id in self.marketplace_ids


class Money(Part):
    """An amount as decimal text, in major units."""

    currency_code: Key
    amount: Annotated[str, Field(coerce_numbers_to_str=True)]


class Offer(MarketplacePart):
    """At what price it is offered, and to whom."""

    offer_type: str  # B2C, B2B
    price: Money


class FulfillmentAvailability(Part):
    """How many there are in one fulfilment channel; no quantity: Amazon does not say."""

    fulfillment_channel_code: str
    quantity: int | None = None


class ListingProductType(MarketplacePart):
    """What kind of product it is listed as."""

    product_type: str


class SkuRelationship(Part):
    """A relation to other listings: VARIATION, PACKAGE_HIERARCHY."""

    type: str
    child_skus: tuple[str, ...] | None = None
    parent_skus: tuple[str, ...] | None = None


class SkuRelationships(MarketplacePart):
    """The relations in one marketplace."""

    relationships: tuple[SkuRelationship, ...]


class ListingsItem(Said):
    """getListingsItem: one listing; a part that was not asked for is ``None``."""

    sku: Key
    summaries: tuple[Summary, ...] | None = None
    issues: tuple[Issue, ...] | None = None
    offers: tuple[Offer, ...] | None = None
    fulfillment_availability: tuple[FulfillmentAvailability, ...] | None = None
    attributes: Mapping[str, Any] | None = None  # as the seller sent them; see listing_extras
    product_types: tuple[ListingProductType, ...] | None = None
    relationships: tuple[SkuRelationships, ...] | None = None

    def marketplaces(self) -> frozenset[str]:
        """Return those of its parts; issues do not count, for one issue may hold in several."""
        return places_of(self.summaries, self.offers, self.product_types, self.relationships)


class ListingsPage(Said):
    """searchListingsItems: one page; the number of results is that of all pages together."""

    number_of_results: Count
    items: tuple[ListingsItem, ...]
    pagination: Pagination | None = None

    @property
    def next_token(self) -> str | None:
        """Return what to ask for the next page with; ``None`` on the last one."""
        return next_of(self.pagination)

    def marketplaces(self) -> frozenset[str]:
        """Return those of its listings."""
        return frozenset[str]().union(*(item.marketplaces() for item in self.items))


class RestrictionLink(Part):
    """Where the seller can do something about it."""

    resource: str
    verb: str
    title: str | None = None
    type: str | None = None


class RestrictionReason(Part):
    """Why an ASIN may not be listed: APPROVAL_REQUIRED, ASIN_NOT_FOUND, NOT_ELIGIBLE."""

    message: str
    reason_code: str | None = None
    links: tuple[RestrictionLink, ...] | None = None


class Restriction(MarketplacePart):
    """A bar to listing an ASIN, in one condition or in all."""

    condition_type: str | None = None
    reasons: tuple[RestrictionReason, ...] | None = None


class Restrictions(Said):
    """getListingsRestrictions: an empty list means that it may be listed."""

    restrictions: tuple[Restriction, ...]

    def marketplaces(self) -> frozenset[str]:
        """Return those that the restrictions hold in."""
        return places_of(self.restrictions)


class CreatedReport(Said):
    """createReport: the id to follow."""

    report_id: Key


class Report(Said):
    """getReport: what has become of a report."""

    report_id: Key
    report_type: str
    created_time: Moment
    processing_status: str  # IN_QUEUE, IN_PROGRESS, DONE, CANCELLED, FATAL
    marketplace_ids: tuple[str, ...] | None = None
    data_start_time: Moment | None = None
    data_end_time: Moment | None = None
    report_schedule_id: str | None = None
    processing_start_time: Moment | None = None
    processing_end_time: Moment | None = None
    report_document_id: str | None = None

    def marketplaces(self) -> frozenset[str]:
        """Return those that it was asked for."""
        return frozenset(self.marketplace_ids or ())

    def foreign(self, marketplace_id: str) -> frozenset[str]:
        """Return its marketplaces if *marketplace_id* is none of them; reports may be asked for several."""
        asked = self.marketplaces()
        return frozenset() if marketplace_id in asked else asked


class ReportsPage(Said):
    """getReports: the newest first; only the first page tells what was asked for."""

    reports: tuple[Report, ...]
    next_token: str | None = None

    def marketplaces(self) -> frozenset[str]:
        """Return those that the reports were asked for."""
        return frozenset[str]().union(*(report.marketplaces() for report in self.reports))

    def foreign(self, marketplace_id: str) -> frozenset[str]:
        """Return the marketplaces of the reports that are not of *marketplace_id*."""
        return frozenset[str]().union(*(report.foreign(marketplace_id) for report in self.reports))


class ReportDocument(Said):
    """getReportDocument: where the bytes are; the address is a secret and holds for five minutes."""

    report_document_id: Key
    url: Annotated[str, Field(min_length=1, repr=False)]
    compression_algorithm: str | None = None  # GZIP


class CatalogIdentifier(Part):
    """An identifier of a catalogue item, as Amazon writes it: UPC, EAN, GTIN, ISBN, SKU, ..."""

    identifier_type: str
    identifier: str


class CatalogIdentifiers(MarketplacePart):
    """The identifiers in one marketplace."""

    identifiers: tuple[CatalogIdentifier, ...]


class CatalogSummary(MarketplacePart):
    """What a catalogue item is called in one marketplace."""

    item_name: str | None = None
    brand: str | None = None
    item_classification: str | None = None  # BASE_PRODUCT, VARIATION_PARENT, PRODUCT_BUNDLE, OTHER


class CatalogProductType(Part):
    """What kind of product it is; the schema requires neither."""

    marketplace_id: str | None = None
    product_type: str | None = None


class AsinRelationship(Part):
    """A relation to other catalogue items: VARIATION, PACKAGE_HIERARCHY."""

    type: str
    child_asins: tuple[str, ...] | None = None
    parent_asins: tuple[str, ...] | None = None


class AsinRelationships(MarketplacePart):
    """The relations in one marketplace."""

    relationships: tuple[AsinRelationship, ...]


class CatalogItem(Part):
    """A page of Amazon's catalogue; a part that was not asked for is ``None``."""

    asin: Key
    identifiers: tuple[CatalogIdentifiers, ...] | None = None
    summaries: tuple[CatalogSummary, ...] | None = None
    product_types: tuple[CatalogProductType, ...] | None = None
    relationships: tuple[AsinRelationships, ...] | None = None


class CatalogPage(Said):
    """searchCatalogItems: one page."""

    number_of_results: Count
    items: tuple[CatalogItem, ...]
    pagination: Pagination | None = None

    @property
    def next_token(self) -> str | None:
        """Return what to ask for the next page with; ``None`` on the last one."""
        return next_of(self.pagination)

    def marketplaces(self) -> frozenset[str]:
        """Return those of its items."""
        return frozenset[str]().union(
            *(
                places_of(each.identifiers, each.summaries, each.relationships)
                for each in self.items
            )
        )


class Marketplace(Part):
    """A marketplace that the account may sell in."""

    id: Key
    name: str
    country_code: str
    default_currency_code: str
    default_language_code: str
    domain_name: str


class Participation(Part):
    """Whether the account sells there."""

    is_participating: bool
    has_suspended_listings: bool


class MarketplaceParticipation(Part):
    """A marketplace, and how the account stands there."""

    marketplace: Marketplace
    participation: Participation
    store_name: str


class Participations(Said):
    """getMarketplaceParticipations, about all marketplaces of the account; without ``payload`` it says nothing."""

    payload: tuple[MarketplaceParticipation, ...]


class Granularity(Part):
    """What the quantities are summed over: the marketplace."""

    granularity_type: str | None = None
    granularity_id: str | None = None


class InventoryDetails(Part):
    """Where the stock is; only where details were asked for."""

    fulfillable_quantity: int | None = None
    inbound_working_quantity: int | None = None
    inbound_shipped_quantity: int | None = None
    inbound_receiving_quantity: int | None = None


class InventorySummary(Part):
    """What Amazon holds of one seller SKU; the schema requires nothing of it."""

    seller_sku: str | None = None
    asin: str | None = None
    fn_sku: str | None = None
    condition: str | None = None
    total_quantity: int | None = None
    inventory_details: InventoryDetails | None = None
    last_updated_time: str | None = None  # as it came: it is empty for stock that has never moved


class InventoryResult(Part):
    """The inside of the answer."""

    granularity: Granularity
    inventory_summaries: tuple[InventorySummary, ...]


class InventoryPage(Said):
    """getInventorySummaries: one page; its token dies after 30 seconds."""

    payload: InventoryResult
    pagination: Pagination | None = None

    @property
    def next_token(self) -> str | None:
        """Return what to ask for the next page with; ``None`` on the last one."""
        return next_of(self.pagination)

    def marketplaces(self) -> frozenset[str]:
        """Return the one that the quantities are summed over."""
        of = self.payload.granularity.granularity_id
        return frozenset({of} if of else ())
