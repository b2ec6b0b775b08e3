"""The product export of Commerce (System > Data Transfer > Export > Products), row by row.

Which columns a file has depends on the version of Commerce, its modules and what was excluded in
the export form; ``sku`` is the only one that is always there.  So columns are found by name, and a
column that is missing tells as little as a blank cell: ``None``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from amzsync.commerce import headings
from amzsync.commerce.additional_attributes import Picker, picker
from amzsync.commerce.cell_values import (
    BACKORDERS,
    ENABLED,
    FLAGS,
    LONGEST_SKU,
    DateOrder,
    Unreadable,
    code_list,
    decimal_units,
    lower_or_none,
    one_line,
    short_date,
    shown,
    sku_fault,
    text_or_none,
    unguarded,
)
from amzsync.core.memo import Memo
from amzsync.core.model import ProductRow, Rejected

RowParser = Callable[[list[str]], ProductRow | Rejected]

_COLUMNS = (
    "sku",
    "store_view_code",
    "product_type",
    "name",
    "attribute_set_code",
    "categories",
    "product_websites",
    "product_online",
    "visibility",
    "price",
    "special_price",
    "special_price_from_date",
    "special_price_to_date",
    "qty",
    "is_in_stock",
    "manage_stock",
    "use_config_manage_stock",
    "allow_backorders",
    "use_config_backorders",
    "additional_attributes",
)
# A file with a stock setting but without its use_config column gives the setting itself.
_PADDING = ("", "0")
_OWN_SETTING = ("use_config_manage_stock", "use_config_backorders")


@dataclass(frozen=True, slots=True)
class ExportLayout:
    """The ``columns`` of a product export, by their names in the export, in file order."""

    columns: tuple[str, ...]

    @property
    def width(self) -> int:
        """The number of cells that every row must have."""
        return len(self.columns)

    def index(self, name: str) -> int | None:
        """Return the place of a column, ``None`` if the file has none.

        *name* is the export's or the attribute's code.  Of a repeated heading the first counts.
        """
        wanted = headings.export_name(name)
        for candidate in (headings.tidied(name), wanted):
            if candidate in self.columns:
                return self.columns.index(candidate)
        return None


def recognise(header: list[str], *, file_name: str = "") -> ExportLayout:
    """Return the layout of the product export that begins with *header*.

    Headings are taken without byte order mark, guard space, quotes and case; attribute codes as
    REST has them (``status``, ``type_id``) stand for the export's names.  Raises ``InputError``
    saying what the file looks like if it is no product export, or has no or two ``sku`` columns.
    """
    names = [headings.tidied(heading) for heading in header]
    headings.require(headings.FileKind.PRODUCTS, names, file_name=file_name)
    present = frozenset(names)
    return ExportLayout(
        tuple(
            name if (renamed := headings.export_name(name)) in present else renamed
            for name in names
        )
    )


def row_parser(
    layout: ExportLayout,
    *,
    attributes: Sequence[str],
    kept: Sequence[str] = (),
    condition: str | None = None,
    enclosed: bool = False,
    dates: DateOrder = DateOrder.MONTH_FIRST,
) -> RowParser:
    """Return the function that turns the cells of one row into a ``ProductRow`` or a ``Rejected``.

    *attributes* are the codes that the mapping names, in its order: each is looked for as a column,
    then in ``additional_attributes`` (written as *enclosed* says), and what is found stands in
    ``identifiers`` as lines ``code=value``; those of the codes *kept* stand in ``attributes``.  *condition* is the code of the condition attribute.
    *dates* is the order of day and month in the export's short dates.

    Stock settings (``manage_stock``, ``backorders``) are ``None`` where the product uses those of
    the whole Commerce (its ``use_config_`` column is not 0): the export does not tell that value.
    Backorders keep Commerce's numbers: 0 none, 1 allowed, 2 allowed and the customer is told.
    The parser never raises.
    """
    width = layout.width
    cells_of = _cells_of(layout)
    told = _attribute_reader(layout, attributes, kept, condition, enclosed=enclosed)
    types, codes = Memo(lower_or_none), Memo(code_list)
    texts: Memo[str | None] = Memo(text_or_none, length=200)  # category paths are long
    days = Memo(short_date(dates))
    prices = Memo(decimal_units("price", places=6, negative=False))
    specials = Memo(decimal_units("special_price", places=6, negative=False))
    quantities = Memo(decimal_units("qty", places=4, negative=True))
    enabled_of, flag_of, backorders_of = ENABLED.get, FLAGS.get, BACKORDERS.get

    def parse(row: list[str]) -> ProductRow | Rejected:
        if len(row) != width:
            return _misfit(row, layout)
        (
            sku, view, kind, name, attribute_set, categories, websites, online, visibility, price,
            special_price, special_from, special_to, qty, in_stock, manage_stock, config_manage,
            backorders, config_backorders, packed,
        ) = cells_of(row)  # fmt: skip
        if sku < "!":  # blank, or guarded by a space
            sku = unguarded(sku)
        if (wrong := sku_fault(sku)) is not None:
            return Rejected(wrong, sku[:LONGEST_SKU].strip())
        identifiers, others, condition_text = told(row, packed)
        try:
            return ProductRow(
                sku,
                texts[view] or "",
                types[kind],
                name if name > "!" else text_or_none(name),
                texts[attribute_set],
                texts[categories],
                codes[websites],
                enabled_of(online),
                texts[visibility],
                prices[price],
                specials[special_price],
                days[special_from],
                days[special_to],
                quantities[qty],
                flag_of(in_stock),
                flag_of(manage_stock) if config_manage == "0" else None,
                backorders_of(backorders) if config_backorders == "0" else None,
                condition_text,
                identifiers,
                others,
            )
        except Unreadable as fault:
            return Rejected(f"{fault} (SKU {shown(sku)})", sku)

    return parse


def _cells_of(layout: ExportLayout) -> Callable[[list[str]], tuple[str, ...]]:
    """Return the function that picks the cells of ``_COLUMNS`` from a row, blank where absent."""
    places: list[int] = []
    for column in _COLUMNS:
        at = layout.index(column)
        # An index past the end points into the padding.
        places.append(layout.width + (column in _OWN_SETTING) if at is None else at)
    pick = itemgetter(*places)
    if max(places) < layout.width:
        return pick
    return lambda row: pick((*row, *_PADDING))


def _attribute_reader(
    layout: ExportLayout,
    attributes: Sequence[str],
    kept: Sequence[str],
    condition: str | None,
    *,
    enclosed: bool,
) -> Callable[[list[str], str], tuple[str, str, str | None]]:
    """Return what reads a row's identifier lines, other lines and condition from its cells and packed cell."""
    condition_code = (condition or "").strip().lower()
    condition_at = layout.index(condition_code) if condition_code else None
    codes = [name.strip().lower() for name in (*attributes, *kept, condition_code)]
    pick: Picker = picker(tuple(dict.fromkeys(codes)), enclosed=enclosed)
    identifiers, others = _lines_of(layout, attributes), _lines_of(layout, kept)

    def read(row: list[str], packed: str) -> tuple[str, str, str | None]:
        found = pick(packed) if packed else {}
        lines = identifiers(row, found), others(row, found) if kept else ""
        if not condition_code:
            return *lines, None
        told = found.get(condition_code, "")
        if condition_at is not None:
            told = _first_told(row[condition_at], told)
        return *lines, told.strip() or None

    return read


def _lines_of(
    layout: ExportLayout, attributes: Sequence[str]
) -> Callable[[list[str], dict[str, str]], str]:
    """Return what writes a row's values of *attributes* as lines ``code=value``, leaving out blank ones."""
    spelled: dict[str, str] = {}
    for name in filter(None, map(str.strip, attributes)):
        spelled.setdefault(name.lower(), name)
    steps = tuple((f"{name}=", code, layout.index(code)) for code, name in spelled.items())

    def write(row: list[str], found: dict[str, str]) -> str:
        lines = []
        for label, code, at in steps:
            value = found.get(code, "")
            if at is not None:
                value = _first_told(row[at], value)
            if value and not value.isspace():
                lines.append(label + (value if value.isprintable() else one_line(value)))
        return "\n".join(lines)

    return write


def _first_told(own: str, packed: str) -> str:
    """Return the value of an attribute's *own* column, or the *packed* one where that is blank."""
    return packed if not own or own.isspace() else unguarded(own)


def _misfit(row: list[str], layout: ExportLayout) -> Rejected:
    """Return the rejection of a row whose cells do not stand under the headings."""
    at = layout.columns.index("sku")
    sku = unguarded(row[at]) if at < len(row) else ""
    return Rejected(f"{len(row)} cells under {layout.width} headings", sku[:LONGEST_SKU])
