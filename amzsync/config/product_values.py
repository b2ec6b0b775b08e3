"""How new products are told to Amazon, as values, from the plain ones that were checked.  No pydantic here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amzsync.core.condition_names import folded
from amzsync.core.product_mapping import Filling, ProductMapping


def product_mapping(table: Mapping[str, Any]) -> ProductMapping:
    """Return the mapping of new products from the checked values of ``[mapping]``.

    They are empty where the state remembers a file that was checked before there were such keys.
    """
    if not table:
        return ProductMapping()
    return ProductMapping(
        table["product_type"],
        {folded(name): kind for name, kind in table["product_types"].items()},
        {path: tuple(map(_filling, several)) for path, several in table["attributes"].items()},
    )


def _filling(one: Mapping[str, Any]) -> Filling:
    values = {folded(text): told for text, told in one["values"].items()}
    return Filling(one["attribute"], one["value"], one["unit"], one["prefix"], values)
