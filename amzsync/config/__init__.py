"""amzsync.toml as values: where it is found, and what it says once it has been checked.

The checking itself (pydantic, 0.1 s to load) is in ``schema`` and runs only when the file has changed since
the state file last saw it checked.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from xxhash import xxh3_128_hexdigest

from amzsync.config.product_values import product_mapping
from amzsync.config.settings_values import money, settings
from amzsync.core.conditions import Type
from amzsync.core.guards import Limits
from amzsync.core.mapping import Mapping
from amzsync.core.marketplaces import Marketplace, by_code
from amzsync.core.product_mapping import ProductMapping
from amzsync.core.settings import Money, Settings
from amzsync.errors import ConfigError

NAME = "amzsync.toml"
DEFAULT_STATE = "amzsync.db"


@dataclass(frozen=True, slots=True)
class Commerce:
    """Where the Commerce catalogue comes from, and how its export is written."""

    products: str
    stock: str | None
    stock_sources: tuple[str, ...]  # empty: all
    encoding: str | None
    date_order: str  # "mdy", "dmy" or "ymd"
    attributes: Table[str, Type] = field(default_factory=dict)  # code -> declared type


@dataclass(frozen=True, slots=True)
class Account:
    """One Seller Central account: where its credentials are, never the credentials."""

    name: str
    region: str  # "na", "eu", "fe"
    client_id_env: str | None
    client_secret_env: str | None
    refresh_token_env: str | None
    credentials_file: Path | None
    endpoint: str  # "https://sellingpartnerapi-na.amazon.com", without a slash at its end
    token_url: str
    secret_issued: str | None  # ISO dates that the user notes; Amazon does not tell them
    authorized: str | None


@dataclass(frozen=True, slots=True)
class Amazon:
    """How Amazon is asked."""

    time_budget: int  # seconds that a run may spend on asking
    report_age: int  # minutes after which a report is asked for anew
    archive: Path  # the folder of the raw documents
    keep_days: int
    offers_age: int = 60  # minutes in which no ASIN is asked about twice


@dataclass(frozen=True, slots=True)
class Store:
    """One account in one marketplace, bound to one Commerce website."""

    name: str
    marketplace: Marketplace
    seller_id: str
    website: str
    view: str | None  # the Commerce store view whose values hold for this store
    listings: tuple[str, ...]  # report files; empty: Amazon is asked
    ended: str | None
    encoding: str | None
    account: str | None = None  # the account that asks Amazon, where there are no files
    orders: tuple[str, ...] = ()  # all-orders reports, of which the newest tells the pending orders
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Config:
    """All that amzsync.toml says."""

    path: Path
    state: Path
    commerce: Commerce
    mapping: Mapping
    pins: Path | None
    stores: tuple[Store, ...]
    limits: Limits
    accounts: tuple[Account, ...]
    amazon: Amazon
    money: Money = field(default_factory=Money)
    new_products: ProductMapping = field(default_factory=ProductMapping)

    @property
    def folder(self) -> Path:
        """Return the folder that relative paths start from."""
        return self.path.parent

    def chosen(self, name: str | None) -> tuple[Store, ...]:
        """Return the store called *name*, or all of them."""
        if name is None:
            return self.stores
        found = tuple(store for store in self.stores if store.name == name)
        if not found:
            names = ", ".join(store.name for store in self.stores)
            raise ConfigError(
                f"There is no store {name} in {self.path.name}.",
                next_step=f"The stores are: {names}.",
            )
        return found


@dataclass(frozen=True, slots=True)
class Raw:
    """The file as it is written, not yet checked."""

    path: Path
    data: dict[str, Any]
    digest: str

    @property
    def state(self) -> Path:
        """Return the path of the state file as far as it can be told without checking."""
        table = self.data.get("state")
        name = table.get("path") if isinstance(table, dict) else None
        return (
            self.path.parent / Path(name if isinstance(name, str) else DEFAULT_STATE).expanduser()
        )


def find(given: Path | None, *, start: Path, environ: Table[str, str] = os.environ) -> Path:
    """Return the configuration file: *given*, or ``amzsync.toml`` in *start*, its parents, or the XDG folder."""
    if given is not None:
        if not given.is_file():
            raise ConfigError(
                f"There is no configuration file {given}.", next_step="Check --config."
            )
        return given.resolve()
    home = environ.get("XDG_CONFIG_HOME") or str(
        Path(environ.get("HOME", "~")).expanduser() / ".config"
    )
    folders = [start, *start.parents]
    for path in [*(folder / NAME for folder in folders), Path(home) / "amzsync" / NAME]:
        if path.is_file():
            return path.resolve()
    raise ConfigError(
        f"There is no {NAME} here, in a folder above, or in {home}/amzsync.",
        next_step="Make one with amzsync init, or name one with --config.",
    )


def read(path: Path) -> Raw:
    """Read the file; raises ``ConfigError`` where it is not TOML."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror}.", next_step="Check its permissions."
        ) from error
    return parse(path, content)


def parse(path: Path, content: bytes) -> Raw:
    """Return what *content*, the bytes of the file at *path*, says; raises ``ConfigError`` if it is not TOML."""
    try:
        data = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path.name} is not UTF-8 text.", next_step="Save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path.name} is not valid TOML: {error}.", next_step="Correct that line and try again."
        ) from error
    return Raw(path, data, xxh3_128_hexdigest(content))


def build(path: Path, checked: Table[str, Any]) -> Config:
    """Return the configuration from *checked*, the plain values that ``schema.check`` returned."""
    folder = path.parent
    commerce, mapping, amazon = checked["commerce"], checked["mapping"], checked["amazon"]
    return Config(
        path=path,
        state=folder / Path(checked["state"]["path"]).expanduser(),
        commerce=_commerce(commerce),
        mapping=Mapping(
            attributes={kind: tuple(names) for kind, names in mapping["attributes"].items()},
            seller_sku=tuple(mapping["seller_sku"]),
            order=tuple(mapping["order"]),
            condition=mapping["condition"],
        ),
        pins=folder / Path(mapping["pins"]).expanduser() if mapping["pins"] else None,
        stores=tuple(
            _store(name, table, mapping["condition"]) for name, table in checked["stores"].items()
        ),
        limits=Limits(**checked["guards"]),
        accounts=tuple(_account(folder, *one) for one in checked["accounts"].items()),
        amazon=Amazon(**{**amazon, "archive": folder / Path(amazon["archive"]).expanduser()}),
        money=money(commerce),
        new_products=product_mapping(mapping.get("new_products", {})),
    )


def _commerce(table: Table[str, Any]) -> Commerce:
    return Commerce(
        products=table["products"],
        stock=table["stock"],
        stock_sources=tuple(table["stock_sources"]),
        encoding=table["encoding"],
        date_order=table["date_order"],
        attributes={code: Type(name) for code, name in table["attributes"].items()},
    )


def _account(folder: Path, name: str, table: Table[str, Any]) -> Account:
    file = table["credentials_file"]
    path = None if file is None else folder / Path(file).expanduser()
    return Account(**{**table, "name": name, "credentials_file": path})


def _store(name: str, table: Table[str, Any], mapped_condition: str | None) -> Store:
    marketplace = by_code(table["marketplace"])
    assert marketplace is not None  # checked
    return Store(
        name=name,
        marketplace=marketplace,
        seller_id=table["seller_id"],
        website=table["website"],
        view=table["store_view"],
        listings=tuple(table["listings"]),
        ended=table["ended"],
        encoding=table["encoding"],
        account=table["account"],
        orders=tuple(table["orders"]),
        settings=settings(table, mapped_condition),
    )
