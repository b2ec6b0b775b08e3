"""One call of an operation, when Amazon has found out whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulators.exchange import Request, denied, invalid
from tests.simulators.parameters import Parameters
from tests.simulators.seller import Seller


@dataclass(frozen=True, slots=True)
class Visit:
    seller: Seller
    request: Request
    params: Parameters
    path: Mapping[str, str]  # values of the placeholders, unquoted

    @property
    def now(self) -> float:
        return self.request.at

    def body(self) -> dict[str, Any]:
        body = self.request.body()
        if not isinstance(body, dict):
            raise invalid("Request body is missing or malformed.")
        return body

    def marketplaces(self, *, most: int | None = None) -> list[str]:
        """Return the marketplaces that are asked for, all of which must be the seller's."""
        self.params.required("marketplaceIds")
        return self.own(self.params.many("marketplaceIds", at_most=most) or [])

    def own(self, marketplace_ids: list[str]) -> list[str]:
        for marketplace_id in marketplace_ids:
            if not re.fullmatch(r"A[0-9A-Z]{9,14}", marketplace_id):
                raise invalid("Invalid 'marketplaceIds' provided.", marketplace_id)
            if not self.seller.marketplaces.get(marketplace_id):
                raise denied(f"The seller does not sell in {marketplace_id}.")
        return marketplace_ids

    def own_seller_id(self, seller_id: str) -> None:
        if seller_id != self.seller.seller_id:
            raise denied(f"The token is not one of {seller_id}.")
