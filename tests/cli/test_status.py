"""Tests of ``amzsync status``: which rows, which columns, which exit code."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal

import pytest

from amzsync.cli import times
from amzsync.core.tabs import Tab
from amzsync.store import state
from amzsync.workflows import planning
from tests.commandline import Program
from tests.factories import Folder

# Section 5 of the design promises these, in this order, with next_step beside the reason.
FIELDS = (
    "store", "tab", "status", "reason", "next_step", "seller_sku", "asin", "sku", "matched_by", "title", "condition",
    "fulfillment", "price", "currency", "quantity", "commerce_price", "commerce_quantity", "issues", "since",
    "wanted_price", "wanted_quantity", "actions", "overrides",
)  # fmt: skip
# What examples/README.md says must come out.
COUNTS = {
    "us": {"incomplete": 12, "new-third-party": 14, "ready-to-list": 9, "inactive": 12, "active": 139, "ineligible": 8, "ended": 3},
    "de": {"incomplete": 3, "new-third-party": 2, "ready-to-list": 4, "inactive": 2, "active": 33, "ineligible": 3, "ended": 0},
}  # fmt: skip
BOTH = {tab: COUNTS["us"][tab] + COUNTS["de"][tab] for tab in COUNTS["us"]}


def override(program: Program, seller_sku: str, field: str, value: str) -> None:
    with closing(sqlite3.connect(program.folder / "amzsync.db")) as db, db:
        db.execute(
            "INSERT INTO overrides SELECT store_id, ?, ?, ?, NULL, 1 FROM stores WHERE name = 'us'",
            (seller_sku, field, value),
        )


def skus(program: Program, *words: str) -> list[str]:
    rows = program.run("status", *words, "--output", "json").fine().json()
    return [row["seller_sku"] or f"({row['sku']})" for row in rows]


def test_counts_stand_by_tab_and_store_with_the_age_of_the_data(example: Program) -> None:
    lines = example.run("status").fine().out.splitlines()

    assert lines[0].split() == ["us", "de"]
    assert [line.split()[-2:] for line in lines[1:8]] == [
        [str(COUNTS["us"][tab.value]), str(COUNTS["de"][tab.value])] for tab in Tab
    ]
    assert any(line.startswith("us all-listings: us_all_listings.txt, written") for line in lines)
    assert lines[-1] == "See a tab with its reasons: amzsync status --tab inactive"


def test_no_command_at_all_shows_the_counts(example: Program) -> None:
    assert example.run().out == example.run("status").out


def test_counts_in_json_name_stores_sources_and_rejected_rows(example: Program) -> None:
    found = example.run("status", "--output", "json").fine().json()

    assert {one["store"]: one["tabs"] for one in found["stores"]} == COUNTS
    assert found["rejected"] == 7
    assert found["sources"][0].keys() == {
        "store", "kind", "path", "modified_at", "encoding", "rows_read", "accepted", "rejected", "duplicates",
    }  # fmt: skip


def test_counts_in_csv_are_one_row_for_each_store_and_tab(example: Program) -> None:
    rows = example.run("status", "-o", "csv").fine().csv()

    found: dict[str, dict[str, int]] = {store: {} for store in COUNTS}
    for row in rows:
        found[row["store"]][row["tab"]] = int(row["rows"])
    assert found == COUNTS


def test_counts_of_one_store_leave_the_other_out(example: Program) -> None:
    out = example.run("status", "--store", "de").fine().out

    assert out.splitlines()[0].split() == ["de"]
    assert "us_all_listings" not in out


@pytest.mark.parametrize("tab", [tab.value for tab in Tab])
def test_each_tab_has_the_rows_it_was_counted_with(example: Program, tab: str) -> None:
    rows = example.run("status", "--tab", tab, "--output", "json").fine().json()

    assert ({row["tab"] for row in rows}, len(rows)) == ({tab}, BOTH[tab])
    assert all(row["reason"] and row["next_step"] for row in rows)


def test_all_tabs_together_have_every_row_once(example: Program) -> None:
    rows = example.run("status", "--tab", "all", "--output", "json").fine().json()

    assert len(rows) == sum(BOTH.values())
    assert len({(row["store"], row["seller_sku"], row["sku"], row["tab"]) for row in rows}) == len(
        rows
    )


@pytest.mark.parametrize("word", ["Inactive", "INACTIVE", " inactive "])
def test_a_tab_is_known_however_it_is_written(example: Program, word: str) -> None:
    assert len(skus(example, "--tab", word)) == BOTH["inactive"]


@pytest.mark.parametrize("word", ["Ready to List", "ready_to_list", "ready-to-list"])
def test_a_tab_of_several_words_is_known_however_it_is_written(example: Program, word: str) -> None:
    assert len(skus(example, "--tab", word)) == BOTH["ready-to-list"]


def test_json_rows_have_the_promised_fields_in_their_order(example: Program) -> None:
    rows = example.run("status", "--tab", "all", "--output", "json").fine().json()

    assert {tuple(row) for row in rows} == {FIELDS}


def test_money_is_decimal_text_and_quantities_are_numbers(example: Program) -> None:
    (row,) = example.run("status", "--sku", "KIT-1006", "--store", "us", "-o", "json").fine().json()

    assert (row["price"], row["currency"], row["quantity"]) == ("38.00", "USD", 0)
    assert (row["commerce_price"], row["commerce_quantity"]) == ("38.00", "36")
    assert row["issues"] == []


def test_what_is_not_told_is_null_and_not_nought(example: Program) -> None:
    (row,) = (
        example.run("status", "--sku", "KIT-1014", "-t", "inactive", "-o", "json").fine().json()
    )

    assert (row["price"], row["quantity"]) == (None, 23)


def test_every_amount_of_money_is_a_decimal_text(example: Program) -> None:
    rows = example.run("status", "--tab", "all", "--output", "json").fine().json()

    amounts = [row[name] for row in rows for name in ("price", "commerce_price")]
    assert all(amount is None or isinstance(amount, str) for amount in amounts)
    assert sum(Decimal(amount) for amount in amounts if amount) > 0


def test_csv_has_the_same_rows_as_json(example: Program) -> None:
    written = example.run("status", "--tab", "all", "--output", "csv").fine().csv()
    read = example.run("status", "--tab", "all", "--output", "json").fine().json()

    assert [row["reason"] for row in written] == [row["reason"] for row in read]
    assert [tuple(row) for row in written] == [FIELDS] * len(read)


def test_a_store_limits_the_rows(example: Program) -> None:
    rows = example.run("status", "-t", "inactive", "--store", "de", "-o", "json").fine().json()

    assert [(row["store"], row["seller_sku"]) for row in rows] == [
        ("de", "KIT-1006"),
        ("de", "OUT-2012"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("KIT-1014", ["KIT-1014"], id="seller SKU"),
        pytest.param("fish kettle", ["KIT-1014"], id="title, whatever the case"),
        pytest.param("B0EXMP1014", ["KIT-1014"], id="ASIN"),
        pytest.param("watermark", ["KIT-1016"], id="reason"),
        pytest.param("100%", [], id="a per cent sign is no wildcard"),
        pytest.param("KIT_1014", [], id="an underscore is no wildcard"),
    ],
)
def test_search_looks_into_sku_asin_title_and_reason(
    example: Program, text: str, found: list[str]
) -> None:
    assert skus(example, "--tab", "inactive", "--store", "us", "--search", text) == found


def test_search_without_a_tab_looks_into_all(example: Program) -> None:
    assert skus(example, "--search", "KIT-1041", "--store", "us") == ["KIT-1041"]


def test_a_sku_finds_the_listings_of_the_product_too(example: Program) -> None:
    assert skus(example, "--sku", "KIT-1037") == ["KIT-1037", "KIT-1037-B"]


def test_only_listings_with_overrides_are_shown_under_overrides(example: Program) -> None:
    assert skus(example, "--overrides") == []

    override(example, "KIT-1014", "price", "55.00")
    override(example, "KIT-1014", "handling_time", "3")
    override(example, "KIT-1001", "condition", "used_good")

    assert skus(example, "--overrides") == ["KIT-1001", "KIT-1014"]
    assert skus(example, "--overrides", "--tab", "inactive") == ["KIT-1014"]
    assert "(Overrides)" in example.run("status").out


def test_nothing_has_changed_since_the_first_import(example: Program) -> None:
    assert skus(example, "--changed-since", "last-run") == []


def test_what_changed_since_the_last_import_is_shown(example: Program) -> None:
    report = example.folder / "reports" / "us_all_listings.txt"
    text = report.read_text(encoding="utf-8")
    report.write_text(text.replace("\t36.90\t", "\t39.90\t"), encoding="utf-8", newline="")
    example.run("import-listings").fine()

    assert skus(example, "--changed-since", "last-run") == ["KIT-1013"]


def test_the_state_of_an_earlier_time_is_shown(example: Program) -> None:
    with closing(sqlite3.connect(example.folder / "amzsync.db")) as db, db:
        db.execute("UPDATE runs SET finished_at = '2026-01-01T12:00:00Z'")
    report = example.folder / "reports" / "us_all_listings.txt"
    text = report.read_text(encoding="utf-8")
    report.write_text(text.replace("\t36.90\t", "\t39.90\t"), encoding="utf-8", newline="")
    example.run("import-listings").fine()

    def price(*words: str) -> str:
        (row,) = example.run("status", "--sku", "KIT-1013", "-s", "us", "-o", "json", *words).json()
        return str(row["price"])

    assert (price(), price("--as-of", "2026-01-02")) == ("39.90", "36.90")


def test_a_time_before_the_first_import_is_refused(example: Program) -> None:
    assert "Nothing is known of" in example.run("status", "--as-of", "2020-01-01").refused(2)


def test_rows_are_sorted_by_several_columns(example: Program) -> None:
    rows = example.run(
        "status", "-t", "inactive", "-s", "us", "--sort", "quantity,-price", "-o", "json"
    ).json()

    # KIT-1014 has no price; every other has one
    found = [(row["quantity"], -Decimal(row["price"])) for row in rows if row["price"]]
    assert found == sorted(found)


def test_a_table_shows_a_page_and_says_how_many_there_are(example: Program) -> None:
    done = example.run("status", "--tab", "active").fine()

    assert len(done.out.splitlines()) == 1 + 20
    assert done.err.startswith("20 of 172 rows;")


@pytest.mark.parametrize(("limit", "rows"), [("3", 3), ("0", 172), ("500", 172)])
def test_a_limit_is_kept_and_nought_means_all(example: Program, limit: str, rows: int) -> None:
    out = example.run("status", "--tab", "active", "--limit", limit).fine().out

    assert len(out.splitlines()) == 1 + rows


def test_programs_get_all_rows_unless_they_say_how_many(example: Program) -> None:
    assert len(skus(example, "--tab", "active")) == 172
    assert len(skus(example, "--tab", "active", "--limit", "5")) == 5


def test_chosen_columns_are_shown_in_the_chosen_order(example: Program) -> None:
    words = ("status", "-t", "inactive", "-s", "de", "--columns", "quantity,seller_sku")

    assert example.run(*words).out.splitlines()[0].split() == ["Qty", "Seller", "SKU"]
    assert example.run(*words, "-o", "csv").out.splitlines()[:2] == [
        "quantity,seller_sku",
        "0,KIT-1006",
    ]
    assert example.run(*words, "-o", "json").json()[0] == {"quantity": 0, "seller_sku": "KIT-1006"}


@pytest.mark.parametrize("option", [("--sort", "sku"), ("--columns", "sku"), ("--limit", "2")])
def test_an_option_about_rows_shows_rows_even_without_a_tab(
    example: Program, option: tuple[str, str]
) -> None:
    assert len(example.run("status", *option, "-o", "json").fine().json()) > 1


def test_a_table_says_which_store_and_which_currency(example: Program) -> None:
    out = example.run("status", "--tab", "inactive").fine().out.splitlines()

    assert out[0].split()[0] == "Store"
    assert [
        (line.split()[0], word)
        for line in out
        for word in ("35.90 EUR", "38.00 USD")
        if word in line
    ] == [("de", "35.90 EUR"), ("us", "38.00 USD")]


def test_conditions_are_shown_in_the_words_of_seller_central(example: Program) -> None:
    out = example.run("status", "--tab", "all", "--limit", "0", "--columns", "condition").fine().out

    assert "new_new" not in out
    assert {line.strip() for line in out.splitlines()} >= {"New"}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--tab", "inactive"), 1),
        (("--tab", "ended", "--store", "de"), 0),
        (("--search", "no such thing"), 0),
        (("--search", "KIT"), 1),
    ],
)
def test_fail_if_any_tells_by_its_exit_code(
    example: Program, words: tuple[str, ...], code: int
) -> None:
    assert example.run("status", "--fail-if-any", *words).code == code


def test_fail_if_any_without_a_question_is_refused(example: Program) -> None:
    assert "--tab inactive" in example.run("status", "--fail-if-any").refused(2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tab", "nosuch"), "is not one of all, incomplete"),
        (("--sort", "colour"), "cannot sort by colour"),
        (("--columns", "colour"), "no column colour"),
        (("--limit", "-1"), "-1 is less than 0"),
        (("--limit", "few"), "'few' is not a whole number"),
        (("--as-of", "yesterday"), "'yesterday' is no time"),
        (("--changed-since", "soon"), "'soon' is no time"),
        (("--output", "xml"), "is not one of table, json, csv"),
    ],
)
def test_a_wrong_value_is_a_usage_error(
    example: Program, words: tuple[str, str], said: str
) -> None:
    assert said in example.run("status", *words).refused(2)


def test_an_unknown_store_is_named_with_the_known_ones(example: Program) -> None:
    said = example.run("status", "--store", "fr").refused(78)

    assert said == "amzsync: There is no store fr in amzsync.toml. The stores are: us, de.\n"


def test_quiet_leaves_only_the_answer(example: Program) -> None:
    done = example.run("--quiet", "status", "--tab", "active").fine()

    assert (len(done.out.splitlines()), done.err) == (21, "")


def test_verbose_tells_which_files_are_used(example: Program) -> None:
    assert "amzsync.toml, state " in example.run("--verbose", "status").fine().err


def test_an_empty_answer_is_an_empty_list_for_programs(example: Program) -> None:
    words = ("status", "--search", "no such thing", "--output")

    assert example.run(*words, "json").fine().json() == []
    assert example.run(*words, "csv").fine().out == ",".join(FIELDS) + "\n"
    assert example.run(*words, "table").fine().err == "There are no such rows.\n"


def plan(program: Program) -> None:
    """Plan all stores, as the example shop is at the moment."""
    shop = Folder(program.folder)
    with state.writing(shop.state, command="plan", now=times.now()) as current:
        planning.bring_up_to_date(current, shop.config(), now=times.now())


def test_what_is_wanted_stands_beside_what_is_on_amazon(example: Program) -> None:
    before = example.run("status", "--tab", "inactive", "--store", "us").fine()
    plan(example)
    done = example.run("status", "--tab", "inactive", "--store", "us").fine()

    assert ("→" in before.out, "To do" in before.out) == (False, False)
    (line,) = [line for line in done.out.splitlines() if line.startswith("KIT-1006")]
    assert "38.00 USD   0 → 18  quantity  Inactive" in line
    assert "amzsync plan" not in before.err + done.err


def test_json_has_what_is_wanted_and_what_is_to_be_done(example: Program) -> None:
    words = ("status", "--sku", "KIT-1006", "--store", "us", "-o", "json")
    (before,) = example.run(*words).fine().json()
    plan(example)
    override(example, "KIT-1006", "condition", "used_good")
    (after,) = example.run(*words).fine().json()

    names = ("wanted_price", "wanted_quantity", "actions", "overrides")
    assert [before[name] for name in names] == [None, None, None, []]
    assert [after[name] for name in names] == ["38.00", 18, ["revise-quantity"], ["condition"]]


def test_a_plan_that_is_out_of_date_is_told_beside_the_answer(example: Program) -> None:
    plan(example)
    export = next(example.folder.glob("exports/catalog_product_*.csv"))
    export.write_bytes(export.read_bytes().replace(b"Copperhen Milk Pan 1.2 l", b"Copperhen Pan"))
    example.run("import-listings").fine()
    done = example.run("status").fine()

    assert (
        done.err == "2 rows have changed since last planned: amzsync plan brings that up to date.\n"
    )
    assert example.run("status", "--tab", "ended").fine().err.startswith(done.err)
    assert example.run("status", "-o", "json").fine().err == ""


def test_the_overview_counts_what_is_to_be_done(example: Program) -> None:
    assert "(To do)" not in example.run("status").fine().out
    plan(example)
    found = example.run("status", "-o", "json").fine().json()["stores"]
    lines = example.run("status").fine().out.splitlines()

    assert sum(one["to_do"] + one["held_back"] for one in found) > 0
    (line,) = [line for line in lines if line.startswith("(To do)")]
    assert line.split()[2:] == [
        str(one["to_do"]) for one in sorted(found, key=lambda x: x["store"] != "us")
    ]


def test_overrides_are_shown_with_what_they_say(example: Program) -> None:
    override(example, "KIT-1014", "price", "55.00")
    override(example, "KIT-1014", "handling_time", "3")
    lines = example.run("status", "--overrides", "--store", "us").fine().out.splitlines()

    names = ("Condition override", "Notes override", "Handling override", "Price override")
    assert [lines[0].index(name) for name in names] == sorted(map(lines[0].index, names))
    assert lines[1].split("  ")[0] == "KIT-1014"
    assert "3 days       55.00 USD" in lines[1]
