"""The parameters of a query, read as strictly as the schemas describe them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from tests.simulators.exchange import invalid


class Parameters:
    """The query of one request; what it cannot give raises the 400 that Amazon would answer."""

    def __init__(self, query: Sequence[tuple[str, str]]) -> None:
        self._query = query

    def names(self) -> set[str]:
        return {name for name, text in self._query if text}

    def text(self, name: str) -> str | None:
        """Return one value; None where it is absent or blank."""
        found = [text for key, text in self._query if key == name]
        if len(found) > 1:  # the schemas say csv
            raise invalid(f"Invalid '{name}' provided.", "The parameter is repeated.")
        return found[0] if found and found[0] else None

    def required(self, name: str) -> str:
        text = self.text(name)
        if text is None:
            raise invalid(f"Missing required '{name}' parameter.")
        return text

    def choice(self, name: str, words: Collection[str], default: str | None = None) -> str | None:
        text = self.text(name)
        if text is not None and text not in words:
            raise invalid(f"Invalid '{name}' provided.", text)
        return default if text is None else text

    def many(
        self, name: str, *, at_most: int | None = None, words: Collection[str] | None = None
    ) -> list[str] | None:
        """Return the values of a comma-separated list; None where it is absent."""
        text = self.text(name)
        if text is None:
            return None
        found = text.split(",")
        if at_most is not None and len(found) > at_most:
            raise invalid(f"Invalid '{name}' provided.", f"At most {at_most} are allowed.")
        if words is not None and (strange := [word for word in found if word not in words]):
            raise invalid(f"Invalid '{name}' provided.", ",".join(strange))
        return found

    def whole(self, name: str, default: int, *, most: int) -> int:
        text = self.text(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
            raise invalid(f"Invalid '{name}' provided.", text)
        return int(text)

    def flag(self, name: str) -> bool:
        return self.choice(name, ("true", "false")) == "true"

    def moment(self, name: str) -> float | None:
        text = self.text(name)
        return None if text is None else moment_of(name, text)

    def fingerprint(self, *, without: Collection[str]) -> list[list[str]]:
        """Return what a page token is bound to: every parameter but those of paging."""
        return sorted([name, text] for name, text in self._query if name not in without)


def moment_of(name: str, text: str) -> float:
    """Return ISO 8601 text with a zone as seconds since 1970."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"Invalid '{name}' provided.", text) from error
    if moment.tzinfo is None:
        raise invalid(f"Invalid '{name}' provided.", f"{text} has no time zone.")
    return moment.timestamp()


def token_of(content: Any) -> str:
    """Return an opaque token."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def content_of(name: str, token: str) -> Any:
    """Return what is in a token that the simulator gave; anything else is the caller's fault."""
    try:
        return json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, binascii.Error) as error:
        raise invalid(f"Invalid '{name}' provided.") from error
