"""Options and arguments that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from amzsync.core.tabs import Tab


class Output(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class TabChoice(StrEnum):
    """The tabs, and all of them."""

    ALL = "all"
    INCOMPLETE = Tab.INCOMPLETE.value
    NEW_THIRD_PARTY = Tab.NEW_THIRD_PARTY.value
    READY_TO_LIST = Tab.READY_TO_LIST.value
    INACTIVE = Tab.INACTIVE.value
    ACTIVE = Tab.ACTIVE.value
    INELIGIBLE = Tab.INELIGIBLE.value
    ENDED = Tab.ENDED.value


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help="The configuration file (default: amzsync.toml here or above).",
        show_default=False,
    ),
]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="How the answer is written.")]
StoreOption = Annotated[
    str | None, typer.Option("--store", "-s", help="Only this store.", show_default=False)
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit", "-n", min=0, help="At most so many rows; 0 for all.", show_default=False
    ),
]
