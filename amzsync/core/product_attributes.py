"""Make Amazon's attributes of a product that is new to it, in the form that the schema of its product type wants."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from amzsync.core import attribute_values as read
from amzsync.core.condition_names import folded
from amzsync.core.conditions import COLUMNS, Type, attribute_code, attribute_values
from amzsync.core.messages import Body, Terms
from amzsync.core.product_facts import ProductFacts
from amzsync.core.product_mapping import BY_ITSELF, Filling, ProductMapping
from amzsync.core.product_schemas import Node, Schema

IDENTIFIER = "externally_assigned_product_identifier"
EXEMPTION = "supplier_declared_has_product_identifier_exemption"
USUAL: Mapping[str, tuple[Filling, ...]] = {"item_name": (Filling("name"),)}
_BARE = BY_ITSELF | {"unit", "type"}
_LEAVES = ("value", "media_location")  # where the one value of an attribute stands
_DROPPED = frozenset(("merchant_suggested_asin",))
_MARKUP = re.compile(r"<(style|script)\b.*?</\1\s*>|<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL | re.I)
_HAS_MARKUP = re.compile(r"</?[a-zA-Z][^>]*>|&#?\w+;").search


@dataclass(slots=True)
class Assembled:
    """The attributes as far as they can be told."""

    attributes: Body = field(default_factory=dict)
    blank: dict[str, str] = field(
        default_factory=dict
    )  # path -> Commerce's attribute without value
    passed_over: list[str] = field(
        default_factory=list
    )  # paths that the product type does not have


def product_type_of(mapping: ProductMapping, facts: ProductFacts) -> str | None:
    """Return Amazon's product type of a product, ``None`` where the mapping gives it none."""
    own = None if mapping.product_type is None else value_of(facts, mapping.product_type)
    return mapping.type_of(facts.attribute_set, own)


def value_of(facts: ProductFacts, attribute: str) -> str | None:
    """Return the product's text of a Commerce attribute, the store view's first; ``None`` for a blank one."""
    name = attribute_code(attribute)
    text = attribute_values(facts.attributes, facts.view_attributes).get(name)
    if text is None and (column := COLUMNS.get(name)) is not None:
        value = getattr(facts, column.field)
        if value is not None and column.type is Type.NUMBER:
            value = _plain_number(Decimal(value) / (column.units or 1))
        text = None if value is None else str(value)
    return text if text and not text.isspace() else None


def assembled(
    mapping: ProductMapping,
    facts: ProductFacts,
    schema: Schema,
    terms: Terms,
    *,
    offer: Mapping[str, Any],
    gtins: Sequence[tuple[str, str]],
) -> Assembled:
    """Return the attributes of a product.

    *offer* are those of its offer (``messages.offer_body``), *gtins* the product's ``(kind, GTIN-14)``.  What
    the product has no value for is left out.
    """
    made = Assembled()
    maker = _Maker(schema, terms, made)
    for path, fillings in {**USUAL, **mapping.attributes}.items():
        for place, filling in enumerate(fillings):
            maker.fill(path, place, filling, _told(filling, facts))
        if not any(_told(filling, facts) for filling in fillings):
            made.blank[path] = next((one.attribute for one in fillings if one.attribute), "")
    found = made.attributes
    for name in [name for name, entries in found.items() if not all(entries)]:
        found[name] = [entry for entry in found[name] if entry]
    if IDENTIFIER not in found and not _is_exempt(found):
        maker.identify(gtins)
    known = schema.properties(schema.root)
    for name, entries in offer.items():
        if name not in _DROPPED and (name in known or not schema.is_closed):
            found[name] = entries
    return made


# -- values ------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Return a text of Commerce without HTML: Amazon takes none."""
    if not _HAS_MARKUP(text):
        return text.strip()
    return " ".join(html.unescape(_MARKUP.sub(" ", text)).split())


def _told(filling: Filling, facts: ProductFacts) -> str | None:
    if filling.attribute is None:
        return filling.value
    text = value_of(facts, filling.attribute)
    if text is None:
        return None
    told = filling.values.get(folded(text))
    return filling.prefix + text.strip() if told is None else told


def _plain_number(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_exempt(attributes: Mapping[str, Any]) -> bool:
    return any(entry.get("value") is True for entry in attributes.get(EXEMPTION, ()))


class _Maker:
    """Puts values where the schema wants them."""

    def __init__(self, schema: Schema, terms: Terms, made: Assembled) -> None:
        self._schema, self._terms, self._made = schema, terms, made

    def fill(self, path: str, place: int, filling: Filling, text: str | None) -> None:
        """Put *text* at *path* within the object of the attribute that stands at *place*."""
        name, *rest = path.split(".")
        node = self._schema.attribute(name)
        if node is None:
            if path not in self._made.passed_over:
                self._made.passed_over.append(path)
            return
        if text is None:
            return
        entries = self._made.attributes.get(name, [])
        entries = [*entries, *({} for _ in range(place + 1 - len(entries)))]
        if self._put(node, entries[place], rest, filling, text):
            self._made.attributes[name] = entries
        elif path not in self._made.passed_over:
            self._made.passed_over.append(path)

    def identify(self, gtins: Sequence[tuple[str, str]]) -> None:
        """Name the product by the first of its *gtins*, in the form of which the schema speaks."""
        node = self._schema.attribute(IDENTIFIER)
        if node is None or not gtins:
            return
        known = {
            choice.value
            for choice in self._schema.choices(self._schema.properties(node).get("type", {}))
        }
        forms = [form for kind, key in gtins for form in _forms(kind, key)]
        kind, digits = next((form for form in forms if not known or form[0] in known), forms[0])
        entry = self._made.attributes.setdefault(IDENTIFIER, [{}])[0]
        entry |= {"type": kind, "value": digits}
        self._complete(node, entry)

    def _put(self, node: Node, entry: Body, rest: list[str], filling: Filling, text: str) -> bool:
        """Put *text* into the object *entry* of the form *node*; tell whether there is a place for it."""
        rules = self._schema.properties(node)
        key = rest[0] if rest else _leaf(rules)
        if key is None or key not in rules:
            return False
        rule = rules[key]
        inner = self._schema.element(rule)
        if self._schema.properties(inner):
            old = entry.get(key)
            within: Body = (old[0] if isinstance(old, list) else old) or {}
            if not self._put(inner, within, rest[1:], filling, text):
                return False
            entry[key] = [within] if self._schema.is_list(rule) else within
        elif rest[1:]:
            return False
        else:
            value = self._value(inner, text)
            entry[key] = [value] if self._schema.is_list(rule) else value
            if filling.unit is not None:
                entry["unit"] = self._value(rules.get("unit", {}), filling.unit)
        self._complete(node, entry)
        return True

    def _complete(self, node: Node, entry: Body) -> None:
        """Add what follows from the store."""
        rules = self._schema.properties(node)
        if "language_tag" in rules:
            entry.setdefault("language_tag", self._language(rules["language_tag"]))
        if "marketplace_id" in rules:
            entry.setdefault("marketplace_id", self._terms.marketplace_id)

    def _language(self, node: Node) -> object:
        """Return the language of texts: the store's where Amazon takes it, else the schema's own."""
        known = [choice.value for choice in self._schema.choices(node)]
        if not known or self._terms.language_tag in known:
            return self._terms.language_tag
        return self._schema.default(node) or known[0]

    def _value(self, node: Node, text: str) -> object:
        """Return *text* as the schema has it: one of its values, a number, yes or no; else as plain text.

        What is none of them stays the text that it is, for the validator to tell.
        """
        types = self._schema.types(node)
        word = folded(text)
        for choice in self._schema.choices(node):
            if word in (folded(str(choice.value)), folded(choice.label)):
                return choice.value
        if "string" in types:
            return plain(text)
        if "boolean" in types and (answer := read.yes_no(text)) is not None:
            return answer
        if types & {"number", "integer"} and (number := read.number(text)) is not None:
            whole = number == number.to_integral_value()
            return int(number) if whole else float(number)  # the nearest float is written as told
        return plain(text)


def _leaf(rules: Mapping[str, Node]) -> str | None:
    """Return the key of the one value of an object; ``None`` where there are several."""
    found = next((key for key in _LEAVES if key in rules), None)
    others = [key for key in rules if key not in _BARE]
    return found or (others[0] if len(others) == 1 else None)


def _forms(kind: str, key: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to write a GTIN-14, the usual one first: what Amazon calls its type, and its digits."""
    if kind == "isbn" and key[1:4] in {"978", "979"}:
        yield "isbn", key[1:]
    if kind == "upc" and key.startswith("00"):
        yield "upc", key[2:]
    if key.startswith("000000") and kind != "upc":
        yield "ean", key[6:]  # an EAN-8
    if key.startswith("0"):
        yield "ean", key[1:]
    yield "gtin", key
