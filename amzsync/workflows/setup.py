"""Look at a shop's files and propose a configuration."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from amzsync import documents
from amzsync.amazon.headings import recognise
from amzsync.commerce import product_export
from amzsync.commerce.additional_attributes import detect_enclosed
from amzsync.commerce.inspection import Inspection, inspect_rows
from amzsync.config import Commerce
from amzsync.core.mapping import Mapping
from amzsync.errors import ConfigError, InputError
from amzsync.workflows.export_format import ExportFormat

ROWS = 5000  # of the export that are looked at


def inspect_export(path: Path) -> Inspection:
    """Return which attributes of the product export probably hold identifiers, and its websites and views."""
    document = documents.look(path)
    form = ExportFormat(document, Commerce(str(path), None, (), None, "mdy"), Mapping(), ())
    header, rows = form.head(ROWS)
    layout = product_export.recognise(header, file_name=path.name)
    packed = layout.index("additional_attributes")
    cells = () if packed is None else (row[packed] for row in rows if len(row) > packed)
    return inspect_rows(rows, layout, enclosed=detect_enclosed(cells))


def name_reports(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Return each report with the kind it was recognised as; raises ``InputError`` for what is none."""
    return [
        (path, recognise(documents.first_line(path, ("cp1252",)), file_name=path.name).kind.value)
        for path in paths
    ]


def propose_reports(folder: Path) -> list[Path]:
    """Return the files below *folder* that look like listings reports."""
    found = []
    for path in sorted(
        [*folder.glob("*.txt"), *folder.glob("*.tsv"), *folder.glob("reports/*.t*")]
    ):
        try:
            name_reports([path])
        except InputError:
            continue
        found.append(path)
    return found


def propose_export(folder: Path) -> Path | None:
    """Return the newest product export below *folder*, by its usual name."""
    found = [*folder.glob("catalog_product*.csv*"), *folder.glob("*/catalog_product*.csv*")]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def write(path: Path, text: str, *, overwrite: bool) -> None:
    """Write the configuration file; an existing one only with *overwrite*."""
    try:
        descriptor = os.open(
            path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if overwrite else os.O_EXCL), 0o644
        )
    except FileExistsError:
        raise ConfigError(
            f"{path} is already there.", next_step="Overwrite it with --force."
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
