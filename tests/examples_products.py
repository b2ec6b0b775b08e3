"""The products of the example shop, and the two Commerce exports that hold them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests import examples_catalogue as data
from tests.bench.generate import EXPORT_HEADER

COLUMNS = EXPORT_HEADER.split(",")
CUT_SHORT = "KIT-1034"  # somebody deleted a cell of its row by hand
OLD_QUOTING = "KIT-1035"  # its row is written as PHP wrote \" before Magento 2.4
CRLF_INSIDE = "OUT-2027"  # its description was pasted from Windows
STORY = {
    "Kitchen": (
        "Made in small batches by people who cook, and meant to be handed down.",
        'The box is 9" tall and fits under any tree & behind any cupboard door.',
        "Nothing rattles, nothing drips, and there is not one part you cannot replace.",
        "It grows a little darker and a good deal better with the years.",
        "Half the size of the one your neighbours have, twice the pleasure to use.",
    ),
    "Outdoor": (
        "Carried over three passes and through one very long night of rain before we sold it.",
        'Packed it measures 12" x 5"; unpacked it makes a wet evening a good one.',
        "Everything on it can be opened and mended, and we send the parts for nothing.",
        "Light enough for the top of the pack, stout enough for the bottom of the boat.",
        "The colours are those of the valley it comes from: moss, slate, and late sun.",
    ),
    "Book": (
        "A book for one long evening, or for a fortnight of short ones.",
        "It begins with a borrowed boat and ends, as it must, at a kitchen table.",
        "With 40 drawings by the author, two maps, and one recipe that is worth the price.",
        'Readers wrote to say they missed their stop; one sent the ticket ("worth it").',
        "Printed on paper that likes to be thumbed, sewn, not glued.",
    ),
    "Apparel": (
        "Cut for moving arms and honest weather, with a hem that stays where it is.",
        "Washes at 30 degrees and dries by the morning, even in a tent.",
        "Sized as people are: if you are between two sizes, take the smaller one.",
        "Buttons of nut, thread of cotton, and a loop to hang it by.",
        "The tag says where the yarn was spun; the model is 6' 1\" tall.",
    ),
}
FACTS = (
    "Mends free of charge for ten years.",
    "Shipped without plastic.",
    "Designed with the people who use it.",
    "Care label you can read.",
    "Spare parts on our site.",
)
CATEGORIES = {
    "Kitchen": ("Kitchen", "Kitchen/Pots \\/ Pans", "Kitchen/Baking", "Kitchen/Table"),
    "Outdoor": ("Outdoor", "Outdoor/Camping", "Outdoor/Walking", "Outdoor/Bike \\/ Touring"),
    "Book": ("Books", "Books/Fiction", "Books/Cooking", "Books/Nature & Travel"),
    "Apparel": ("Apparel", "Apparel/Tops", "Apparel/Accessories", "Sale"),
}
CARE = ("Hand wash, do not soak", "Wipe with a damp cloth", "Air dry, oil once a year")
MATERIALS = {
    "Kitchen": ("Steel|Beech", "Stoneware", "Enamel|Steel"),
    "Outdoor": ("Canvas|Leather|Brass", "Nylon|Polyester", "Aluminium|Cork"),
    "Apparel": ("Wool|Cotton", "Linen", "Wool|Elastane"),
}
STOCK_CELLS = {
    "out_of_stock_qty": "0.0000", "use_config_min_qty": "1", "is_qty_decimal": "0",
    "allow_backorders": "0", "use_config_backorders": "1",
    "min_cart_qty": "1.0000", "use_config_min_sale_qty": "1",
    "max_cart_qty": "0.0000", "use_config_max_sale_qty": "1", "is_in_stock": "1",
    "use_config_notify_stock_qty": "1", "manage_stock": "0", "use_config_manage_stock": "1",
    "use_config_qty_increments": "1", "qty_increments": "0.0000", "use_config_enable_qty_inc": "1",
    "enable_qty_increments": "0", "is_decimal_divided": "0", "website_id": "0",
}  # fmt: skip


@dataclass(slots=True)
class Product:
    """One product of the export: the cells of its row, and what is packed or filed elsewhere."""

    number: int
    cells: dict[str, str]  # of the row that holds for all store views, by column
    attributes: dict[str, str]  # packed into additional_attributes
    german: dict[str, str] = field(default_factory=dict)  # cells of the row of store view "de"
    stock: dict[str, tuple[str, str]] = field(default_factory=dict)  # source -> status, quantity

    @property
    def sku(self) -> str:
        """The SKU as Commerce has it (the export may put a space before it)."""
        return self.cells["sku"]

    def is_eligible(self, website: str) -> bool:
        """Tell whether the product may be sold on the store of *website*."""
        cells = self.cells
        if cells["product_type"] not in ("simple", "virtual") or cells["product_online"] != "1":
            return False
        unmanaged = cells["use_config_manage_stock"] == "0"
        stocked = any(status == "1" and float(qty) > 0 for status, qty in self.stock.values())
        return website in cells["product_websites"].split(",") and (unmanaged or stocked)


def products() -> list[Product]:
    """Return the catalogue in the order of the export, the rejected row's product included."""
    made: list[Product] = []
    for number, (sku, price, name) in enumerate(_table(data.KITCHEN), 7001):
        made.append(_product(sku, name, price, "Kitchen", _number(sku, number)))
    for sku, price, name in _table(data.OUTDOOR):
        made.append(_product(sku, name, price, "Outdoor", _number(sku, 0)))
    for sku, price, name, author in _table(data.BOOKS):
        made.append(_product(sku, name, price, "Book", _number(sku, 0), author=author))
    used = _product(
        "BK-3006-USED", "Knots, Splices and Other Promises (Used)", "9.50", "Book", 3806
    )
    made.append(used)
    for sku, price, name, colours, sizes in _table(data.PARENTS):
        made.extend(_family(sku, price, name, colours.split(","), sizes.split(",")))
    made.append(
        _product("SET-7001", "Tillerby First Loaf Kit", "0", "Kitchen", 7301, kind="bundle")
    )
    made.append(
        _product("SET-7002", "Brackwater Supper-for-Two Set", "0", "Outdoor", 7302, kind="grouped")
    )
    made.append(_product("VIR-9001", "Knife Sharpening, per Blade", "6.00", "Kitchen", 9001))
    made.append(_product("VIR-9002", "Engraving, up to 12 Letters", "9.00", "Kitchen", 9002))
    _specialise(made)
    _translate(made)
    return made


def catalogue_csv(made: Iterable[Product]) -> str:
    """Return the native product export of *made*, one broken and one old-fashioned row included."""
    lines = [EXPORT_HEADER]
    for product in made:
        old = product.sku == OLD_QUOTING
        packed = ",".join(f"{code}={text}" for code, text in product.attributes.items() if text)
        cells = {**product.cells, "additional_attributes": packed}
        row = [_cell(cells.get(column, ""), old=old) for column in COLUMNS]
        if product.sku == CUT_SHORT:
            del row[COLUMNS.index("weight")]
        lines.append(",".join(row))
        if product.german:
            lines.append(",".join(_cell(product.german.get(column, "")) for column in COLUMNS))
    return "\n".join(lines) + "\n"


def stock_csv(made: Iterable[Product]) -> str:
    """Return the stock-sources export: every source's rows together, as Magento orders them."""
    rows = [
        (source, product.sku, status, quantity)
        for product in made
        for source, (status, quantity) in product.stock.items()
    ]
    rows.append(("berlin", "RETIRED-0007", "1", "4.0000"))  # Commerce keeps stock of deleted SKUs
    rows += [("showroom", "KIT-1036", "1", "1.0000"), ("showroom", "OUT-2043", "1", "2.0000")]
    order = ("default", "berlin", "showroom")
    rows.sort(key=lambda row: order.index(row[0]))
    lines = ["source_code,sku,status,quantity", *(",".join(map(_cell, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def _table(text: str) -> Iterator[list[str]]:
    return (line.split("|") for line in text.splitlines())


def _number(sku: str, otherwise: int) -> int:
    return int(sku[-4:]) if re.fullmatch(r"[A-Z]+-\d{4}", sku) else otherwise


def _cell(text: str, *, old: bool = False) -> str:
    """Write one cell as PHP's fputcsv does, after Magento's guard against spreadsheet formulas."""
    if text.startswith(("=", "+", "-")):
        text = " " + text
    if not re.search(r'[ ,"\n\r\t]', text):
        return text
    quoted = text.replace('"', '""')
    return '"' + (quoted.replace('\\""', '\\"') if old else quoted) + '"'


def _product(
    sku: str,
    name: str,
    price: str,
    group: str,
    number: int,
    *,
    author: str = "",
    kind: str = "simple",
) -> Product:
    image = f"/{group[0].lower()}/{name[0].lower()}/{_slug(name)}.jpg"
    categories = (CATEGORIES[group][0], CATEGORIES[group][1 + number % 3])
    created = f"10/{number % 28 + 1}/26, {number % 9 + 1}:{number % 60:02d} AM"
    updated = f"11/{number % 19 + 1}/26, {number % 11 + 1}:{number * 7 % 60:02d} PM"
    cells = {
        "sku": sku, "attribute_set_code": group, "product_type": kind,
        "categories": ",".join(f"Default Category/{name}" for name in categories),
        "product_websites": "base", "name": name, "description": _description(group, number),
        "short_description": f"<p>{STORY[group][number % 5]}</p>",
        "weight": f"{number % 3}.{number * 37 % 90 + 10}0000", "product_online": "1",
        "tax_class_name": "Reduced Goods" if group == "Book" else "Taxable Goods",
        "visibility": "Catalog, Search", "price": f"{price}0000",
        "url_key": _slug(f"{name} {number}"), "meta_title": name, "base_image": image,
        "base_image_label": "Image", "small_image": image, "thumbnail_image": image,
        "created_at": created, "updated_at": updated, "qty": f"{5 + number * 7 % 60}.0000",
        "display_product_options_in": "Block after Info Column",
        "msrp_display_actual_price_type": "Use config",
        "additional_images": image, "additional_image_labels": "Image", **STOCK_CELLS,
    }  # fmt: skip
    return Product(number, cells, _attributes(group, name, number, author))


def _attributes(group: str, name: str, number: int, author: str) -> dict[str, str]:
    if group == "Book":
        own = {
            "author": author,
            "publisher": "Quillhaven Books",
            "pages": str(96 + number * 13 % 400),
        }
        return {**own, "isbn": data.isbn13(number % 100), "amazon_condition": "New"}
    brand = next(
        (b for b in ("Copperhen", "Tillerby", "Saltmarsh", "Fernholt", "Brackwater") if b in name),
        "",
    )
    own = {"brand": brand, "material": MATERIALS[group][number % 3], "care": CARE[number % 3]}
    return {
        **own,
        "amazon_asin": data.asin(number),
        "ean": data.ean(number),
        "amazon_condition": "New",
    }


def _description(group: str, number: int) -> str:
    story, facts = STORY[group], [FACTS[(number + step) % 5] for step in range(3)]
    text = " ".join(story[(number + step) % 5] for step in range(3))
    bullets = "\n".join(f"<li>{fact}</li>" for fact in facts)
    return f"<p>{text}</p>\n<ul>\n{bullets}\n</ul>"


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _family(
    sku: str, price: str, name: str, colours: list[str], sizes: list[str]
) -> Iterator[Product]:
    """Make the variants of a configurable product, then the product itself."""
    own_number, variants = int(sku[-4:]), list[str]()
    group = "Kitchen" if "Pan" in name else "Outdoor" if "Bottle" in name else "Apparel"
    for number, (colour, size) in enumerate(
        ((c, s) for c in colours for s in sizes), own_number + 1
    ):
        parts = [part for part in (colour[:3].upper(), size[:2]) if part]
        child = _product(
            "-".join([sku, *parts]),
            ", ".join(filter(None, (name, colour, size))),
            price,
            group,
            number,
        )
        chosen = {code: text for code, text in (("color", colour), ("size", size)) if text}
        child.attributes = {**chosen, **child.attributes}
        child.cells["visibility"] = "Not Visible Individually"
        variants.append(
            ",".join([f"sku={child.sku}", *(f"{code}={text}" for code, text in chosen.items())])
        )
        yield child
    parent = _product(sku, name, price, group, own_number, kind="configurable")
    parent.attributes.pop("ean")
    parent.cells |= {
        "qty": "0.0000",
        "configurable_variations": "|".join(variants),
        "configurable_variation_labels": ",".join(f"{code}={code.title()}" for code in chosen),
    }
    yield parent


def _specialise(made: list[Product]) -> None:
    """Give each product its exceptions, then the stock that follows from them."""
    for product in made:
        sku, cells = product.sku, product.cells
        if sku in data.OUT_OF_STOCK:
            cells |= {"qty": "0.0000", "is_in_stock": "0"}
        if cells["product_type"] in ("bundle", "grouped"):
            cells["qty"] = "0.0000"
        cells |= data.CELLS.get(sku, {})
        product.attributes |= data.ATTRIBUTES.get(sku, {})
        if sku == CRLF_INSIDE:
            cells["description"] = cells["description"].replace("\n", "\r\n")
        if cells["product_type"] == "simple" and cells["use_config_manage_stock"] == "1":
            product.stock["default"] = (cells["is_in_stock"], cells["qty"])
        if sku in data.BERLIN:
            product.stock["berlin"] = data.BERLIN[sku]


def _translate(made: list[Product]) -> None:
    """Put the German products on their website, with a row of store view "de" and Berlin stock."""
    german = {sku: (price, name) for sku, price, name in _table(data.GERMAN)}
    for product in made:
        if product.sku in ("APR-5300", "PAN-5600"):
            product.cells["product_websites"] = "base,de"
        if product.sku not in german:
            continue
        price, name = german[product.sku]
        product.cells["product_websites"] = "de" if product.sku in data.GERMANY_ONLY else "base,de"
        same = {
            column: product.cells[column]
            for column in ("sku", "attribute_set_code", "product_type")
        }
        product.german = {**same, "store_view_code": "de", "name": name, "price": f"{price}0000"}
        if product.stock:
            product.stock.setdefault("berlin", ("1", f"{2 + product.number % 9}.0000"))
