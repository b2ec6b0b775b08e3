"""What every command begins with: the configuration, the state, and a way to answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from amzsync import __version__, config
from amzsync.cli.options import Output
from amzsync.cli.talk import answer_data, tell
from amzsync.config import Config, Raw
from amzsync.errors import StoreError

if TYPE_CHECKING:
    from amzsync.store.state import State
    from amzsync.workflows.sessions import Means

TABLE_ROWS = 20  # as many as a page of the Sales Channel shows


def open_config(ctx: typer.Context, given: Path | None) -> tuple[Config, str]:
    """Return the configuration and the note by which later commands know that it has been checked.

    A file that the state file has seen checked before is not checked again: that takes 0.1 s.
    """
    raw = config.read(
        config.find(given or ctx.find_root().params.get("config_path"), start=Path.cwd())
    )
    key = f"{raw.digest}/{__version__}"
    values = _remembered(raw, key)
    if values is None:
        from amzsync.config.schema import check

        values = check(raw)
    tell(f"Configuration {raw.path}, state {raw.state}")
    note = json.dumps(
        {"key": key, "values": values}
    )  # in the order of the file: so stores are shown
    return config.build(raw.path, values), note


def _remembered(raw: Raw, key: str) -> dict[str, Any] | None:
    from amzsync.store import state

    try:
        with state.reading(raw.state) as current:
            note = json.loads(current.get("config") or "{}")
    except StoreError:
        return None
    return note.get("values") if note.get("key") == key else None


@contextmanager
def reading(ctx: typer.Context, given: Path | None) -> Iterator[tuple[State, Config]]:
    """Open configuration and state for a command that only reads."""
    from amzsync.store import state

    settings, _ = open_config(ctx, given)
    with state.reading(settings.state) as current:
        yield current, settings


def means(settings: Config, store: str | None) -> Means | None:
    """Return what it takes to ask Amazon; ``None`` where none of the stores asked for does: loading it takes long."""
    if all(one.listings for one in settings.chosen(store)):
        return None
    from amzsync.cli.times import SystemClock
    from amzsync.workflows.sessions import Means

    return Means(SystemClock())


def limited(limit: int | None, output: Output) -> int | None:
    """Return the number of rows wanted: by default a page for a table, all for programs."""
    if limit is None:
        return TABLE_ROWS if output is Output.TABLE else None
    return None if limit == 0 else limit


def answer_records(
    output: Output, fields: Sequence[str], records: Iterable[Mapping[str, object]]
) -> None:
    """Write *records* as JSON or CSV, *fields* only and in that order."""
    from amzsync.render import records as written

    if output is Output.JSON:
        answer_data(
            written.json_lines({name: record.get(name) for name in fields} for record in records)
        )
    else:
        answer_data(written.csv_lines(fields, records))
