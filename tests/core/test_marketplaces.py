"""Marketplaces: the table is complete and consistent, and is found by code or id."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from amzsync.core.marketplaces import MARKETPLACES, Marketplace, by_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"),
        ("us", "US"),
        (" de ", "DE"),
        ("UK", "UK"),
        ("GB", "UK"),
        ("A1F83G8C2ARO7P", "UK"),
        ("atvpdkikx0der", "US"),
        ("AE08WJ6YKNBMC", "ZA"),
    ],
)
def test_a_marketplace_is_found_by_its_code_or_id(text: str, code: str) -> None:
    found = by_code(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("text", ["", "XX", "amazon", "ATVPDKIKX0DE", "ＵＳ"])
def test_what_is_no_marketplace_is_not_found(text: str) -> None:
    assert by_code(text) is None


def test_ids_codes_and_names_are_unique() -> None:
    for values in (
        [each.code for each in MARKETPLACES],
        [each.marketplace_id for each in MARKETPLACES],
        [each.name for each in MARKETPLACES],
    ):
        assert len(set(values)) == len(values) == 23


def test_only_the_yen_has_no_minor_unit() -> None:
    assert [each.code for each in MARKETPLACES if each.exponent == 0] == ["JP"]
    assert {each.exponent for each in MARKETPLACES} == {0, 2}


@pytest.mark.parametrize("place", MARKETPLACES, ids=lambda place: place.code)
def test_days_begin_and_end_by_a_zone_that_is_known(place: Marketplace) -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=ZoneInfo(place.time_zone))
    assert moment.tzname() not in {None, "UTC"}


def test_the_zone_of_a_marketplace_is_one_of_its_country() -> None:
    zones = {each.code: each.time_zone for each in MARKETPLACES}
    assert (zones["US"], zones["DE"]) == ("America/Los_Angeles", "Europe/Berlin")
    assert (zones["UK"], zones["JP"]) == ("Europe/London", "Asia/Tokyo")


def test_amazon_business_is_where_amazon_says_it_is() -> None:
    told = "CA US MX ES UK FR DE IT IN AU JP"
    assert {each.code for each in MARKETPLACES if each.business} == set(told.split())


def test_no_word_of_one_region_is_at_home_in_another() -> None:
    for one in MARKETPLACES:
        for other in MARKETPLACES:
            if one.region != other.region:
                assert not one.channels & other.channels


def test_ids_and_regions_agree_with_the_client_library() -> None:
    library = pytest.importorskip("sp_api.base", reason="python-amazon-sp-api is not installed")
    ours = {each.code: (each.marketplace_id, each.region) for each in MARKETPLACES}
    theirs = {
        code: (each.marketplace_id, each.endpoint.removesuffix(".amazon.com")[-2:])
        for code, each in library.Marketplaces.__members__.items()
        if code != "GB"
    }
    assert ours == theirs
