"""The user's own files: pins and never-match pairs (mapping.csv), and listings ended by hand."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from amzsync import documents
from amzsync.config import Config, Store
from amzsync.errors import ConfigError, InputError, OutputError

HEADER = ("store", "seller_sku", "sku", "verdict")
VERDICTS = ("pin", "never")


class Pair(NamedTuple):
    """A line of mapping.csv: in *store*, the listing is (pin) or never is the product."""

    store: str
    seller_sku: str
    sku: str
    verdict: str


def load(config: Config) -> list[Pair]:
    """Return all pairs of the mapping file, in its order; a file that is not there has none.

    Raises ``ConfigError`` with every faulty line at once.
    """
    if config.pins is None or not config.pins.exists():
        return []
    rows = _rows(config.pins, HEADER[:3])
    names = {store.name for store in config.stores}
    problems: list[str] = []
    pairs: list[Pair] = []
    pinned: dict[tuple[str, str], int] = {}
    for line, row in rows:
        pair = Pair(row["store"], row["seller_sku"], row["sku"], row.get("verdict") or "pin")
        if pair.store not in names:
            problems.append(f"line {line}: there is no store {pair.store!r}")
        elif not pair.seller_sku or not pair.sku:
            problems.append(f"line {line}: seller_sku and sku must both be filled in")
        elif pair.verdict not in VERDICTS:
            problems.append(
                f"line {line}: the verdict is {pair.verdict!r}; it must be pin or never"
            )
        elif pair.verdict == "pin" and (pair.store, pair.seller_sku) in pinned:
            first = pinned[pair.store, pair.seller_sku]
            problems.append(
                f"line {line}: {pair.seller_sku} is pinned twice (also on line {first})"
            )
        else:
            if pair.verdict == "pin":
                pinned[pair.store, pair.seller_sku] = line
            pairs.append(pair)
    if problems:
        raise ConfigError(
            f"{config.pins.name} has {len(problems)} faulty lines:",
            problems=tuple(problems),
            next_step="Correct them; nothing was imported.",
        )
    return pairs


def save(path: Path, pairs: Iterable[Pair]) -> None:
    """Write *pairs* in a stable order, so that the file can be kept in git; the old file is never half gone."""
    if path.exists() and not path.is_file():  # a pipe or device must not be replaced by a file
        raise OutputError(f"{path} is no plain file.", next_step="Name a file to write to.")
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(sorted(set(pairs)))
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}.",
            next_step="Check its folder, its permissions and the free disk space.",
        ) from error


def pin_rows(config: Config, store: str) -> list[tuple[str, str, str]]:
    """Return ``(seller_sku, sku, verdict)`` of one store."""
    return [
        (pair.seller_sku, pair.sku, pair.verdict) for pair in load(config) if pair.store == store
    ]


def ended_rows(config: Config, store: Store) -> dict[str, tuple[str | None, ...]]:
    """Return what the user ended: seller SKU -> ``(asin, title, sku, ended_at)``."""
    if store.ended is None:
        return {}
    path = documents.newest(store.ended, config.folder)
    found: dict[str, tuple[str | None, ...]] = {}
    for line, row in _rows(path, ("seller_sku", "ended_at")):
        if not row["seller_sku"] or not row["ended_at"]:
            raise InputError(
                f"{path.name} line {line}: seller_sku and ended_at must both be filled in.",
                next_step="Correct that line; nothing was imported.",
            )
        found[row["seller_sku"]] = (
            row.get("asin") or None,
            row.get("title") or None,
            row.get("sku") or None,
            row["ended_at"],
        )
    return found


def _rows(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a small CSV file with their line numbers, by the names of its heading."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = [name.strip().lower() for name in next(reader, [])]
            missing = [name for name in needed if name not in header]
            if missing:
                raise InputError(
                    f"{path.name} has no column {', '.join(missing)}.",
                    next_step=f"Its first line must name the columns: {','.join(needed)}.",
                )
            return [
                (
                    reader.line_num,
                    dict(zip(header, row, strict=False)) | dict.fromkeys(header[len(row) :], ""),
                )
                for row in reader
                if any(row)
            ]
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path.name} is not UTF-8 text.", next_step="Save it as UTF-8."
        ) from error
