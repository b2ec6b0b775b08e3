"""The many names of the attributes that every product has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "type_id": "type",
        "product_type": "type",
        "attribute_set_code": "attribute_set",
        "attribute_set_id": "attribute_set",
        "category": "categories",
        "category_ids": "categories",
        "website": "websites",
        "website_ids": "websites",
        "product_websites": "websites",
        "status": "enabled",
        "product_online": "enabled",
        "special_from_date": "special_from",
        "special_price_from_date": "special_from",
        "special_to_date": "special_to",
        "special_price_to_date": "special_to",
        "qty": "quantity",
        "quantity_and_stock_status": "in_stock",
        "is_in_stock": "in_stock",
        "allow_backorders": "backorders",
        "created": "created_at",  # columns of the export, kept as any attribute
        "updated": "updated_at",
    }
)
"""How Commerce, its export and its users call an attribute -> our word for it."""
