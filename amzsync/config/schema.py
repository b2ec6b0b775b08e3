"""Check amzsync.toml: every key known, every value of its kind, all problems told at once."""

from __future__ import annotations

import codecs
import difflib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from amzsync.config import DEFAULT_STATE, Raw
from amzsync.config.accounts import VARIABLES, AccountTable, AmazonTable, account_problem, clashes
from amzsync.config.fields import EXACT, Text, without_secrets
from amzsync.core.guards import Limits
from amzsync.core.identifiers import Kind
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.match import DEFAULT_ORDER, SELLER_SKU
from amzsync.errors import ConfigError

_LIMITS = Limits()
_SEVERAL = "several"  # the type of a finding that is several, each worded already
_NAMED = {"stores": "a store", "accounts": "an account"}


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[Text], BeforeValidator(_as_list)]
Codes = Annotated[
    list[
        Annotated[
            str,
            StringConstraints(
                to_lower=True, strip_whitespace=True, pattern=r"^[A-Za-z][A-Za-z0-9_]*$"
            ),
        ]
    ],
    BeforeValidator(_as_list),
]
Share = Annotated[float, Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class _Table(BaseModel):
    model_config = EXACT


class _State(_Table):
    path: Text = DEFAULT_STATE

    @field_validator("path")
    @classmethod
    def _one_file(cls, value: str) -> str:
        if "{" in value:
            raise ValueError(
                "one state file serves all stores; a path with {store} is not supported yet"
            )
        return value


class _Commerce(_Table):
    products: Text
    stock: Text | None = None
    stock_sources: Texts = []
    encoding: Text | None = None
    date_order: Literal["mdy", "dmy", "ymd"] = "mdy"

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        return _encoding(value)


class _Mapping(_Table):
    asin: Codes = []
    upc: Codes = []
    ean: Codes = []
    isbn: Codes = []
    gcid: Codes = []
    seller_sku: Codes = ["sku"]
    order: list[Literal["seller_sku", "asin", "upc", "ean", "isbn", "gcid"]] = []
    pins: Text | None = None
    condition: Text | None = None

    def whole_order(self) -> list[str]:
        """Return the order of matching, the default one where none is given."""
        return [*self.order] or [*DEFAULT_ORDER, *(["gcid"] if self.gcid else [])]

    @field_validator("order")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise ValueError("names an identifier twice")
        return value

    @model_validator(mode="after")
    def _all_asked(self) -> _Mapping:
        order = self.whole_order()
        unused = [
            kind.value for kind in Kind if getattr(self, kind.value) and kind.value not in order
        ]
        if unused:
            raise ValueError(f"{', '.join(unused)} is mapped but missing in order")
        return self


class _Store(_Table):
    marketplace: str
    seller_id: Text
    website: Text
    store_view: Text | None = None
    listings: Texts = []
    ended: Text | None = None
    encoding: Text | None = None
    account: Text | None = None

    @field_validator("marketplace")
    @classmethod
    def _known(cls, value: str) -> str:
        if by_code(value) is None:
            raise ValueError(
                f"{value!r} is no Amazon marketplace (use a country code such as US, DE, UK or JP)"
            )
        return value

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        return _encoding(value)


class _Guards(_Table):
    vanished_rows: Count = _LIMITS.vanished_rows
    vanished_share: Share = _LIMITS.vanished_share
    price_rows: Count = _LIMITS.price_rows
    price_share: Share = _LIMITS.price_share
    price_factor: Annotated[float, Field(gt=1)] = _LIMITS.price_factor
    price_factor_share: Share = _LIMITS.price_factor_share
    rejected_rows: Count = _LIMITS.rejected_rows
    rejected_share: Share = _LIMITS.rejected_share


Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class _Root(_Table):
    state: _State = _State()
    commerce: _Commerce
    mapping: _Mapping
    accounts: dict[Name, AccountTable] = {}  # before the stores, which are compared with them
    amazon: AmazonTable = AmazonTable()
    stores: dict[Name, _Store]
    guards: _Guards = _Guards()

    @field_validator("stores")
    @classmethod
    def _different(cls, stores: dict[str, _Store], info: ValidationInfo) -> dict[str, _Store]:
        """Compare the stores with each other and the accounts, giving each the account that it asks."""
        if not stores:
            raise ValueError("there is none; add a table [stores.NAME]")
        problems = list(_same_sellers(stores))
        accounts = info.data.get("accounts")
        if accounts is not None:  # else they have problems of their own
            problems += _give_accounts(stores, accounts)
        if problems:
            raise PydanticCustomError(_SEVERAL, "", {"problems": problems})
        return stores


def _same_sellers(stores: Mapping[str, _Store]) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for name, store in stores.items():
        first = seen.setdefault((store.seller_id, _place(store).marketplace_id), name)
        if first != name:
            yield f"stores: {first} and {name} are the same seller in the same marketplace"


def _give_accounts(
    stores: Mapping[str, _Store], accounts: Mapping[str, AccountTable]
) -> Iterator[str]:
    asked: dict[str, tuple[str, str]] = {}
    for name, store in stores.items():
        place = _place(store)
        store.account, problem = account_problem(
            store.account, needed=not store.listings, place=place, accounts=accounts
        )
        if problem is not None:
            yield f"stores.{name}.account: {problem}"
        elif store.account is not None:
            asked[name] = (store.account, place.marketplace_id)
    for clash in clashes(asked):
        yield f"stores: {clash}"


def _place(store: _Store) -> Marketplace:
    place = by_code(store.marketplace)
    assert place is not None  # checked
    return place


def check(raw: Raw) -> dict[str, Any]:
    """Return the plain values of *raw* with every default filled in, ready for JSON and ``config.build``.

    Raises ``ConfigError`` that lists every problem, each with its key.
    """
    try:
        root = _Root.model_validate(raw.data)
    except ValidationError as error:
        problems = tuple(sorted({text for one in error.errors() for text in _told(dict(one))}))
        raise ConfigError(
            f"{raw.path.name} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:",
            problems=problems,
        ) from error
    values = root.model_dump(mode="json")
    amazon, mapping = values["amazon"], values["mapping"]
    amazon["archive"] = amazon["archive"] or values["state"]["path"] + ".documents"
    values["mapping"] = {
        "attributes": {kind.value: mapping[kind.value] for kind in Kind if mapping[kind.value]},
        "order": root.mapping.whole_order(),
        **{name: mapping[name] for name in (SELLER_SKU, "pins", "condition")},
    }
    return values


def _encoding(value: str | None) -> str | None:
    if value is not None:
        try:
            marks = codecs.lookup(value).encode('"\t\n,')[0]
            plain = marks.removeprefix(codecs.BOM_UTF8) == b'"\t\n,'
        except (LookupError, ValueError):
            raise ValueError(f"{value!r} is no encoding that Python knows") from None
        except (TypeError, AttributeError):  # a codec for other things than text, as "base64" is
            plain = False
        if not plain:
            raise ValueError(f"documents in {value} cannot be read; save them as UTF-8")
    return value


def _told(problem: dict[str, Any]) -> Iterator[str]:
    """Yield one of pydantic's findings in words, which never repeat what looks like a secret."""
    texts = problem["ctx"]["problems"] if problem["type"] == _SEVERAL else [_worded(problem)]
    yield from map(without_secrets, texts)


def _worded(problem: dict[str, Any]) -> str:
    """Put one of pydantic's findings into words: the key, what is wrong, what was meant."""
    place = [str(part) for part in problem["loc"] if part != "[key]"]
    key = ".".join(place) or "the file"
    kind = problem["type"]
    if kind == "extra_forbidden":
        if place[0] == "accounts" and f"{place[-1]}_env" in VARIABLES:
            return (
                f"{key}: secrets have no place in this file; put it in an environment variable and name that "
                f"in {place[-1]}_env"
            )
        known = _known_keys(place[:-1])
        close = difflib.get_close_matches(place[-1], known, n=1)
        return f"{key}: unknown key" + (
            f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
        )
    if kind == "missing":
        return f"{key}: is missing"
    if kind in {"model_type", "dict_type"}:
        return f"{key}: must be a table; write [{key}]"
    if kind == "string_pattern_mismatch":
        if place[0] in _NAMED:
            return (
                f"{key}: is no name for {_NAMED[place[0]]}; use lower-case letters, digits, - and _"
            )
        return f"{key}: {problem['input']!r} is no attribute code; use letters, digits and _"
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{key}: {text[:1].lower()}{text[1:]}"


def _known_keys(place: list[str]) -> list[str]:
    tables: dict[str, type[BaseModel]] = {
        "state": _State,
        "commerce": _Commerce,
        "mapping": _Mapping,
        "guards": _Guards,
        "accounts": AccountTable,
        "amazon": AmazonTable,
        "stores": _Store,
    }
    model: type[BaseModel] = tables[place[0]] if place and place[0] in tables else _Root
    return sorted(model.model_fields)
