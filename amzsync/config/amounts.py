"""Numbers, percentages and amounts of amzsync.toml, each kept as one plain text: "10", "2.50", "10%"."""

from __future__ import annotations

import re
from decimal import Decimal

from amzsync.core.settings import Adjustment, Buffer

_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?").fullmatch
_HUNDRED = Decimal(100)


def number_text(value: object) -> str:
    """Return a number of TOML, or one in a text, as plain text; it is never negative.

    Raises ``ValueError``, in words that follow a key.  More than nine digits before the point or six behind it
    are no amount of money and no percentage.
    """
    if isinstance(value, Decimal) and value.is_finite():
        text = format(value, "f") if abs(value.adjusted()) < 20 else str(value)
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        text = str(value).strip()
    else:
        raise ValueError(f"{_shown(value)} is no number such as 10 or 2.50")
    if text.startswith("-") and _NUMBER(text[1:]):
        raise ValueError("must not be negative")
    if not _NUMBER(text):
        raise ValueError(f"{_shown(value)} is no number such as 10 or 2.50")
    return text


def positive_text(value: object) -> str:
    """Return ``number_text`` of what is more than nought."""
    text = number_text(value)
    if not Decimal(text):
        raise ValueError("must be more than 0")
    return text


def percent_text(value: object) -> str:
    """Return a percentage, written with or without its sign, as plain text without it; at most 100."""
    bare = value.strip().removesuffix("%").strip() if isinstance(value, str) else value
    text = number_text(bare)
    if Decimal(text) > _HUNDRED:
        raise ValueError("must be at most 100 percent")
    return text


def amount_text(value: object) -> str:
    """Return an amount ("2.00", 2) or, with its sign, a percentage ("10%", "10 %") as plain text."""
    if isinstance(value, str) and value.strip().endswith("%"):
        return number_text(value.strip().removesuffix("%").strip()) + "%"
    try:
        return number_text(value)
    except ValueError as error:
        if "negative" in str(error):
            raise
        raise ValueError(f'{_shown(value)} is no amount such as "2.00" or "10%"') from None


def decrease_text(value: object) -> str:
    """Return ``amount_text`` of what can be taken off: at most 100 %."""
    text = amount_text(value)
    if is_percent(text) and amount(text) > _HUNDRED:
        raise ValueError("nothing can go down by more than 100%")
    return text


def only_percent(text: str) -> str:
    """Return *text*, an amount's, if it is a percentage."""
    if not is_percent(text):
        raise ValueError(f'must be a percentage, such as "{text}%"')
    return text


def buffer_text(value: object) -> str:
    """Return ``amount_text`` of a buffer: whole units, or a percentage up to 100."""
    text = decrease_text(value)
    if not is_percent(text) and amount(text) % 1:
        raise ValueError('must be whole units, or a percentage such as "10%"')
    return text


def is_percent(text: str) -> bool:
    """Tell whether an amount's text is a percentage."""
    return text.endswith("%")


def amount(text: str) -> Decimal:
    """Return the number of an amount's text, percentage or not."""
    return Decimal(text.removesuffix("%"))


def adjustment(decrease: str | None, increase: str | None) -> Adjustment | None:
    """Return the adjustment of the two texts, of which at most one is given."""
    text = increase if decrease is None else decrease
    if text is None:
        return None
    return Adjustment(up=decrease is None, percent=is_percent(text), amount=amount(text))


def buffer(text: str) -> Buffer:
    """Return the buffer of an amount's text."""
    return Buffer(is_percent(text), amount(text))


def _shown(value: object) -> str:
    """Return *value* as TOML has it, or nearly."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (Decimal, int, float)) else repr(value)
