"""A commented amzsync.toml, written from what was found and answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from amzsync.core.marketplaces import by_code
from amzsync.render.text import safe

_ACCOUNT = (
    "[accounts.{name}]  # where the credentials are; they themselves never stand in this file",
    'region = "{region}"  # na, eu or fe',
    'client_id_env = "LWA_APP_ID"  # the names of environment variables',
    'client_secret_env = "LWA_CLIENT_SECRET"',
    'refresh_token_env = "SP_API_REFRESH_TOKEN"',
)
_FILE = '# credentials_file = "main.json"  # or a file that only you can read (chmod 600)'
_ALSO = (
    "# secret_issued = 2026-01-31  # it expires after 180 days: you are warned in time",
    "# authorized = 2026-01-31  # and this after a year",
    "",
    "# [amazon]  # how Amazon is asked",
    "# time_budget = 240  # seconds a run may take for it",
    "# report_age = 60  # minutes after which a new report is asked for",
    "# offers_age = 60  # minutes after which competitors' offers are asked for again",
    "# keep_days = 30  # how long the documents are kept, so that a run can be replayed",
    "",
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user answered, or what was proposed."""

    products: str
    mapping: Mapping[str, Sequence[tuple[str, str]]]  # kind -> (attribute, why)
    store: str
    marketplace: str
    seller_id: str
    website: str
    listings: Sequence[str]  # none where an account asks Amazon
    account: str = ""


def config_text(answers: Answers) -> str:
    """Return the text of the configuration file."""
    lines = [
        "# amzsync: Amazon listings and Commerce products, in step.",
        "# Paths are relative to this file. Check it with: amzsync config check",
        "",
        "[state]",
        'path = "amzsync.db"  # everything amzsync knows; private, never edited by hand',
        "",
        "[commerce]",
        "# The product export (System > Data Transfer > Export > Products): a file, or a pattern whose",
        "# newest match is read.",
        f"products = {_quoted(answers.products)}",
        '# stock = "exports/stock_sources*.csv"  # the stock-sources export, if it is to give the stock',
        '# date_order = "mdy"  # how the export writes dates: mdy, dmy or ymd',
        "",
        "[mapping]",
        "# Which Commerce attribute (or attributes) holds which identifier.",
    ]
    for kind in ("asin", "upc", "ean", "isbn", "gcid"):
        found = answers.mapping.get(kind, ())
        if found:
            names = [name for name, _ in found]
            value = _quoted(names[0]) if len(names) == 1 else f"[{', '.join(map(_quoted, names))}]"
            lines.append(f"{kind} = {value}  # {safe('; '.join(why for _, why in found))}")
        else:
            lines.append(f'# {kind} = "..."')
    lines += [
        'seller_sku = "sku"  # a listing whose seller SKU is a product\'s SKU is that product',
        '# order = ["seller_sku", "asin", "upc", "ean", "isbn"]  # which identifier names the match',
        'pins = "mapping.csv"  # pairs decided by hand (amzsync match pin): they win over everything',
        "",
        f"[stores.{answers.store}]",
        f"marketplace = {_quoted(answers.marketplace)}",
        f"seller_id = {_quoted(answers.seller_id)}",
        f"website = {_quoted(answers.website)}  # the Commerce website whose products are sold here",
        *_amazon(answers),
        "# [guards]  # an import that would change more than this refuses itself",
        "# vanished_share = 0.2",
        "# price_share = 0.5",
        "",
    ]
    return "\n".join(lines)


def _amazon(answers: Answers) -> Iterator[str]:
    """Yield the lines that say where the listings come from."""
    region = "na"
    if answers.account:
        market = by_code(answers.marketplace)
        region = market.region if market else region
        yield f"account = {_quoted(answers.account)}  # asks Amazon itself"
        yield '# listings = "reports/all-listings.txt"  # or report files of Seller Central'
        yield ""
    else:
        yield "# Amazon's report files (All Listings; where you have them Inactive, Suppressed, Cancelled, FBA):"
        yield "# a file, a pattern, or a list of these. They are recognised by their headings."
        yield f"listings = {_list(answers.listings)}"
        yield "# Leave listings out, and Amazon itself is asked, by the account below."
        yield ""
    for line in _ACCOUNT:
        text = line.format(name=answers.account or "main", region=region)
        yield text if answers.account else f"# {text}"
    yield _FILE if answers.account else f"# {_FILE}"
    yield from _ALSO


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a TOML basic string is a JSON string


def _list(texts: Sequence[str]) -> str:
    return _quoted(texts[0]) if len(texts) == 1 else f"[{', '.join(map(_quoted, texts))}]"
