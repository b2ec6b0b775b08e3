"""What the figures of a check mean: fine, soon trouble, or trouble, and what to do about it.

Amazon has an application's secret changed every 180 days (developer-docs.amazon.com/sp-api/docs/
rotating-your-apps-lwa-credentials) and lets a seller's authorisation end after a year; both ask for calls signed
by a clock that is right.  The other limits are amzsync's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from amzsync.core.rates import Bucket, refilled
from amzsync.core.rates import wait as wait_of

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
SECRET_DAYS, SECRET_WARN_DAYS = 180, 150
AUTHORIZED_DAYS, AUTHORIZED_WARN_DAYS = 365, 330
SKEW_WARN, SKEW_FAIL = 60.0, 300.0
REPORT_WARN, REPORT_FAIL = 6 * HOUR, 48 * HOUR
EXPORT_WARN = 48 * HOUR
DISK_WARN, DISK_FAIL = 1_000_000_000, 100_000_000
DISK_TIMES = 3  # a report lies there as it came, unpacked and packed again
LOCK_WARN = 15 * MINUTE
WAITING_WARN = 4 * HOUR
OTHERS = 0o077  # what group and others may do with a file


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Verdict(NamedTuple):
    """What a figure means; the next step is empty where there is nothing to do."""

    level: Level
    message: str
    next_step: str = ""


def secret_age(issued: str | None, today: str) -> Verdict:
    """Judge when the application's secret was issued; both days are ISO text."""
    rotate = (
        "Rotate it in Seller Central > Apps and Services > Develop Apps > LWA credentials, "
        "then note the new day as secret_issued."
    )
    if issued is None:
        return Verdict(
            Level.WARN,
            f"It is not noted when the secret was issued; it ends after {SECRET_DAYS} days.",
            "Note the day as secret_issued in the account's table of amzsync.toml.",
        )
    days = _days(issued, today)
    if days < -1:  # the day may have begun where the user is
        return _future("secret_issued", issued)
    if days > SECRET_DAYS:
        told = f"The secret was issued {days} days ago; it ends after {SECRET_DAYS}."
        return Verdict(Level.FAIL, told, rotate)
    left = f"The secret was issued {_count(max(days, 0), 'day')} ago and ends in {_count(SECRET_DAYS - days, 'day')}."
    if days >= SECRET_WARN_DAYS:
        return Verdict(Level.WARN, left, rotate)
    return Verdict(Level.OK, left)


def authorization_age(authorized: str | None, today: str) -> Verdict:
    """Judge when the seller authorised the application; both days are ISO text."""
    again = (
        "Authorize the app again in Seller Central > Apps and Services > Develop Apps, "
        "use the new refresh token, and note the day as authorized."
    )
    if authorized is None:
        return Verdict(
            Level.WARN,
            "It is not noted when the app was authorized; that ends after a year.",
            "Note the day as authorized in the account's table of amzsync.toml.",
        )
    days = _days(authorized, today)
    if days < -1:
        return _future("authorized", authorized)
    if days > AUTHORIZED_DAYS:
        return Verdict(
            Level.FAIL, f"The app was authorized {days} days ago; that ends after a year.", again
        )
    left = (
        f"The app was authorized {_count(max(days, 0), 'day')} ago; "
        f"that ends in {_count(AUTHORIZED_DAYS - days, 'day')}."
    )
    return Verdict(Level.WARN, left, again) if days >= AUTHORIZED_WARN_DAYS else _ok(left)


def clock_skew(seconds: float) -> Verdict:
    """Judge how far Amazon's clock is ahead of ours (negative: behind)."""
    apart = abs(seconds)
    if apart <= SKEW_WARN:
        return _ok("The clock agrees with Amazon's.")
    told = f"The clock of this machine is {span(apart)} {'slow' if seconds > 0 else 'fast'}."
    fix = "Set it by a time server (NTP)."
    if apart <= SKEW_FAIL:
        return Verdict(Level.WARN, told, fix)
    return Verdict(Level.FAIL, f"{told[:-1]}; Amazon refuses calls from such a clock.", fix)


def report_age(age: float | None, *, by_hand: bool = False) -> Verdict:
    """Judge how many seconds old the last all-listings report is that was imported; ``None``: there is none.

    *by_hand* says that the user downloads the reports.
    """
    run = (
        "Download a new one from Seller Central, then run amzsync import-listings."
        if by_hand
        else "Run amzsync import-listings; amzsync runs and amzsync errors tell why it did not work."
    )
    if age is None:
        return Verdict(
            Level.WARN,
            "No all-listings report has been imported yet.",
            "Run amzsync import-listings.",
        )
    told = f"The last all-listings report is {span(age)} old."
    if age > REPORT_FAIL:
        return Verdict(Level.FAIL, told, run)
    return Verdict(Level.WARN, told, run) if age > REPORT_WARN else _ok(told)


def export_age(what: str, age: float) -> Verdict:
    """Judge how many seconds old a file is that Commerce exports; *what* names it."""
    if age <= EXPORT_WARN:
        return _ok(f"{what} is {span(age)} old.")
    return Verdict(Level.WARN, f"{what} is {span(age)} old.", "Export it again from Commerce.")


def call_budget(buckets: Mapping[str, Bucket], now: float) -> Verdict:
    """Judge what Amazon's usage plans leave to call; *buckets* by operation."""
    empty = {
        name: wait_of(bucket, now)
        for name, bucket in sorted(buckets.items())
        if refilled(bucket, now).tokens < 1.0 - 1e-9
    }
    if not empty:
        return _ok("Amazon's usage plans leave room for calls.")
    waits = ", ".join(f"{name} (again in {span(seconds)})" for name, seconds in empty.items())
    return Verdict(
        Level.WARN,
        f"No calls are left for {waits}.",
        "Wait; if this stays so, let import-listings run less often, or see what else uses the app.",
    )


def disk_space(free: int, documents: int) -> Verdict:
    """Judge the *free* bytes beside the state, given the bytes of the last *documents*."""
    told = f"{_size(free)} are free."
    fix = "Make room; an import that finds none changes nothing."
    if free < DISK_FAIL:
        return Verdict(Level.FAIL, told, fix)
    if free < DISK_TIMES * documents:
        told = f"{_size(free)} are free; the last documents take {_size(documents)}."
        return Verdict(Level.WARN, told, fix)
    return Verdict(Level.WARN, told, fix) if free < DISK_WARN else _ok(told)


def file_mode(what: str, mode: int, *, folder: bool = False) -> Verdict | None:
    """Judge the permission bits of a private file or folder; ``None`` where nobody else gets at it."""
    if not mode & OTHERS:
        return None
    right = "0700" if folder else "0600"
    return Verdict(
        Level.FAIL,
        f"{what} can be used by others on this machine (mode {mode & 0o7777:04o}).",
        f"Set its mode to {right} with chmod.",
    )


def communication_errors(numbers: Mapping[tuple[str, str], int]) -> Verdict:
    """Judge how often each (operation, code) was not answered within the last day."""
    total = sum(numbers.values())
    if not total:
        return _ok("No communication errors in the last 24 h.")
    told = f"{_count(total, 'communication error')} in the last 24 h"
    (operation, code), most = max(sorted(numbers.items()), key=lambda pair: pair[1])
    if most < 2:
        return _ok(f"{told}, none of them twice.")
    return Verdict(
        Level.WARN,
        f"{told}, {most} of them {code} of {operation}.",
        "See them with amzsync errors --since 24h.",
    )


def lock_held(holder: str, age: float | None) -> Verdict:
    """Judge that the run *holder* has had the state for *age* seconds (``None``: not known)."""
    if age is None:
        return _ok(f"Another run is at work ({holder}).")
    told = f"Another run has been at work for {span(age)} ({holder})."
    if age < LOCK_WARN:
        return _ok(told)
    return Verdict(
        Level.WARN,
        told,
        "If it hangs, end it: nothing is left half done, and the lock goes with it.",
    )


def waiting_reports(ages: Mapping[str, float]) -> Verdict:
    """Judge for how many seconds each type of report has been waited for."""
    late = {name: age for name, age in sorted(ages.items()) if age > WAITING_WARN}
    if late:
        told = ", ".join(f"{name} for {span(age)}" for name, age in late.items())
        return Verdict(
            Level.WARN,
            f"Amazon has not finished {told}.",
            "Run amzsync import-listings: it asks again where a report seems lost.",
        )
    if not ages:
        return _ok("No report is waited for.")
    return _ok(f"{_count(len(ages), 'report')} asked for, not yet finished by Amazon.")


def participation(place: str, *, known: bool, participates: bool, suspended: bool) -> Verdict:
    """Judge what Amazon says of the account in the marketplace called *place* ("amazon.com")."""
    if not known:
        return Verdict(
            Level.FAIL,
            f"The account does not have {place} among its marketplaces.",
            "Correct marketplace or account in amzsync.toml, or register for it in Seller Central.",
        )
    if not participates:
        return Verdict(
            Level.FAIL,
            f"The account does not take part in {place}.",
            "See Seller Central > Settings > Account Info for what is missing.",
        )
    if suspended:
        return Verdict(
            Level.WARN,
            f"The account's listings in {place} are suspended.",
            "See Seller Central > Settings > Account Info > Listing Status: on holiday, or closed by Amazon?",
        )
    return _ok(f"The account sells on {place}.")


def span(seconds: float) -> str:
    """Return a length of time roughly: ``45 s``, ``12 min``, ``7 h``, ``3 days``."""
    whole = max(0.0, seconds)
    if whole < 2 * MINUTE:
        return f"{whole:.0f} s"
    if whole < 2 * HOUR:
        return f"{whole // MINUTE:.0f} min"
    return f"{whole // HOUR:.0f} h" if whole < 2 * DAY else f"{whole // DAY:.0f} days"


def _ok(message: str) -> Verdict:
    return Verdict(Level.OK, message)


def _future(key: str, day: str) -> Verdict:
    return Verdict(Level.WARN, f"{key} is {day[:10]}, which is still to come.", f"Correct {key}.")


def _days(then: str, today: str) -> int:
    return (date.fromisoformat(today[:10]) - date.fromisoformat(then[:10])).days


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(number: int) -> str:
    """Return a number of bytes roughly: ``12 MB``, ``3.4 GB``."""
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"
