"""What Amazon answers to what changes something: submissions, feeds, and the product types they are written by.

Read like the other answers: what Amazon's schemas require is required, so that an answer without it is none, and
nobody takes it for a yes.  A 2xx may carry the status INVALID: then nothing was done.
Source: the models of listingsItems 2021-08-01, feeds 2021-06-30 and definitionsProductTypes 2020-09-01
(github.com/amzn/selling-partner-api-models).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from amzsync.amazon.answer_parts import Key, Moment, Part, Said
from amzsync.amazon.answers import Issue


class SubmittedIdentifiers(Part):
    """By which ASIN Amazon knows what was submitted; the schema requires neither."""

    marketplace_id: str | None = None
    asin: str | None = None


class Submission(Said):
    """patchListingsItem, putListingsItem, deleteListingsItem: whether Amazon took it; not that it shows yet."""

    sku: Key
    status: Key  # ACCEPTED, INVALID; of a preview VALID, INVALID
    submission_id: Key
    issues: tuple[Issue, ...] | None = None
    identifiers: tuple[SubmittedIdentifiers, ...] | None = None  # only where they were asked for

    def marketplaces(self) -> frozenset[str]:
        """Return those of its identifiers; issues do not count, for one issue may hold in several."""
        return frozenset(
            each.marketplace_id for each in self.identifiers or () if each.marketplace_id
        )


class CreatedFeedDocument(Said):
    """createFeedDocument: where the feed is put; the address is a secret and holds for five minutes."""

    feed_document_id: Key
    url: Annotated[str, Field(min_length=1, repr=False)]


class CreatedFeed(Said):
    """createFeed: the id to follow."""

    feed_id: Key


class Feed(Said):
    """getFeed: what has become of a feed; DONE says that it was read, not that Amazon took what is in it."""

    feed_id: Key
    feed_type: Key
    created_time: Moment
    processing_status: Key  # IN_QUEUE, IN_PROGRESS, DONE, CANCELLED, FATAL
    marketplace_ids: tuple[str, ...] | None = None
    processing_start_time: Moment | None = None
    processing_end_time: Moment | None = None
    result_feed_document_id: str | None = None

    def marketplaces(self) -> frozenset[str]:
        """Return those that it is for."""
        return frozenset(self.marketplace_ids or ())

    def foreign(self, marketplace_id: str) -> frozenset[str]:
        """Return its marketplaces if *marketplace_id* is none of them; a feed may be for several."""
        meant = self.marketplaces()
        return frozenset() if marketplace_id in meant else meant


class FeedsPage(Said):
    """getFeeds: one page."""

    feeds: tuple[Feed, ...]
    next_token: str | None = None

    def marketplaces(self) -> frozenset[str]:
        """Return those that the feeds are for."""
        return frozenset[str]().union(*(feed.marketplaces() for feed in self.feeds))

    def foreign(self, marketplace_id: str) -> frozenset[str]:
        """Return the marketplaces of the feeds that are not for *marketplace_id*."""
        return frozenset[str]().union(*(feed.foreign(marketplace_id) for feed in self.feeds))


class FeedDocument(Said):
    """getFeedDocument: where the processing report is; the address is a secret and holds for five minutes."""

    feed_document_id: Key
    url: Annotated[str, Field(min_length=1, repr=False)]
    compression_algorithm: str | None = None  # GZIP


class Nothing(Said):
    """cancelFeed: nothing is said, not even an empty object."""


class Link(Part):
    """Where something can be fetched; the address is signed, and dies."""

    resource: Annotated[str, Field(min_length=1, repr=False)]
    verb: str  # GET


class SchemaLink(Part):
    """A schema that lies elsewhere."""

    link: Link
    checksum: Key  # MD5 of its bytes in Base64


class ProductTypeVersion(Part):
    """Which version of a product type this is."""

    version: Key
    latest: bool
    release_candidate: bool | None = None


class PropertyGroup(Part):
    """Attributes that Amazon shows together; the schema requires nothing of it."""

    title: str | None = None
    description: str | None = None
    property_names: tuple[str, ...] | None = None


class ProductTypeDefinition(Said):
    """getDefinitionsProductType: what a listing of a product type is made of; the schema itself is linked."""

    definition: Annotated[SchemaLink, Field(alias="schema")]
    requirements: Key  # LISTING, LISTING_PRODUCT_ONLY, LISTING_OFFER_ONLY
    requirements_enforced: Key  # ENFORCED, NOT_ENFORCED
    property_groups: dict[str, PropertyGroup]
    locale: Key
    marketplace_ids: tuple[str, ...]
    product_type: Key
    display_name: str
    product_type_version: ProductTypeVersion
    meta_schema: SchemaLink | None = None

    def marketplaces(self) -> frozenset[str]:
        """Return those that the definition holds in."""
        return frozenset(self.marketplace_ids)

    def foreign(self, marketplace_id: str) -> frozenset[str]:
        """Return its marketplaces if *marketplace_id* is none of them."""
        meant = self.marketplaces()
        return frozenset() if marketplace_id in meant else meant
