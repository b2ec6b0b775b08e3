"""The operations of the Selling Partner API that are used, each with its version and its published usage plan.

Rates are those of Amazon's models (github.com/amzn/selling-partner-api-models), per selling account and
application.  An account may have others: Amazon's answers tell, see ``pace``.
"""

from __future__ import annotations

from amzsync.amazon import answers, offer_answers, submission_answers
from amzsync.amazon.calls import Operation

SEARCH_LISTINGS = Operation(
    "searchListingsItems",
    "GET",
    "/listings/2021-08-01/items/{sellerId}",
    rate=5.0,
    burst=5,
    model=answers.ListingsPage,
)
GET_LISTING = Operation(
    "getListingsItem",
    "GET",
    "/listings/2021-08-01/items/{sellerId}/{sku}",
    rate=5.0,
    burst=10,
    model=answers.ListingsItem,
)
SEARCH_CATALOG = Operation(
    "searchCatalogItems",
    "GET",
    "/catalog/2022-04-01/items",
    rate=2.0,
    burst=2,
    model=answers.CatalogPage,
)
GET_RESTRICTIONS = Operation(
    "getListingsRestrictions",
    "GET",
    "/listings/2021-08-01/restrictions",
    rate=5.0,
    burst=10,
    model=answers.Restrictions,
)
CREATE_REPORT = Operation(
    "createReport",
    "POST",
    "/reports/2021-06-30/reports",
    rate=0.0167,
    burst=15,
    model=answers.CreatedReport,
    repeatable=False,
)
GET_REPORT = Operation(
    "getReport",
    "GET",
    "/reports/2021-06-30/reports/{reportId}",
    rate=2.0,
    burst=15,
    model=answers.Report,
)
GET_REPORTS = Operation(
    "getReports",
    "GET",
    "/reports/2021-06-30/reports",
    rate=0.0222,
    burst=10,
    model=answers.ReportsPage,
)
GET_DOCUMENT = Operation(
    "getReportDocument",
    "GET",
    "/reports/2021-06-30/documents/{reportDocumentId}",
    rate=0.0167,
    burst=15,
    model=answers.ReportDocument,
)
GET_PARTICIPATIONS = Operation(
    "getMarketplaceParticipations",
    "GET",
    "/sellers/v1/marketplaceParticipations",
    rate=0.016,
    burst=15,
    model=answers.Participations,
)
GET_INVENTORY = Operation(
    "getInventorySummaries",
    "GET",
    "/fba/inventory/v1/summaries",
    rate=2.0,
    burst=2,
    model=answers.InventoryPage,
)
GET_ITEM_OFFERS = Operation(
    "getItemOffersBatch",
    "POST",
    "/batches/products/pricing/v0/itemOffers",
    rate=0.1,
    burst=1,
    model=offer_answers.ItemOffersBatch,
)
GET_SUMMARIES = Operation(
    "getCompetitiveSummary",
    "POST",
    "/batches/products/pricing/2022-05-01/items/competitiveSummary",
    rate=0.033,
    burst=1,
    model=offer_answers.CompetitiveSummaries,
)
PATCH_LISTING = Operation(
    "patchListingsItem",
    "PATCH",
    "/listings/2021-08-01/items/{sellerId}/{sku}",
    rate=5.0,
    burst=5,
    model=submission_answers.Submission,
    repeatable=False,
)
PUT_LISTING = Operation(
    "putListingsItem",
    "PUT",
    "/listings/2021-08-01/items/{sellerId}/{sku}",
    rate=5.0,
    burst=10,
    model=submission_answers.Submission,
    repeatable=False,
)
DELETE_LISTING = Operation(
    "deleteListingsItem",
    "DELETE",
    "/listings/2021-08-01/items/{sellerId}/{sku}",
    rate=5.0,
    burst=5,
    model=submission_answers.Submission,
    repeatable=False,
)
_PREVIEW = (("mode", "VALIDATION_PREVIEW"),)  # Amazon checks what is sent, and changes nothing
PREVIEW_PATCH = PATCH_LISTING._replace(
    name="patchListingsItem preview", rate=1.0, burst=1, repeatable=True, fixed=_PREVIEW
)
PREVIEW_PUT = PUT_LISTING._replace(
    name="putListingsItem preview", rate=1.0, burst=1, repeatable=True, fixed=_PREVIEW
)
CREATE_FEED_DOCUMENT = Operation(
    "createFeedDocument",
    "POST",
    "/feeds/2021-06-30/documents",
    rate=0.5,
    burst=15,
    model=submission_answers.CreatedFeedDocument,  # a spare document does no harm
)
CREATE_FEED = Operation(
    "createFeed",
    "POST",
    "/feeds/2021-06-30/feeds",
    rate=5 / 300,  # of JSON_LISTINGS_FEED: five in five minutes, in a region
    burst=5,
    model=submission_answers.CreatedFeed,
    repeatable=False,
)
GET_FEED = Operation(
    "getFeed",
    "GET",
    "/feeds/2021-06-30/feeds/{feedId}",
    rate=2.0,
    burst=15,
    model=submission_answers.Feed,
)
GET_FEEDS = Operation(
    "getFeeds",
    "GET",
    "/feeds/2021-06-30/feeds",
    rate=0.0222,
    burst=10,
    model=submission_answers.FeedsPage,
)
CANCEL_FEED = Operation(
    "cancelFeed",
    "DELETE",
    "/feeds/2021-06-30/feeds/{feedId}",
    rate=2.0,
    burst=15,
    model=submission_answers.Nothing,
    mute=True,
)
GET_FEED_DOCUMENT = Operation(
    "getFeedDocument",
    "GET",
    "/feeds/2021-06-30/documents/{feedDocumentId}",
    rate=0.0222,
    burst=10,
    model=submission_answers.FeedDocument,
)
GET_PRODUCT_TYPE = Operation(
    "getDefinitionsProductType",
    "GET",
    "/definitions/2020-09-01/productTypes/{productType}",
    rate=5.0,
    burst=5,
    model=submission_answers.ProductTypeDefinition,
)

OPERATIONS: dict[str, Operation] = {
    each.name: each
    for each in (
        SEARCH_LISTINGS,
        GET_LISTING,
        SEARCH_CATALOG,
        GET_RESTRICTIONS,
        CREATE_REPORT,
        GET_REPORT,
        GET_REPORTS,
        GET_DOCUMENT,
        GET_PARTICIPATIONS,
        GET_INVENTORY,
        GET_ITEM_OFFERS,
        GET_SUMMARIES,
        PATCH_LISTING,
        PUT_LISTING,
        DELETE_LISTING,
        PREVIEW_PATCH,
        PREVIEW_PUT,
        CREATE_FEED_DOCUMENT,
        CREATE_FEED,
        GET_FEED,
        GET_FEEDS,
        CANCEL_FEED,
        GET_FEED_DOCUMENT,
        GET_PRODUCT_TYPE,
    )
}
"""Operation by Amazon's name for it."""
