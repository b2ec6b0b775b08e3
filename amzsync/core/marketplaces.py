"""Amazon's marketplaces: ids, currencies, and the words by which their reports betray their origin.

Ids, codes and regions: Amazon's page "Marketplace IDs" (developer-docs.amazon.com/sp-api/docs/
marketplace-ids), which agrees with python-amazon-sp-api's table.  Exponents: ISO 4217.  Channel
words and zone names have been seen in public reports of the US, the UK, the euro countries, Japan
and India; for the other marketplaces they are what a Java program calls the local zone, and are
given generously, because they serve to prove that a report is *not* of a marketplace.

Amazon Business: Amazon's page "Amazon Business marketplace IDs" (developer-docs.amazon.com/amazon-business/docs/
marketplace-ids).  Time zones: where Amazon itself counts the days of a marketplace (Pacific time in the US and
Canada), else that of the country's largest city.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One Amazon site, and what its listings reports look like."""

    code: str  # Amazon's country code: "US", "UK" (not "GB"), "DE"
    marketplace_id: str  # "ATVPDKIKX0DER"
    region: str  # of the Selling Partner API: "na", "eu", "fe"
    currency: str  # ISO 4217
    exponent: (
        int  # decimal places of the currency: a price of 1.50 is 150 minor units where it is 2
    )
    name: str  # "amazon.com"
    channels: frozenset[str]  # words for "Amazon fulfils it" in its reports
    zones: frozenset[str]  # zone names that its reports may carry in open-date
    time_zone: str  # IANA name, by which a store's days begin and end unless it says otherwise
    business: bool  # there is Amazon Business: business prices and quantity tiers


_AMERICAN = "PST PDT MST MDT CST CDT EST EDT"
_BRITISH = "GMT BST"
_CONTINENTAL = "MET MEST CET CEST MEZ MESZ"
_EASTERN = f"EET EEST {_CONTINENTAL} {_BRITISH}"
_BRAZILIAN = f"BRT BRST {_AMERICAN}"
_TURKISH = f"TRT {_EASTERN}"
_SAUDI = f"AST GST {_EASTERN}"
_SOUTH_AFRICAN = f"SAST {_EASTERN}"

# code, id, region, currency, exponent, name, channel words, zone names
_TABLE: tuple[tuple[str, str, str, str, int, str, str, str], ...] = (
    ("US", "ATVPDKIKX0DER", "na", "USD", 2, "amazon.com", "AMAZON_NA", _AMERICAN),
    ("CA", "A2EUQ1WTGCTBG2", "na", "CAD", 2, "amazon.ca", "AMAZON_NA AMAZON_CA", _AMERICAN),
    ("MX", "A1AM78C64UM0Y8", "na", "MXN", 2, "amazon.com.mx", "AMAZON_NA AMAZON_MX", _AMERICAN),
    ("BR", "A2Q3Y263D00KWC", "na", "BRL", 2, "amazon.com.br", "AMAZON_NA AMAZON_BR", _BRAZILIAN),
    ("UK", "A1F83G8C2ARO7P", "eu", "GBP", 2, "amazon.co.uk", "AMAZON_EU AMAZON_UK", _BRITISH),
    ("IE", "A28R8C7NBKEWEA", "eu", "EUR", 2, "amazon.ie", "AMAZON_EU", "IST WET WEST " + _BRITISH),
    ("DE", "A1PA6795UKMFR9", "eu", "EUR", 2, "amazon.de", "AMAZON_EU", _CONTINENTAL),
    ("FR", "A13V1IB3VIYZZH", "eu", "EUR", 2, "amazon.fr", "AMAZON_EU", _CONTINENTAL),
    ("IT", "APJ6JRA9NG5V4", "eu", "EUR", 2, "amazon.it", "AMAZON_EU", _CONTINENTAL),
    ("ES", "A1RKKUPIHCS9HS", "eu", "EUR", 2, "amazon.es", "AMAZON_EU", _CONTINENTAL),
    ("NL", "A1805IZSGTT6HS", "eu", "EUR", 2, "amazon.nl", "AMAZON_EU", _CONTINENTAL),
    ("BE", "AMEN7PMS3EDWL", "eu", "EUR", 2, "amazon.com.be", "AMAZON_EU", _CONTINENTAL),
    ("SE", "A2NODRKZP88ZB9", "eu", "SEK", 2, "amazon.se", "AMAZON_EU", _CONTINENTAL),
    ("PL", "A1C3SOZRARQ6R3", "eu", "PLN", 2, "amazon.pl", "AMAZON_EU", _CONTINENTAL),
    ("TR", "A33AVAJ2PDY3EV", "eu", "TRY", 2, "amazon.com.tr", "AMAZON_EU AMAZON_TR", _TURKISH),
    ("EG", "ARBP9OOSHTCHU", "eu", "EGP", 2, "amazon.eg", "AMAZON_EU AMAZON_EG", _EASTERN),
    ("SA", "A17E79C6D8DWNP", "eu", "SAR", 2, "amazon.sa", "AMAZON_EU AMAZON_SA", _SAUDI),
    ("AE", "A2VIGQ35RCS4UG", "eu", "AED", 2, "amazon.ae", "AMAZON_EU AMAZON_AE", "GST " + _EASTERN),
    ("ZA", "AE08WJ6YKNBMC", "eu", "ZAR", 2, "amazon.co.za", "AMAZON_EU AMAZON_ZA", _SOUTH_AFRICAN),
    ("IN", "A21TJRUUN4KGV", "eu", "INR", 2, "amazon.in", "AMAZON_IN AMAZON_EU", "IST"),
    ("JP", "A1VC38T7YXB528", "fe", "JPY", 0, "amazon.co.jp", "AMAZON_JP AMAZON_FE", "JST"),
    ("AU", "A39IBJ37TRP1C6", "fe", "AUD", 2, "amazon.com.au", "AMAZON_AU AMAZON_FE",
     "AEST AEDT ACST ACDT AWST EST EDT"),
    ("SG", "A19VAU5U5O7RUS", "fe", "SGD", 2, "amazon.sg", "AMAZON_SG AMAZON_FE", "SGT"),
)  # fmt: skip

_TIME_ZONES = {
    "US": "America/Los_Angeles", "CA": "America/Los_Angeles", "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo", "UK": "Europe/London", "IE": "Europe/Dublin", "DE": "Europe/Berlin",
    "FR": "Europe/Paris", "IT": "Europe/Rome", "ES": "Europe/Madrid", "NL": "Europe/Amsterdam",
    "BE": "Europe/Brussels", "SE": "Europe/Stockholm", "PL": "Europe/Warsaw", "TR": "Europe/Istanbul",
    "EG": "Africa/Cairo", "SA": "Asia/Riyadh", "AE": "Asia/Dubai", "ZA": "Africa/Johannesburg",
    "IN": "Asia/Kolkata", "JP": "Asia/Tokyo", "AU": "Australia/Sydney", "SG": "Asia/Singapore",
}  # fmt: skip
_BUSINESS = frozenset(("US", "CA", "MX", "UK", "DE", "FR", "IT", "ES", "IN", "JP", "AU"))


def _marketplace(row: tuple[str, str, str, str, int, str, str, str]) -> Marketplace:
    code, *_, channels, zones = row
    words = frozenset(channels.split()), frozenset(zones.split())
    return Marketplace(*row[:6], *words, _TIME_ZONES[code], code in _BUSINESS)


MARKETPLACES: tuple[Marketplace, ...] = tuple(map(_marketplace, _TABLE))

# The country is GB in ISO 3166, UK at Amazon and in most people's mouths.
_BY_TEXT = {key: each for each in MARKETPLACES for key in (each.code, each.marketplace_id)}
_BY_TEXT["GB"] = _BY_TEXT["UK"]


def by_code(text: str) -> Marketplace | None:
    """Return the marketplace of a country code ("US", "uk", "GB") or a marketplace id, or None."""
    return _BY_TEXT.get(text.strip().upper())
