"""Check amzsync.toml: every key known, every value of its kind, all problems told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from amzsync.config import DEFAULT_STATE, Raw
from amzsync.config.accounts import AccountTable, AmazonTable, account_problem, clashes
from amzsync.config.commerce_table import CommerceTable
from amzsync.config.fields import EXACT, Code, Codes, Text
from amzsync.config.problems import SEVERAL, told
from amzsync.config.product_tables import Attributes, ProductTypes
from amzsync.config.rule_tables import Context, declared_types
from amzsync.config.settings_tables import SettingsTable
from amzsync.config.store_tables import StoreTable
from amzsync.core.guards import Limits
from amzsync.core.identifiers import Kind
from amzsync.core.match import DEFAULT_ORDER, SELLER_SKU
from amzsync.errors import ConfigError

_LIMITS = Limits()

Share = Annotated[float, Field(gt=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class _State(BaseModel):
    model_config = EXACT

    path: Text = DEFAULT_STATE

    @field_validator("path")
    @classmethod
    def _one_file(cls, value: str) -> str:
        if "{" in value:
            raise ValueError(
                "one state file serves all stores; a path with {store} is not supported yet"
            )
        return value


class _Mapping(BaseModel):
    model_config = EXACT

    asin: Codes = []
    upc: Codes = []
    ean: Codes = []
    isbn: Codes = []
    gcid: Codes = []
    seller_sku: Codes = ["sku"]
    order: list[Literal["seller_sku", "asin", "upc", "ean", "isbn", "gcid"]] = []
    pins: Text | None = None
    condition: Text | None = None
    product_type: Code | None = None
    product_types: ProductTypes = {}
    attributes: Attributes = {}

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


class _Guards(BaseModel):
    model_config = EXACT

    vanished_rows: Count = _LIMITS.vanished_rows
    vanished_share: Share = _LIMITS.vanished_share
    price_rows: Count = _LIMITS.price_rows
    price_share: Share = _LIMITS.price_share
    price_factor: Annotated[float, Field(gt=1)] = _LIMITS.price_factor
    price_factor_share: Share = _LIMITS.price_factor_share
    rejected_rows: Count = _LIMITS.rejected_rows
    rejected_share: Share = _LIMITS.rejected_share
    plan_rows: Count = _LIMITS.plan_rows
    plan_share: Share = _LIMITS.plan_share
    price_move: Annotated[float, Field(gt=0, allow_inf_nan=False)] = _LIMITS.price_move


Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class _Root(BaseModel):
    model_config = EXACT

    state: _State = _State()
    commerce: CommerceTable
    mapping: _Mapping
    defaults: SettingsTable = SettingsTable()
    accounts: dict[Name, AccountTable] = {}  # before the stores, which are compared with them
    amazon: AmazonTable = AmazonTable()
    stores: dict[Name, StoreTable]
    guards: _Guards = _Guards()

    @field_validator("commerce", "defaults")
    @classmethod
    def _noted(cls, value: BaseModel, info: ValidationInfo) -> BaseModel:
        """Tell the stores, which come later, what they must know of the other tables."""
        context = info.context
        assert isinstance(context, Context)
        if isinstance(value, CommerceTable):
            context.commerce = value
        elif isinstance(value, SettingsTable):
            context.defaults = value
        return value

    @field_validator("stores")
    @classmethod
    def _different(
        cls, stores: dict[str, StoreTable], info: ValidationInfo
    ) -> dict[str, StoreTable]:
        """Compare the stores with each other and the accounts, giving each the account that it asks."""
        if not stores:
            raise ValueError("there is none; add a table [stores.NAME]")
        problems = list(_same_sellers(stores))
        accounts = info.data.get("accounts")
        if accounts is not None:  # else they have problems of their own
            problems += _give_accounts(stores, accounts)
        if problems:
            raise PydanticCustomError(SEVERAL, "", {"problems": problems})
        return stores


def _same_sellers(stores: Mapping[str, StoreTable]) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for name, store in stores.items():
        first = seen.setdefault((store.seller_id, store.place.marketplace_id), name)
        if first != name:
            yield f"stores: {first} and {name} are the same seller in the same marketplace"


def _give_accounts(
    stores: Mapping[str, StoreTable], accounts: Mapping[str, AccountTable]
) -> Iterator[str]:
    asked: dict[str, tuple[str, str]] = {}
    for name, store in stores.items():
        place = store.place
        store.account, problem = account_problem(
            store.account, needed=not store.listings, place=place, accounts=accounts
        )
        if problem is not None:
            yield f"stores.{name}.account: {problem}"
        elif store.account is not None:
            asked[name] = (store.account, place.marketplace_id)
    for clash in clashes(asked):
        yield f"stores: {clash}"


def _context(data: Mapping[str, Any]) -> Context:
    mapping = data.get("mapping")
    return Context(
        declared=declared_types(data),
        mapped_condition=isinstance(mapping, dict) and "condition" in mapping,
        defaults=None if "defaults" in data else SettingsTable(),  # they are noted once checked
    )


def check(raw: Raw) -> dict[str, Any]:
    """Return the plain values of *raw* with every default filled in, ready for JSON and ``config.build``.

    Raises ``ConfigError`` that lists every problem, each with its key.
    """
    try:
        root = _Root.model_validate(raw.data, context=_context(raw.data))
    except ValidationError as error:
        found = {text for one in error.errors() for text in told(dict(one), _Root)}
        problems = tuple(sorted(found))
        raise ConfigError(
            f"{raw.path.name} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:",
            problems=problems,
        ) from error
    values = root.model_dump(mode="json", by_alias=True)
    del values["defaults"]  # every store has what it takes from them
    amazon, mapping = values["amazon"], values["mapping"]
    amazon["archive"] = amazon["archive"] or values["state"]["path"] + ".documents"
    values["mapping"] = {
        "attributes": {kind.value: mapping[kind.value] for kind in Kind if mapping[kind.value]},
        "order": root.mapping.whole_order(),
        **{name: mapping[name] for name in (SELLER_SKU, "pins", "condition")},
        "new_products": {
            name: mapping[name] for name in ("product_type", "product_types", "attributes")
        },
    }
    return values
