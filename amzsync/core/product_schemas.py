"""Read the JSON Schema of one of Amazon's product types: what an attribute is made of, and what it is called.

Amazon's attributes are lists of objects: ``{"value": ..., "marketplace_id": ..., "language_tag": ...}`` and the
like (page "Product Type Definitions" of the Selling Partner API).  Here a schema is only looked up, never
obeyed; whether attributes fit, a validator tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Node = Mapping[str, Any]
"""A JSON Schema, or a part of one."""

_DEEPEST = 16  # references that lead to references


class Choice(NamedTuple):
    """One of the values that an attribute may have."""

    value: Any
    label: str  # as people are shown it


class Schema:
    """The schema of a product type."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def attribute(self, name: str) -> Node | None:
        """Return what one object of the attribute is made of; ``None`` where the product type has no such one."""
        found = self.properties(self.root).get(name)
        return None if found is None else self.element(found)

    @property
    def is_closed(self) -> bool:
        """Tell whether no other attributes than those named are taken."""
        return self.root.get("additionalProperties") is False

    def element(self, node: Node) -> Node:
        """Return what stands in a list, or *node* itself where it is of no list."""
        for part in self._parts(node):
            items = part.get("items")
            if isinstance(items, Mapping):
                return items
        return node

    def is_list(self, node: Node) -> bool:
        """Tell whether *node* is of a list."""
        return any("items" in part or part.get("type") == "array" for part in self._parts(node))

    def properties(self, node: Node) -> dict[str, Node]:
        """Return what an object may hold, by key."""
        found: dict[str, Node] = {}
        for part in self._parts(node):
            told = part.get("properties")
            if isinstance(told, Mapping):
                for name, rule in told.items():
                    if isinstance(rule, Mapping):
                        found.setdefault(name, rule)
        return found

    def types(self, node: Node) -> frozenset[str]:
        """Return the types that a value may have: "string", "number", ..."""
        found: set[str] = set()
        for part in self._parts(node):
            told = part.get("type")
            found.update([told] if isinstance(told, str) else told or ())
        return frozenset(found)

    def choices(self, node: Node) -> list[Choice]:
        """Return the values that may be chosen from; none where any may be told."""
        found = []
        for part in self._parts(node):
            told, labels = part.get("enum"), part.get("enumNames")
            if isinstance(told, list):
                names = labels if isinstance(labels, list) and len(labels) == len(told) else told
                found += [
                    Choice(value, str(label)) for value, label in zip(told, names, strict=True)
                ]
        return found

    def default(self, node: Node) -> object:
        """Return the default value, if there is one."""
        return next((part["default"] for part in self._parts(node) if "default" in part), None)

    def title(self, path: str) -> str:
        """Return what Amazon calls the attribute at *path* ("item_dimensions.length"); "" where it does not say."""
        node: Node | None = self.root
        title = ""
        for name in path.split("."):
            assert node is not None
            node = self.properties(self.element(node)).get(name)
            if node is None:
                return title
            told = next((part["title"] for part in self._parts(node) if "title" in part), "")
            title = str(told) or title
        return title

    def _parts(self, node: Node, depth: int = 0) -> Iterator[Node]:
        """Yield *node* with all that it refers to, is made of, or may be instead."""
        yield node
        if depth == _DEEPEST:
            return
        target = self._target(node.get("$ref"))
        if target is not None:
            yield from self._parts(target, depth + 1)
        for word in ("allOf", "anyOf", "oneOf"):
            several = node.get(word)
            for part in several if isinstance(several, list) else ():
                if isinstance(part, Mapping):
                    yield from self._parts(part, depth + 1)

    def _target(self, reference: object) -> Node | None:
        """Return what a reference within the schema leads to; ``None`` for any other."""
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return None
        node: object = self.root
        for step in reference[2:].split("/"):
            if not isinstance(node, Mapping):
                return None
            node = node.get(step.replace("~1", "/").replace("~0", "~"))
        return node if isinstance(node, Mapping) else None
