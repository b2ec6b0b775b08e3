"""One question and one answer, before they are bytes on a wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, unquote

JSON = "application/json"
HTML = "text/html; charset=utf-8"
XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Request:
    at: float  # seconds since 1970, by the simulator's clock
    method: str
    path: str  # as it came, quoted
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]  # names in lower case
    content: bytes

    @property
    def segments(self) -> list[str]:
        return [unquote(part) for part in self.path.split("/")[1:]]

    def body(self) -> Any:
        """Return the body parsed: JSON, form, or text; None where there is none."""
        if not self.content:
            return None
        text = self.content.decode("utf-8", "replace")
        if self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(text, keep_blank_values=True))
        try:
            return json.loads(text)
        except ValueError:
            return text


class Way(StrEnum):
    """How an answer goes over the wire."""

    WHOLE = "whole"
    RESET = "reset"  # the connection is reset instead
    CUT = "cut"  # Content-Length promises more than comes
    CHUNKED_CUT = "chunked cut"  # the last chunk never comes
    DRIP = "drip"  # a few bytes at a time
    SILENCE = "silence"  # nothing comes, then the connection is closed


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    way: Way = Way.WHOLE
    size: int = 0  # bytes that are sent (CUT, CHUNKED_CUT), or at a time (DRIP)
    pause: float = 0.0  # real seconds between two drips, or of silence

    def json(self) -> Any:
        return json.loads(self.content)

    def with_headers(self, **headers: str) -> Reply:
        """Return the reply with *headers*, whose names have "_" for "-"."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **named})

    def without_header(self, name: str) -> Reply:
        kept = {key: value for key, value in self.headers.items() if key.lower() != name.lower()}
        return replace(self, headers=kept)

    def with_json(self, content: Any) -> Reply:
        return replace(self, content=json.dumps(content, ensure_ascii=False).encode())


def json_reply(status: int, content: Any) -> Reply:
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, {"Content-Type": JSON})


def page_reply(status: int, text: str, content_type: str = HTML) -> Reply:
    return Reply(status, text.encode(), {"Content-Type": content_type})


def error_reply(status: int, code: str, message: str, details: str = "") -> Reply:
    return json_reply(status, {"errors": [{"code": code, "message": message, "details": details}]})


class Refusal(Exception):
    """The answer that ends an operation early."""

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(message)
        self.reply = error_reply(status, code, message, details)


def invalid(message: str, details: str = "") -> Refusal:
    return Refusal(400, "InvalidInput", message, details)


def denied(details: str = "") -> Refusal:
    return Refusal(403, "Unauthorized", "Access to requested resource is denied.", details)
