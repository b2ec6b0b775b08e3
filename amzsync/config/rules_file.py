"""Listing rules in a file of their own, to be looked at before they stand in amzsync.toml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from amzsync import config
from amzsync.core.condition_trees import parse
from amzsync.core.conditions import Group, Type
from amzsync.errors import ConfigError

TABLE = "rules"


def read_rules(path: Path, declared: Mapping[str, Type]) -> Group:
    """Return the tree in the TOML file *path*: at its top (``all = [...]``), or under ``rules``.

    *declared* are the types of attributes by code.  Raises ``ConfigError`` that lists every problem.
    """
    if not path.is_file():
        raise ConfigError(f"There is no file {path}.", next_step="Check --rules.")
    data = config.read(path).data
    below = TABLE in data
    tree, problems = parse(data[TABLE] if below else data, declared, TABLE if below else "")
    if below:
        problems += tuple(
            f"{key}: a file of rules has nothing beside {TABLE}" for key in data if key != TABLE
        )
    if problems:
        raise ConfigError(
            f"{path.name} has {len(problems)} problem{'s' if len(problems) > 1 else ''}:",
            problems=problems,
        )
    return tree
