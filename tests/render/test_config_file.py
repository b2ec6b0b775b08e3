"""Tests of the configuration file that is written for the user."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from amzsync import config
from amzsync.config.schema import check
from amzsync.render.config_file import Answers, config_text

ANSWERS = Answers(
    products="exports/products.csv",
    mapping={"ean": [("ean", "ean: 3 of 4 values fit"), ("barcode", "barcode: all fit")]},
    store="us",
    marketplace="US",
    seller_id="A2EXAMPLE",
    website="base",
    listings=["reports/a.txt", "reports/b.txt"],
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), min_size=1)


def test_the_text_is_a_configuration_that_passes_the_check() -> None:
    raw = config.parse(Path("/somewhere/amzsync.toml"), config_text(ANSWERS).encode())

    values = check(raw)

    assert values["mapping"]["attributes"] == {"ean": ["ean", "barcode"]}
    assert values["stores"]["us"]["listings"] == ["reports/a.txt", "reports/b.txt"]


def test_attributes_that_were_not_found_are_left_as_comments() -> None:
    text = config_text(ANSWERS)

    assert '# asin = "..."' in text
    assert "# ean: 3 of 4 values fit; barcode: all fit" in text


def test_what_asking_amazon_needs_is_there_as_comments_that_only_need_their_mark_removed() -> None:
    text = config_text(ANSWERS)
    begin, end = text.index("# [accounts.main]"), text.index("# [guards]")
    live = text[begin:end].replace("\n# ", "\n").removeprefix("# ")

    values = check(
        config.parse(Path("/somewhere/amzsync.toml"), (text[:begin] + live + text[end:]).encode())
    )

    defaults = check(
        config.parse(
            Path("/somewhere/amzsync.toml"),
            (text[:begin] + '[accounts.main]\nregion = "na"\n' + text[end:]).encode(),
        )
    )
    dates = {"secret_issued": "2026-01-31", "authorized": "2026-01-31"}
    assert values["accounts"] == {"main": defaults["accounts"]["main"] | dates}
    assert values["amazon"] == defaults["amazon"]


def test_a_store_that_asks_amazon_has_an_account_of_its_region_and_no_files() -> None:
    answers = replace(ANSWERS, marketplace="DE", listings=[], account="europe")

    values = check(config.parse(Path("/somewhere/amzsync.toml"), config_text(answers).encode()))

    assert values["accounts"]["europe"]["region"] == "eu"
    assert (values["stores"]["us"]["account"], values["stores"]["us"]["listings"]) == ("europe", [])


@given(TEXT, TEXT, TEXT)
def test_whatever_was_answered_comes_back_as_it_was(path: str, seller: str, why: str) -> None:
    answers = Answers(path, {"asin": [("asin", why)]}, "us", "US", seller, "base", [path])

    found = tomllib.loads(config_text(answers))

    assert (found["commerce"]["products"], found["stores"]["us"]["seller_id"]) == (path, seller)
    assert found["mapping"]["asin"] == "asin"
