"""Plans in files: written whole or not at all, and judged before they are believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from amzsync import archive
from amzsync.config import Config
from amzsync.core import plan_document
from amzsync.core.amounts import to_minor
from amzsync.core.plan import MONEY, Brake, Difference, Hold, Kind, Value, rank_of
from amzsync.core.plan_document import NoPlanError
from amzsync.errors import InputError, MissingInput, OutputError
from amzsync.results.plan import Judged, PlanRow

_BEGINNING = 1000  # characters that are enough to know a plan by


def refuse_other(path: Path) -> None:
    """Refuse to put a plan where something stands that is no plan; an empty file is nothing to lose.

    Raises ``OutputError``.
    """
    try:
        if not path.exists():
            return
        if path.is_file():
            with path.open(encoding="utf-8", errors="replace") as file:
                beginning = file.read(_BEGINNING)
            if not beginning or plan_document.is_begun(beginning):
                return
    except OSError as error:
        raise archive.unwritable(path, error) from error
    raise OutputError(
        f"{path} is there already and is no plan of amzsync.", next_step="Name another file."
    )


def write(path: Path, lines: Iterable[str]) -> None:
    """Write the *lines* of a plan, readable for nobody else; *path* gets all of them or stays as it is.

    Raises ``OutputError`` where something else stands there, or the disk takes no more.
    """
    refuse_other(path)
    with archive.written(path) as file:
        file.writelines(f"{line}\n".encode() for line in lines)


def read(path: Path, config: Config) -> list[PlanRow]:
    """Return the actions of the plan in *path*, held ones too; raises ``InputError`` where it makes no sense here."""
    stores = {store.name: store.marketplace for store in config.stores}
    found = []
    try:
        for record in plan_document.actions(path.read_text(encoding="utf-8")):
            market = stores[str(record["store"])]
            found.append(_row(record, market.currency, market.exponent))
    except (NoPlanError, KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise InputError(
            f"{path} cannot be sent: it has an action that cannot be read.",
            next_step="Write it anew with amzsync plan --out.",
        ) from error
    return found


def _row(record: Mapping[str, Any], currency: str, exponent: int) -> PlanRow:
    kind = Kind(record["action"])
    if record["currency"] != currency:
        raise ValueError("its money is another")
    differences = tuple(
        Difference(
            one["field"],
            _value(one["field"], one["observed"], exponent),
            _value(one["field"], one["wanted"], exponent),
        )
        for one in record["changes"]
    )
    held = record["held"]
    hold = None if held is None else Hold(Brake(held["brake"]), held["reason"])
    return PlanRow(
        record["store"], currency, exponent, rank_of(kind, differences), kind, record["seller_sku"],
        record["sku"], record["asin"], record["title"], record["tab"], differences, record["observed_at"],
        tuple(record["why"]), hold,
    )  # fmt: skip


def _value(field: str, value: str | int | None, exponent: int) -> Value:
    if value is None or field not in MONEY:
        return value
    return to_minor(Decimal(str(value)), exponent)


def judge(path: Path, now_serial: int) -> Judged:
    """Tell whether the plan in *path* is as it was written, and made of the state as it is now.

    Raises ``MissingInput`` and ``InputError`` where there is no plan.
    """
    try:
        with path.open(encoding="utf-8") as file:
            found = plan_document.verify(file)
    except FileNotFoundError as error:
        raise MissingInput(
            f"No file {path}.", next_step="Write one with amzsync plan --out."
        ) from error
    except (NoPlanError, UnicodeDecodeError) as error:
        said = "it is not text" if isinstance(error, UnicodeDecodeError) else error
        raise InputError(
            f"{path} cannot be read as a plan: {said}.",
            next_step="Write one with amzsync plan --out.",
        ) from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.",
            next_step="Check the file and its permissions.",
        ) from error
    stale = found.serial != now_serial
    return Judged(found.actions, found.intact, stale, found.serial, now_serial)
