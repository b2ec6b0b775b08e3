"""Reports of another marketplace are found out by their rows, and only beyond doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.amazon.origin import MAX_WORDS, Seen, count, foreign
from amzsync.core.marketplaces import MARKETPLACES, by_code

# store, channels, zones, prices with decimals, what the sentence says
FOREIGN = [
    (
        "channel",
        "US",
        {"AMAZON_EU": 5, "DEFAULT": 7},
        {},
        0,
        "The rows are not of amazon.com (US): 5 of 12 rows are fulfilled through AMAZON_EU.",
    ),
    (
        "zone",
        "US",
        {"DEFAULT": 2_000},
        {"BST": 1_200, "GMT": 800},
        0,
        "The rows are not of amazon.com (US): 1,200 of 2,000 rows are dated in BST.",
    ),
    (
        "both",
        "US",
        {"AMAZON_EU": 2, "DEFAULT": 2},
        {"MEST": 3, "MET": 1},
        0,
        "The rows are not of amazon.com (US): 4 of 4 rows are dated in MEST and MET.",
    ),
    (
        "decimals",
        "JP",
        {"DEFAULT": 10},
        {"": 10},
        9,
        "The rows are not of amazon.co.jp (JP): 9 of 10 prices have more decimals than JPY has.",
    ),
    (
        "a tiny report",
        "JP",
        {"AMAZON_NA": 1},
        {"PDT": 1},
        0,
        (
            "The rows are not of amazon.co.jp (JP): 1 of 1 rows are fulfilled through AMAZON_NA, "
            "1 of 1 rows are dated in PDT."
        ),
    ),
    (
        "a few stray rows of ours",
        "US",
        {"DEFAULT": 100},
        {"PDT": 2, "BST": 98},
        0,
        "The rows are not of amazon.com (US): 98 of 100 rows are dated in BST.",
    ),
    (
        "five rows against one",
        "US",
        {"DEFAULT": 6},
        {"PDT": 1, "BST": 5},
        0,
        "The rows are not of amazon.com (US): 5 of 6 rows are dated in BST.",
    ),
    (
        "just more than half of the prices",
        "JP",
        {"DEFAULT": 9},
        {},
        5,
        "The rows are not of amazon.co.jp (JP): 5 of 9 prices have more decimals than JPY has.",
    ),
    (
        "all prices of a tiny report",
        "JP",
        {"DEFAULT": 2},
        {},
        2,
        "The rows are not of amazon.co.jp (JP): 2 of 2 prices have more decimals than JPY has.",
    ),
    (
        "small letters",
        "US",
        {" amazon_jp": 3},
        {},
        0,
        "The rows are not of amazon.com (US): 3 of 3 rows are fulfilled through AMAZON_JP.",
    ),
]
OURS_OR_IN_DOUBT = [
    ("nothing seen", "US", {}, {}, 0),
    ("ours", "US", {"AMAZON_NA": 5, "DEFAULT": 7}, {"PDT": 6, "PST": 6}, 0),
    ("only the merchant's", "US", {"DEFAULT": 7}, {"": 7}, 0),
    ("GMT proves nothing", "US", {"DEFAULT": 7}, {"GMT": 7}, 0),
    ("unknown words", "US", {"AMAZON_MARS": 7}, {"XYZ": 7}, 0),
    ("one row among many", "US", {"AMAZON_EU": 1, "DEFAULT": 99}, {}, 0),
    ("no clear majority", "US", {"AMAZON_EU": 3, "AMAZON_NA": 2}, {}, 0),
    ("four rows against one", "US", {"DEFAULT": 5}, {"PDT": 1, "BST": 4}, 0),
    ("two rows of many", "US", {"DEFAULT": 5}, {"BST": 2}, 0),
    ("half of the prices", "JP", {"DEFAULT": 10}, {}, 5),
    ("dates speak for us", "US", {"AMAZON_EU": 9}, {"PDT": 9}, 0),
    ("channels speak for us", "US", {"AMAZON_NA": 9}, {"BST": 9}, 0),
    ("a few mistyped prices", "JP", {"DEFAULT": 10}, {}, 4),
    ("the UK writes GMT, too", "UK", {"DEFAULT": 3}, {"GMT": 2, "BST": 1}, 0),
]


@pytest.mark.parametrize(
    ("code", "channels", "zones", "decimals", "sentence"),
    [case[1:] for case in FOREIGN],
    ids=[case[0] for case in FOREIGN],
)
def test_rows_of_another_marketplace_are_found_out(
    code: str, channels: dict[str, int], zones: dict[str, int], decimals: int, sentence: str
) -> None:
    marketplace = by_code(code)
    assert marketplace is not None
    assert foreign(Seen(channels, zones, decimals), marketplace) == sentence


@pytest.mark.parametrize(
    ("code", "channels", "zones", "decimals"),
    [case[1:] for case in OURS_OR_IN_DOUBT],
    ids=[case[0] for case in OURS_OR_IN_DOUBT],
)
def test_nothing_is_said_in_doubt(
    code: str, channels: dict[str, int], zones: dict[str, int], decimals: int
) -> None:
    marketplace = by_code(code)
    assert marketplace is not None
    assert foreign(Seen(channels, zones, decimals), marketplace) is None


@given(st.sampled_from(MARKETPLACES), st.data())
def test_a_marketplaces_own_words_never_speak_against_it(
    marketplace: object, data: st.DataObject
) -> None:
    for each in MARKETPLACES:
        if each is marketplace:
            counts = st.integers(1, 1_000)
            channels = data.draw(st.dictionaries(st.sampled_from(sorted(each.channels)), counts))
            zones = data.draw(st.dictionaries(st.sampled_from(sorted(each.zones)), counts))
            assert foreign(Seen(channels, zones), each) is None


def test_a_hostile_report_cannot_fill_the_memory_with_words() -> None:
    seen = Seen()
    for i in range(10 * MAX_WORDS):
        count(seen.channels, f"word {i}")
    count(seen.channels, "word 0")
    assert len(seen.channels) == MAX_WORDS
    assert seen.channels["word 0"] == 2
