"""Write a catalogue export and an all-listings report of any size, of realistic width.

The same seed and size give the same bytes.  ``changed`` rewrites price and stock of that share of the
rows (spread evenly) and leaves every other byte as it was, as the next export of a real shop does.

    python -m tests.bench.generate 100000 FOLDER [--changed 0.005]
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import IO

MARKETPLACE_SUFFIX = "-US"
EXPORT_HEADER = (
    "sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,description,"
    "short_description,weight,product_online,tax_class_name,visibility,price,special_price,"
    "special_price_from_date,special_price_to_date,url_key,meta_title,meta_keywords,meta_description,"
    "base_image,base_image_label,small_image,small_image_label,thumbnail_image,thumbnail_image_label,"
    "swatch_image,swatch_image_label,created_at,updated_at,new_from_date,new_to_date,"
    "display_product_options_in,map_price,msrp_price,map_enabled,gift_message_available,custom_design,"
    "custom_design_from,custom_design_to,custom_layout_update,page_layout,product_options_container,"
    "msrp_display_actual_price_type,country_of_manufacture,additional_attributes,qty,out_of_stock_qty,"
    "use_config_min_qty,is_qty_decimal,allow_backorders,use_config_backorders,min_cart_qty,"
    "use_config_min_sale_qty,max_cart_qty,use_config_max_sale_qty,is_in_stock,notify_on_stock_below,"
    "use_config_notify_stock_qty,manage_stock,use_config_manage_stock,use_config_qty_increments,"
    "qty_increments,use_config_enable_qty_inc,enable_qty_increments,is_decimal_divided,website_id,"
    "related_skus,related_position,crosssell_skus,crosssell_position,upsell_skus,upsell_position,"
    "additional_images,additional_image_labels,hide_from_product_page,custom_options,bundle_price_type,"
    "bundle_sku_type,bundle_price_view,bundle_weight_type,bundle_values,bundle_shipment_type,"
    "associated_skus,configurable_variations,configurable_variation_labels"
)
REPORT_HEADER = (
    "item-name item-description listing-id seller-sku price quantity open-date image-url "
    "item-is-marketplace product-id-type zshop-shipping-fee item-note item-condition zshop-category1 "
    "zshop-browse-path zshop-storefront-feature asin1 asin2 asin3 will-ship-internationally "
    "expedited-shipping zshop-boldface product-id bid-for-featured-placement add-delete "
    "pending-quantity fulfillment-channel merchant-shipping-group status"
).replace(" ", "\t")

ADJECTIVES = [
    "Trail",
    "Summit",
    "Harbor",
    "Quiet",
    "Rapid",
    "Solar",
    "Nordic",
    "Copper",
    "Velvet",
    "Granite",
    "Amber",
    "Polar",
]
NOUNS = [
    "Backpack",
    "Jacket",
    "Bottle",
    "Lantern",
    "Kettle",
    "Notebook",
    "Speaker",
    "Blanket",
    "Sandal",
    "Helmet",
    "Racket",
    "Tripod",
]
COLOURS = ["Black", "Blue", "Red", "Green", "Grey", "Orange", "White", "Olive"]
SENTENCES = (
    "Perfect for class, work or the gym, it is packed with pockets and keeps its shape for years.",
    'The lid measures 29"" across and closes with one hand, even with gloves on.',
    "A dual-buckle flap reveals an organised panel, and the roomy main part has space for a laptop.",
    "Wash by hand in cool water; do not bleach, do not tumble dry, do not iron the printed side.",
    "Tested to 2,000 cycles, backed by our two-year promise, and repaired free of charge after that.",
    "An easy-grip handle promises easy carrying on the bus, on the bike and up four flights of stairs.",
)
BULLETS = (
    "Multiple internal zip pockets.",
    "Made of durable nylon.",
    "Adjustable shoulder strap.",
    "Top handle.",
    "Water bottle pocket on both sides.",
)


def gtin13(number: int) -> str:
    """Return the EAN-13 of GS1's demonstration prefix 952 for *number* (up to 9 digits)."""
    body = f"952{number:09d}"
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body))
    return body + str(-total % 10)


def asin(number: int) -> str:
    """Return a well-formed ASIN for *number*."""
    digits = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    out = ""
    for _ in range(7):
        number, rest = divmod(number, len(digits))
        out = digits[rest] + out
    return "B0" + out + "X"


def seller_sku(i: int) -> str:
    """Return product *i*'s SKU, mixed case and unsorted as real ones are."""
    return f"{NOUNS[i % 12][:3].upper()}-{(i * 7919) % 9973:04d}-{i:07d}"


def is_changed(i: int, share: float) -> bool:
    """Tell whether row *i* is among the evenly spread *share* of changed rows."""
    return share > 0 and i % round(1 / share) == 7


def product_record(i: int, rng: random.Random, *, changed: bool) -> str:
    """Return the export record of product *i* (about 2 KB, quoted HTML with newlines)."""
    colour, sku = COLOURS[i % 8], seller_sku(i)
    name = f"{ADJECTIVES[i % 11]} {NOUNS[i % 12]} {colour} {i}"
    key = name.lower().replace(" ", "-")
    picked = rng.sample(SENTENCES, 5)
    bullets = "\n".join(f"<li>{b}</li>" for b in rng.sample(BULLETS, 4))
    price = 900 + (i * 37) % 24000 + (500 if changed else 0)
    qty = 0 if i % 41 == 0 else (i * 13) % 400 + (3 if changed else 0)
    extra = [f"color={colour}", "material=Canvas|Nylon|Polyester", "strap_bags=Adjustable|Padded"]
    if i % 5 != 4:
        extra.append(f"amazon_asin={asin(i)}")
    if i % 3 != 2:
        extra.append(f"ean={gtin13(i)}")
    extra.append(
        "features_bags=Audio Pocket|Waterproof|Lightweight|Reflective|Laptop Sleeve,sale=Yes"
    )
    image = f"/m/b/{key}-0.jpg"
    related = ",".join(seller_sku((i + k * 31) % 99991) for k in range(1, 9))
    cells = [
        sku, "", "Bag", "simple", '"Default Category/Gear,Default Category/Gear/Bags"', "base",
        f'"{name}"', f'"<p>{" ".join(picked)}</p>\n<ul>\n{bullets}\n</ul>"', f'"{picked[0]}"', "1.200000",
        "2" if i % 97 == 0 else "1", '"Taxable Goods"', '"Catalog, Search"', f"{price // 100}.{price % 100:02d}0000",
        "", "", "", key, f'"{name} online"', f'"{colour}, bag, {NOUNS[i % 12]}"',
        f'"{name}. {picked[1]}"', image, "Image", image, "Image", image, "Image", "", "",
        '"11/23/26, 12:16 PM"', '"11/23/26, 12:24 PM"', "", "", '"Block after Info Column"',
        "", "", "", "", "", "", "", "", "", "", '"Use config"', "", f'"{",".join(extra)}"', f"{qty}.0000",
        "0.0000", "1", "0", "0", "1", "1.0000", "1", "0.0000", "1", "0" if qty == 0 else "1", "", "1", "0", "1",
        "1", "0.0000", "1", "0", "0", "0", f'"{related}"', '"1,2,3,4,5,6,7,8"', f'"{related}"',
        '"1,2,3,4,5,6,7,8"', "", "", f'"{image},{image}"', '"Image,Image"', "", "", "", "", "", "", "", "",
        "", "", "",
    ]  # fmt: skip
    return ",".join(cells) + "\n"


def listing_line(i: int, rng: random.Random, *, changed: bool) -> str:
    """Return the report line of listing *i* (about 550 bytes)."""
    product = i + (10_000_000 if i % 23 == 0 else 0)  # one in 23 is known to Amazon only
    colour = COLOURS[i % 8]
    title = f"{ADJECTIVES[i % 11]} {NOUNS[i % 12]} {colour} {i}, {rng.choice(SENTENCES)[:70]}"
    price = 900 + (i * 37) % 24000 + (500 if changed else 0)
    fba = i % 9 == 0
    qty = "" if fba else str(0 if i % 41 == 0 else (i * 13) % 400 + (3 if changed else 0))
    sku = seller_sku(product) if i % 2 else f"AMZ-{product:08d}"
    status = "Inactive" if qty == "0" or i % 29 == 0 else "Active"
    return "\t".join((
        title, f"{rng.choice(SENTENCES)} {rng.choice(SENTENCES)} {rng.choice(SENTENCES)}", f"0711ZJ{i:08d}", sku,
        f"{price // 100}.{price % 100:02d}", qty, f"2022-{i % 12 + 1:02d}-{i % 28 + 1:02d} 01:34:18 PDT", "", "y",
        "1", "", "", "11", "", "", "", asin(product), "", "", "", "", "", asin(product), "", "", "0",
        "AMAZON_NA" if fba else "DEFAULT", "Migrated Template", status,
    )) + "\n"  # fmt: skip


def write_export(path: Path, count: int, *, changed: float = 0.0) -> None:
    """Write an export of *count* products to *path*."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(EXPORT_HEADER + "\n")
        _write(file, product_record, count, changed, seed=1)


def write_report(path: Path, count: int, *, changed: float = 0.0) -> None:
    """Write an all-listings report of *count* listings to *path*."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(REPORT_HEADER + "\n")
        _write(file, listing_line, count, changed, seed=2)


def _write(file: IO[str], record: object, count: int, changed: float, *, seed: int) -> None:
    assert callable(record)
    rng = random.Random(seed)
    for i in range(count):
        file.write(record(i, rng, changed=is_changed(i, changed)))


def main() -> None:
    """Write both files into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--changed", type=float, default=0.0)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    write_export(args.folder / "catalog_product.csv", args.count, changed=args.changed)
    write_report(args.folder / "all-listings.txt", args.count, changed=args.changed)


if __name__ == "__main__":
    main()
