"""Dates of reports in UTC: every form that was seen, and none that is guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon import timestamps
from amzsync.core.marketplaces import MARKETPLACES, Marketplace, by_code


def a_marketplace(code: str) -> Marketplace:
    found = by_code(code)
    assert found is not None
    return found


FORM = "%Y-%m-%dT%H:%M:%SZ"
READ = [
    ("US", "2022-03-15 02:26:37 PDT", "2022-03-15T09:26:37Z"),
    ("US", "2022-12-31 23:30:00 PST", "2023-01-01T07:30:00Z"),
    ("US", " 2022-03-15 02:26:37 PDT\r", "2022-03-15T09:26:37Z"),
    ("US", "2022-03-15 02:26:37 EST", "2022-03-15T07:26:37Z"),
    ("UK", "29/09/2025 16:19:39 BST", "2025-09-29T15:19:39Z"),
    ("UK", "29/12/2025 16:19:39 GMT", "2025-12-29T16:19:39Z"),
    ("UK", "01/01/2025 00:00:01 BST", "2024-12-31T23:00:01Z"),
    ("UK", "1/9/2025 16:19:39 BST", "2025-09-01T15:19:39Z"),
    ("DE", "23/09/2021 10:34:38 MEST", "2021-09-23T08:34:38Z"),
    ("DE", "23.12.2021 10:34:38 MEZ", "2021-12-23T09:34:38Z"),
    ("FR", "29/02/2024 00:30:00 MET", "2024-02-28T23:30:00Z"),
    ("JP", "2023/01/31 12:00:00 JST", "2023-01-31T03:00:00Z"),
    ("JP", "2023/1/9 08:00:00 JST", "2023-01-08T23:00:00Z"),
    ("IN", "2021-06-02 15:25:33 IST", "2021-06-02T09:55:33Z"),
    ("IE", "02/06/2021 15:25:33 IST", "2021-06-02T14:25:33Z"),
    ("AU", "02/06/2021 05:25:33 EST", "2021-06-01T19:25:33Z"),
    ("AU", "2021-06-02 05:25:33 ACST", "2021-06-01T19:55:33Z"),
    ("US", "2022-07-18T18:52:47+00:00", "2022-07-18T18:52:47Z"),
    ("US", "2022-07-18T18:52:47Z", "2022-07-18T18:52:47Z"),
    ("US", "2022-07-18T18:52:47-0730", "2022-07-19T02:22:47Z"),
    ("US", "2022-07-18 18:52:47 GMT+02:00", "2022-07-18T16:52:47Z"),
    ("US", "Jul 29, 2022", "2022-07-29T00:00:00Z"),
    ("US", "July 4, 2022", "2022-07-04T00:00:00Z"),
    ("US", "2022-07-29", "2022-07-29T00:00:00Z"),
]
UNTOLD = [
    ("US", ""),
    ("US", "  "),
    ("US", "2022-03-15 02:26:37"),
    ("US", "2022-03-15 02:26:37 XYZ"),
    ("US", "2021-06-02 15:25:33 IST"),  # India's, Ireland's or Israel's?
    ("US", "07/11/2022 01:34:18 PDT"),  # July or November?
    ("US", "2022-13-01 02:26:37 PDT"),
    ("UK", "31/02/2025 16:19:39 BST"),
    ("US", "2022-03-15 24:26:37 PDT"),
    ("US", "2022-03-15 02:26:60 PDT"),
    ("US", "0001-01-01 00:00:00 JST"),
    ("US", "1970-01-01 00:00:00 GMT"),
    ("US", "9999-12-31 23:00:00 PST"),
    ("US", "2022-03-15 02:26:37 GMT+99:00"),
    ("US", "Foo 29, 2022"),
    ("US", "２０２２-03-15 02:26:37 PDT"),
    ("US", "open-date"),
    ("JP", "2023/1/9 8:00:00 JST"),
]


@pytest.mark.parametrize(("code", "text", "expected"), READ)
def test_a_date_is_told_in_utc(code: str, text: str, expected: str) -> None:
    assert timestamps.reader(a_marketplace(code))(text) == expected


@pytest.mark.parametrize(("code", "text"), UNTOLD)
def test_what_is_not_known_for_sure_is_not_told(code: str, text: str) -> None:
    assert timestamps.reader(a_marketplace(code))(text) is None


def test_what_was_read_before_changes_no_answer() -> None:
    read = timestamps.reader(a_marketplace("UK"))
    cases = [(text, expected) for code, text, expected in READ if code == "UK"]
    bad = "30/09/2025 16:19:61 BST"
    for _ in range(2):
        assert [read(text) for text, _ in cases] == [expected for _, expected in cases]
        assert read(bad) is None


def test_memory_stays_bounded_over_many_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "_MAX_KEPT", 4)
    read = timestamps.reader(a_marketplace("US"))
    for day in range(1, 29):
        assert read(f"2022-02-{day:02d} 00:00:00 GMT") == f"2022-02-{day:02d}T00:00:00Z"


@given(
    st.integers(0, 209 * 365 * 24 * 60 * 60),
    st.sampled_from(
        [("PDT", -7), ("PST", -8), ("GMT", 0), ("BST", 1), ("MEST", 2), ("JST", 9), ("AEDT", 11)]
    ),
    st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%Y/%m/%d", "%d.%m.%Y"]),
)
def test_the_zone_table_agrees_with_the_arithmetic_of_datetime(
    seconds: int, zone: tuple[str, int], form: str
) -> None:
    name, hours = zone
    start = datetime(1990, 1, 2, tzinfo=timezone(timedelta(hours=hours)))
    moment = start + timedelta(seconds=seconds)
    read = timestamps.reader(a_marketplace("DE"))
    text = moment.strftime(f"{form} %H:%M:%S {name}")
    assert [read(text), read(text)] == [moment.astimezone(UTC).strftime(FORM)] * 2


@given(st.sampled_from(MARKETPLACES), st.lists(st.text("0123456789-/. :TZPDMES+é\n", max_size=30)))
def test_no_text_makes_it_fail(marketplace: Marketplace, texts: list[str]) -> None:
    read = timestamps.reader(marketplace)
    for told in map(read, texts):
        assert told is None or datetime.strptime(told, "%Y-%m-%dT%H:%M:%S%z").strftime(FORM) == told


# store, zone name, a place where clocks show it in January (1) or July (7) of 2023
CLOCKS = [
    ("US", "PST", "America/Los_Angeles", 1), ("US", "PDT", "America/Los_Angeles", 7),
    ("US", "MST", "America/Denver", 1), ("US", "MDT", "America/Denver", 7),
    ("US", "CST", "America/Chicago", 1), ("US", "CDT", "America/Chicago", 7),
    ("CA", "EST", "America/Toronto", 1), ("CA", "EDT", "America/Toronto", 7),
    ("BR", "BRT", "America/Sao_Paulo", 1),
    ("UK", "GMT", "Europe/London", 1), ("UK", "BST", "Europe/London", 7),
    ("IE", "IST", "Europe/Dublin", 7), ("IE", "WET", "Europe/Lisbon", 1),
    ("IE", "WEST", "Europe/Lisbon", 7),
    ("DE", "MET", "Europe/Berlin", 1), ("DE", "MEST", "Europe/Berlin", 7),
    ("DE", "CET", "Europe/Berlin", 1), ("DE", "CEST", "Europe/Berlin", 7),
    ("DE", "MEZ", "Europe/Berlin", 1), ("DE", "MESZ", "Europe/Berlin", 7),
    ("EG", "EET", "Europe/Athens", 1), ("EG", "EEST", "Europe/Athens", 7),
    ("TR", "TRT", "Europe/Istanbul", 1), ("ZA", "SAST", "Africa/Johannesburg", 1),
    ("SA", "AST", "Asia/Riyadh", 1), ("SA", "GST", "Asia/Dubai", 1), ("AE", "GST", "Asia/Dubai", 1),
    ("IN", "IST", "Asia/Kolkata", 1), ("SG", "SGT", "Asia/Singapore", 1),
    ("JP", "JST", "Asia/Tokyo", 1),
    ("AU", "AEDT", "Australia/Sydney", 1), ("AU", "AEST", "Australia/Sydney", 7),
    ("AU", "EDT", "Australia/Sydney", 1), ("AU", "EST", "Australia/Sydney", 7),
    ("AU", "ACDT", "Australia/Adelaide", 1), ("AU", "ACST", "Australia/Adelaide", 7),
    ("AU", "AWST", "Australia/Perth", 1),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "place", "month"), CLOCKS)
def test_a_zone_is_where_its_clocks_are(code: str, name: str, place: str, month: int) -> None:
    try:
        zone = ZoneInfo(place)
    except ZoneInfoNotFoundError:
        pytest.skip("this machine has no tz database")
    moment = datetime(2023, month, 15, 12, tzinfo=zone).astimezone(UTC)
    told = timestamps.reader(a_marketplace(code))(f"2023-{month:02d}-15 12:00:00 {name}")
    assert told == moment.strftime(FORM)


def test_every_zone_a_marketplace_reports_in_is_understood() -> None:
    for marketplace in MARKETPLACES:
        read = timestamps.reader(marketplace)
        for zone in sorted(marketplace.zones):
            assert read(f"2022-03-15 12:00:00 {zone}"), (marketplace.code, zone)
