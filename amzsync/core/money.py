"""Exact amounts as text: minor units, millionths and ten-thousandths to decimals and back."""

from __future__ import annotations


def minor_text(minor: int, exponent: int) -> str:
    """Return *minor* units of a currency with *exponent* decimals as text: 4549, 2 -> "45.49"."""
    if exponent == 0:
        return str(minor)
    sign, digits = ("-", -minor) if minor < 0 else ("", minor)
    return f"{sign}{digits // 10**exponent}.{digits % 10**exponent:0{exponent}d}"


def micros_text(micros: int) -> str:
    """Return millionths as text with at least two decimals and no needless noughts: "34.00", "34.005"."""
    whole, _, decimals = minor_text(micros, 6).partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def quantity_text(e4: int) -> str:
    """Return ten-thousandths as text without needless noughts: "50", "2.5"."""
    whole, _, decimals = minor_text(e4, 4).partition(".")
    return f"{whole}.{decimals}".rstrip("0").rstrip(".")
