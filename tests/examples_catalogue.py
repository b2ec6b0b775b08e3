"""The catalogue of the example shop: what its products are called and what is special about each.

Brands, titles and products are invented.  Identifiers are of GS1's demonstration prefix 952, of a
UPC prefix that stands in every textbook, or of an ISBN registrant that nobody has.
"""

from __future__ import annotations

from tests.bench.generate import gtin13

KITCHEN = """\
KIT-1001|49.90|Copperhen Enamel Kettle 1.7 l, Cornflower Blue
KIT-1002|34.50|Copperhen Moka Pot, 6 Cups
KIT-1003|22.00|Tillerby Ash Rolling Pin
KIT-1004|89.00|Tillerby End-Grain Oak Board, Made to Order
KIT-1005|27.50|Tillerby Bread Lame with Leather Sheath
KIT-1006|38.00|Copperhen Milk Pan 1.2 l
KIT-1007|24.90|Copperhen Egg Coddlers, Set of 2
KIT-1008|31.00|Saltmarsh Salt Grinder, Walnut
KIT-1009|26.00|Saltmarsh Butter Bell, Speckled White
KIT-1010|18.90|Saltmarsh Oil Bottle 500 ml
KIT-1011|19.50|Tillerby Proofing Basket, Round 22 cm
KIT-1012|14.00|Tillerby Linen Bread Bag
KIT-1013|36.90|Copperhen Crème Brûlée Torch
KIT-1014|74.00|Copperhen Fish Kettle 45 cm
KIT-1015|12.50|Tillerby Pastry Blender
KIT-1016|42.00|Saltmarsh Mortar and Pestle, Granite
KIT-1017|68.00|Copperhen Fondue Set, 6 Forks
KIT-1018|17.90|Copperhen Sugar Thermometer
KIT-1019|29.00|Tillerby Cherry-Wood Spoons, Set of 5
KIT-1020|95.00|Copperhen Preserving Pan 9 l
KIT-1021|21.50|Saltmarsh Tea Caddy with Two Lids
KIT-1022|33.00|Copperhen Stovetop Popcorn Maker
KIT-1023|11.90|Tillerby Bench Scraper
KIT-1024|28.00|Saltmarsh Stoneware Jug 1 l
KIT-1025|15.50|Tillerby Cookie Cutters, Woodland Animals
KIT-1026|39.00|Copperhen Jelly Moulds, Set of 4
KIT-1027|16.00|Saltmarsh Breakfast Bowl, Café au Lait
KIT-1028|24.00|Tillerby Noodle Drying Rack
KIT-1029|139.00|Copperhen Pressure Canner 21 l
KIT-1030|17.00|Saltmarsh Mug "Heron"
KIT-1031|22.00|Saltmarsh Mug "Heron", Gift Boxed
KIT-1032|19.00|Tillerby House-Label Tea Towels, 3 Pack
KIT-1033|45.00|Copperhen Cast-Iron Skillet 12"
KIT-1034|23.50|Copperhen Paring Knife 3.5"
KIT-1035|37.00|Tillerby Pizza Peel
KIT-1036|44.00|Saltmarsh Cake Stand 28 cm
KIT-1037|13.50|Copperhen Lemon Squeezer
KIT-1038|13.50|Copperhen Lime Squeezer
KIT-1039|25.00|Tillerby Muffin Tin, 12 Cups
KIT-1040|21.00|Copperhen Bean Slicer
KIT-1041|12.00|Saltmarsh Raclette Scraper
KIT-1042|41.00|Saltmarsh Spätzle Press
KIT-1043|58.00|Tillerby Sourdough Crock 3 l
KIT-1044|19.90|Saltmarsh Chili Roaster
KIT-1045|47.00|Copperhen Double Boiler 2 l
KIT-1046|26.50|Tillerby Salad Servers, Olive Wood
KIT-1047|23.00|Saltmarsh Soufflé Dish 18 cm
KIT-1048|14.90|Copperhen Ladle, Long Handle
KIT-1049|12.90|Tillerby Ceramic Pie Weights
KIT-1050|20.00|Saltmarsh Honey Jar with Dipper
KIT-1051|32.50|Copperhen Gratin Dish, Oval
KIT-1052|9.90|Tillerby Dough Whisk
KIT-1053|48.00|Saltmarsh Soup Tureen, Speckled Blue
KIT-1054|16.50|Copperhen Tea Strainer with Drip Bowl
PFANNE Ø 28|64.00|Copperhen Carbon-Steel Pan, 28 cm
TEA/OOLONG 50|13.90|Saltmarsh Roasted Oolong, 50 Bags
LINEN-METRE|17.50|Tillerby Kitchen Linen, by the Metre
-COOL-09|52.00|+4 °C Cool Bag by Brackwater
"""
OUTDOOR = """\
OUT-2001|119.00|Brackwater Gravel Rim 29", 32 Holes
OUT-2002|84.00|Fernholt Day Pack 22 l, Moss
OUT-2003|29.50|Brackwater Titanium Mug 450 ml
OUT-2004|159.00|Fernholt Two-Person Tarp
OUT-2005|42.00|Brackwater Folding Lantern
OUT-2006|64.50|Brackwater Spirit Stove
OUT-2007|18.00|Fernholt Tent Pegs, Set of 8
OUT-2008|229.00|Fernholt Dome Tent, 2 Persons
OUT-2009|36.00|Brackwater Dry Bag 20 l
OUT-2010|74.00|Fernholt Sleeping Mat, Cork
OUT-2011|22.50|Brackwater Fire Steel with Lanyard
OUT-2012|57.00|Fernholt Trekking Poles, Pair
OUT-2013|33.00|Brackwater Head Torch 300 lm
OUT-2014|48.00|Fernholt Camp Stool
OUT-2015|39.90|Brackwater Water Filter
OUT-2016|27.00|Fernholt Map Case, Waxed Cotton
OUT-2017|16.50|Brackwater Signal Whistle
OUT-2018|88.00|Fernholt Hammock with Straps
OUT-2019|31.50|Brackwater Windscreen
OUT-2020|134.00|Fernholt Alpine Pack 45 l, Spruce
OUT-2021|12.90|Brackwater Carabiners, 5 Pack
OUT-2022|24.50|Brackwater Field Spoon and Fork
OUT-2023|69.00|Fernholt Canvas Tote
OUT-2024|45.50|Brackwater Camp Percolator
OUT-2025|15.00|Fernholt Guy Lines, Reflective
OUT-2026|199.00|Fernholt Down Quilt
OUT-2027|54.00|Brackwater Cook Set, 2 Pots
OUT-2028|38.50|Fernholt Gaiters
OUT-2029|26.00|Brackwater Bear Bell
OUT-2030|49.00|Fernholt Bivvy Bag
OUT-2031|21.00|Brackwater Compass, Sighting Mirror
OUT-2032|62.00|Fernholt Picnic Blanket, Waterproof
OUT-2033|18.50|Brackwater Stuff Sacks, 3 Sizes
OUT-2034|43.00|Fernholt Rain Skirt
OUT-2035|76.00|Brackwater Cooler Bag 18 l
OUT-2036|35.00|Fernholt Wool Blanket, Herringbone
OUT-2037|14.50|Brackwater Bike Bell, Brass
OUT-2038|28.50|Fernholt Bottle Sling
OUT-2039|97.00|Brackwater Bikepacking Saddle Bag
OUT-2040|19.00|Fernholt Repair Kit
OUT-2041|66.00|Brackwater Binoculars 8x25
OUT-2042|23.00|Fernholt Pocket Pillow
OUT-2043|112.00|Brackwater Camp Table
OUT-2044|17.00|Fernholt Bandana, Trout Print
OUT-2045|29.00|Brackwater Multi-Tool, 9 Functions
OUT-2046|41.50|Fernholt Dog Pack
OUT-2047|25.00|Brackwater Star Chart, Northern Sky
OUT-2048|83.00|Fernholt Hooded Poncho Blanket
OUT-2049|13.50|Brackwater Candle Lantern Refills
OUT-2050|59.00|Fernholt Foraging Basket
"""
BOOKS = """\
BK-3001|18.95|The Lighthouse Baker|Hollander, Ines
BK-3002|16.00|Letters to a Slow River|Amadi, Chike
BK-3003|21.50|Bread in Forty Hours|Vestergaard, Liv
BK-3004|14.95|The Cartographer's Cat|Okonedo, Tam
BK-3005|24.00|A Field Guide to Quiet|Brandt, Mira
BK-3006|19.95|Knots, Splices and Other Promises|Penhallow, Jory
BK-3007|27.00|Cooking over Embers|Castell, Aurora
BK-3008|12.95|The Night Ferry|Lindqvist, Elsa
BK-3009|8.50|Shop Almanac 2027|Quillhaven Editors
BK-3010|15.50|Mushrooms of the Lower Valley|Tremaine, Rosa
BK-3011|22.00|Walking the Salt Road|Duarte, Nuno
BK-3012|17.95|The Clockmaker's Orchard|Fairweather, Ada
BK-3013|26.00|Suppen für stille Tage|Brandt, Mira
BK-3014|23.50|Das Handbuch der Hütten|Egger, Toni
BK-3015|13.95|Eleven Ways to Fold a Tent|Abara, Nkem
BK-3016|29.00|The Preserving Year|Vestergaard, Liv
BK-3017|11.95|Small Fires|Moreau, Colette
BK-3018|20.00|An Atlas of Imaginary Rivers|Okonedo, Tam
BK-3019|15.95|The Beekeeper's Ledger|Fairweather, Ada
BK-3020|18.00|Tea at the End of the Pier|Hollander, Ines
BK-3021|25.50|Stars for Campers|Penhallow, Jory
BK-3022|14.50|The Paper Mountain|Sato, Haruki
BK-3023|21.95|Pickle Everything|Castell, Aurora
BK-3024|16.50|Winter Swimming, a Love Story|Lindqvist, Elsa
BK-3025|19.00|The Hedge and the Heron|Tremaine, Rosa
BK-3026|12.50|Notes from a Rain Barrel|Amadi, Chike
BK-3027|30.00|The Big Book of Dumplings|Sato, Haruki
BK-3028|17.00|Birds You Can Hear from Bed|Duarte, Nuno
BK-3029|13.50|Lanterns|Moreau, Colette
BK-3030|22.95|A Shed of One's Own|Abara, Nkem
BK-3031|18.50|The Tidal Kitchen|Hollander, Ines
BK-3032|15.00|How to Read a Hillside|Egger, Toni
BK-3033|23.00|Forty Jams and a Funeral|Castell, Aurora
BK-3034|12.00|The Kettle Maker's Daughter|Fairweather, Ada
BK-3035|28.00|Trees, Drawn from Life|Sato, Haruki
BK-3036|16.50|A Short History of Porridge|Vestergaard, Liv
BK-3037|19.50|The Understudy of Spring|Moreau, Colette
BK-3038|14.00|Postcards from the Weather Station|Lindqvist, Elsa
"""
PARENTS = """\
TEE-5000|39.00|Fernholt Merino Tee|Moss,Slate|S,M,L
JKT-5100|149.00|Fernholt Rain Jacket|Amber,Navy,Red|S,L
SOC-5200|16.50|Fernholt Hiking Socks|Grey,Rust|36-39,40-43,44-47
APR-5300|34.00|Tillerby Linen Apron|Flax,Indigo,Sage,Brick|
GLV-5400|21.00|Tillerby Oven Glove|Check,Plain,Stripe|
HAT-5500|28.00|Fernholt Fisherman Beanie|Charcoal,Mustard,Oat,Teal|
PAN-5600|55.00|Copperhen Carbon-Steel Pan||20 cm,24 cm,32 cm
BTL-5700|27.00|Brackwater Insulated Bottle 750 ml|Birch,Fog,Fern,Night,Poppy|
"""
GERMAN = """\
KIT-1001|46.90|Copperhen Emaillekessel 1,7 l, kornblumenblau
KIT-1002|32.90|Copperhen Espressokocher, 6 Tassen
KIT-1003|20.90|Tillerby Nudelholz aus Esche
KIT-1004|84.00|Tillerby Stirnholzbrett aus Eiche, auf Bestellung
KIT-1006|35.90|Copperhen Milchtopf 1,2 l
KIT-1007|22.90|Copperhen Eierkocher, 2er-Set
KIT-1009|24.90|Saltmarsh Butterglocke, weiß gesprenkelt
KIT-1010|17.90|Saltmarsh Ölflasche 500 ml
KIT-1013|34.90|Copperhen Flambierbrenner für Crème brûlée
KIT-1019|27.90|Tillerby Kochlöffel aus Kirschholz, 5er-Set
KIT-1022|31.50|Copperhen Popcorntopf
KIT-1024|26.90|Saltmarsh Steinzeugkrug 1 l
KIT-1026|36.90|Copperhen Sülzeformen, 4er-Set
KIT-1038|12.90|Copperhen Limettenpresse
KIT-1041|11.50|Saltmarsh Raclette-Schaber
KIT-1042|39.00|Saltmarsh Spätzlepresse
KIT-1043|54.90|Tillerby Sauerteigtopf 3 l
KIT-1045|44.50|Copperhen Wasserbadtopf 2 l
KIT-1047|21.90|Saltmarsh Soufflé-Form 18 cm
PFANNE Ø 28|59.90|Copperhen Eisenpfanne, Ø 28 cm
OUT-2001|112.00|Brackwater Schotterfelge 29", 32 Löcher
OUT-2003|27.90|Brackwater Titanbecher 450 ml
OUT-2005|39.90|Brackwater Faltlaterne
OUT-2008|215.00|Fernholt Kuppelzelt, 2 Personen
OUT-2010|69.90|Fernholt Schlafmatte aus Kork
OUT-2012|53.90|Fernholt Wanderstöcke, Paar
OUT-2020|126.00|Fernholt Tourenrucksack 45 l, Fichte
OUT-2026|187.00|Fernholt Daunenquilt
OUT-2031|19.90|Brackwater Spiegelkompass
OUT-2032|58.00|Fernholt Picknickdecke, wasserdicht
OUT-2035|71.50|Brackwater Kühltasche 18 l
OUT-2036|32.90|Fernholt Wolldecke, Fischgrat
BK-3001|17.50|
BK-3005|22.00|
BK-3013|24.00|
BK-3014|21.90|
APR-5300-FLA|31.90|Tillerby Leinenschürze, Flachs
APR-5300-IND|31.90|Tillerby Leinenschürze, Indigo
APR-5300-SAG|31.90|Tillerby Leinenschürze, Salbei
APR-5300-BRI|31.90|Tillerby Leinenschürze, Ziegel
PAN-5600-20|45.90|Copperhen Eisenpfanne, 20 cm
PAN-5600-24|49.90|Copperhen Eisenpfanne, 24 cm
PAN-5600-32|59.90|Copperhen Eisenpfanne, 32 cm
"""
GERMANY_ONLY = frozenset({"KIT-1041", "KIT-1042", "BK-3013", "BK-3014"})

DISABLED = {"product_online": "2"}
UNMANAGED = {"qty": "0.0000", "manage_stock": "0", "use_config_manage_stock": "0"}
BACKORDERS = {"allow_backorders": "1", "use_config_backorders": "0"}
CELLS: dict[str, dict[str, str]] = {
    "KIT-1002": {"special_price": "27.900000", "special_price_from_date": "11/20/26",
                 "special_price_to_date": "11/30/26"},
    "KIT-1004": UNMANAGED,
    "KIT-1007": DISABLED,
    "KIT-1020": {"special_price": "79.000000", "special_price_from_date": "12/1/26"},
    "KIT-1035": {"description": "<p>For pizzas up to 13\\\", handle 10\\\", beech, oiled.</p>"},
    "KIT-1040": DISABLED,
    "KIT-1043": BACKORDERS,
    "KIT-1046": {"special_price": "19.900000", "special_price_from_date": "10/1/26",
                 "special_price_to_date": "10/31/26"},
    "LINEN-METRE": {"qty": "12.5000", "is_qty_decimal": "1"},
    "OUT-2014": DISABLED,
    "OUT-2019": DISABLED,
    "OUT-2029": {"qty": "-3.0000", "is_in_stock": "0", **DISABLED},
    "OUT-2038": {"special_price": "22.500000", "special_price_from_date": "11/15/26",
                 "special_price_to_date": "12/24/26"},
    "BK-3010": DISABLED,
    "VIR-9001": {**UNMANAGED, "product_type": "virtual", "weight": ""},
    "VIR-9002": {**UNMANAGED, **DISABLED, "product_type": "virtual", "weight": ""},
    "SET-7001": {"price": "", "weight": "", "bundle_price_type": "dynamic",
                 "bundle_sku_type": "dynamic", "bundle_price_view": "Price range",
                 "bundle_weight_type": "dynamic", "bundle_shipment_type": "together"},
    "SET-7002": {"price": "", "weight": "",
                 "associated_skus": "OUT-2006=1.0000,OUT-2027=1.0000,OUT-2022=2.0000"},
}  # fmt: skip
BUNDLE_OPTION = (
    "name={0},type=select,required=1,sku={1},price=0.0000,default=1,default_qty=1.0000,"
    "price_type=fixed"
)
CELLS["SET-7001"]["bundle_values"] = "|".join(
    BUNDLE_OPTION.format(name, sku)
    for name, sku in (("Pin", "KIT-1003"), ("Basket", "KIT-1011"), ("Scraper", "KIT-1023"))
)
OUT_OF_STOCK = frozenset(
    {"KIT-1008", "KIT-1009", "KIT-1011", "KIT-1033", "OUT-2006", "OUT-2024", "OUT-2030", "BK-3011"}
)
BERLIN = {
    "KIT-1009": ("1", "12.0000"),
    "KIT-1011": ("0", "30.0000"),
}  # status and quantity where told


def check_digit(body: str) -> str:
    """Return GS1's check digit of *body*, which lacks it (any length)."""
    return str(-sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))) % 10)


def upc(number: int) -> str:
    """Return the UPC-A of a textbook's company prefix for *number* (5 digits)."""
    body = f"012345{number:05d}"
    return body + check_digit(body)


def isbn10(number: int) -> str:
    """Return an ISBN-10 of an unused registrant of the English group for *number* (2 digits)."""
    body = f"0{99999800 + number}"
    rest = -sum(int(d) * (10 - i) for i, d in enumerate(body)) % 11
    return body + ("X" if rest == 10 else str(rest))


def isbn13(number: int) -> str:
    """Return the ISBN-13 of :func:`isbn10`'s book *number*."""
    body = "978" + isbn10(number)[:9]
    return body + check_digit(body)


def asin(number: int) -> str:
    """Return a well-formed ASIN that stands for product *number* (up to 4 digits)."""
    return f"B0EXMP{number:04d}"


def ean(number: int) -> str:
    """Return the EAN-13 of product *number*."""
    return gtin13(417_000_000 + number)


# What the attributes of single products are; an empty text takes the attribute away.
ATTRIBUTES: dict[str, dict[str, str]] = {
    "KIT-1003": {"ean": f"{ean(9003)}; {ean(9004)}"},  # two values in one cell
    "KIT-1005": {"amazon_asin": "", "ean": ""},
    "KIT-1012": {"amazon_asin": ""},
    "KIT-1021": {"amazon_asin": "", "ean": "", "upc": upc(73021)},
    "KIT-1022": {"amazon_asin": ""},
    "KIT-1023": {"amazon_asin": "", "ean": "", "upc": upc(73023)[1:]},  # its leading zero is lost
    "KIT-1024": {"amazon_asin": "", "barcode": ean(1024), "ean": ""},
    "KIT-1025": {"amazon_asin": "", "ean": "", "upc": "7.12E+11"},  # a spreadsheet destroyed it
    "KIT-1026": {"amazon_asin": "", "ean": "", "upc": "Does not apply"},
    "KIT-1027": {"amazon_asin": f"{asin(9027)}; {asin(9028)}"},
    "KIT-1028": {"amazon_condition": ""},
    "KIT-1031": {"ean": ean(1030)},  # the EAN of KIT-1030 as well
    "KIT-1032": {
        "ean": "2004170000320"[:12] + check_digit("200417000032")
    },  # of the shop's own use
    "KIT-1044": {"upc": upc(73044)},
    "OUT-2007": {"amazon_asin": ""},
    "OUT-2011": {"amazon_asin": "", "ean": ""},
    "OUT-2016": {"amazon_condition": ""},
    "OUT-2017": {
        "amazon_asin": "",
        "ean": ean(2017)[:12] + str((int(ean(2017)[12]) + 1) % 10),
    },  # wrong digit
    "OUT-2018": {"amazon_asin": "", "ean": ""},
    "OUT-2021": {"amazon_asin": "", "ean": "", "upc": upc(73121)},
    "OUT-2022": {"amazon_asin": "", "ean": "", "EAN": ean(2022)},
    "OUT-2033": {"upc": "0 12345 73133 " + check_digit("01234573133")},  # written with spaces
    "BK-3001": {
        "isbn": "-".join((isbn13(1)[:3], "0", isbn13(1)[4:11], isbn13(1)[11], isbn13(1)[12]))
    },
    "BK-3002": {"isbn": isbn10(2)[1:]},  # an ISBN-10 that lost its leading zero
    "BK-3003": {"isbn": isbn10(3)},  # its check digit is an X
    "BK-3005": {"isbn": "979899999800" + check_digit("979899999800")},  # has no ISBN-10
    "BK-3006": {"amazon_asin": isbn10(6)},
    "BK-3006-USED": {
        "amazon_asin": isbn10(6),
        "isbn": isbn13(6),
        "amazon_condition": "Used - Very Good",
    },
    "BK-3007": {"amazon_asin": isbn10(7)},
    "BK-3008": {"amazon_asin": isbn10(8)},
    "BK-3009": {"isbn": "N/A"},
    "BK-3014": {"amazon_asin": isbn10(14)},
    "HAT-5500-OAT": {"amazon_asin": asin(5500)},  # the ASIN of its parent
    "VIR-9001": {"amazon_asin": "", "ean": ""},
    "VIR-9002": {"amazon_asin": "", "ean": ""},
    "SET-7001": {"ean": ""},
    "SET-7002": {"amazon_asin": "", "ean": ""},
}
