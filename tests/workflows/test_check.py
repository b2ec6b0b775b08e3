"""What a check finds, against a simulated Amazon: each trouble alone, and nothing else with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from amzsync.core.rates import Bucket
from amzsync.errors import ConfigError
from amzsync.results.checks import Level
from amzsync.store import rates, state
from amzsync.workflows import account_checks
from amzsync.workflows.check import check
from tests.checkups import CANARIES, LATER, Checkup, checkup
from tests.factories import NOW, query
from tests.simulators import faults
from tests.simulators.amazon import AmazonSimulator
from tests.simulators.faults import Fault
from tests.simulators.seller import DE, US


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Checkup]:
    """Yield a shop that is in order."""
    with checkup(tmp_path) as made:
        yield made


def buckets(clinic: Checkup) -> dict[str, float]:
    with state.reading(clinic.state) as current:
        return {name: one.tokens for name, one in rates.load(current.db, "main").items()}


def only(found: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Return the one thing that is not fine."""
    (one,) = found
    return one


# -- a shop in order -------------------------------------------------------------------------------------


def test_a_shop_in_order_has_nothing_to_complain_of(clinic: Checkup) -> None:
    assert clinic.bad() == []


def test_every_part_is_looked_at(clinic: Checkup) -> None:
    assert {one.subject for one in clinic.look()} == {
        "configuration", "product export", "mapping file", "state file", "lock", "disk", "archive",
        "account main", "clock", "store us",
    }  # fmt: skip


def test_an_account_is_asked_no_more_than_it_must(clinic: Checkup) -> None:
    clinic.look()

    assert clinic.simulator.ledger.operations() == {
        "token": 1, "getMarketplaceParticipations": 1, "searchListingsItems": 1, "getReports": 1,
        "searchCatalogItems": 1,
    }  # fmt: skip
    assert clinic.simulator.ledger.count() == account_checks.CALLS + 1


def test_what_is_left_of_the_usage_plans_is_kept(clinic: Checkup) -> None:
    clinic.look()

    assert buckets(clinic) == {
        "getMarketplaceParticipations": 14, "searchListingsItems": 4, "getReports": 9,
        "searchCatalogItems": 1,
    }  # fmt: skip


def test_offline_nothing_is_asked_and_nothing_is_written(clinic: Checkup) -> None:
    before = clinic.bytes()

    assert clinic.bad(offline=True) == []
    assert (clinic.simulator.ledger.count(), clinic.bytes()) == (0, before)


def test_nothing_but_the_usage_plans_is_written(clinic: Checkup) -> None:
    tables = ("meta", "runs", "stores", "sources", "listings", "reports", "communication_errors")
    before = [query(clinic.state, f"SELECT * FROM {table}") for table in tables]
    clinic.simulator.always("getReports", faults.role_missing())

    clinic.look()

    assert [query(clinic.state, f"SELECT * FROM {table}") for table in tables] == before


# -- the configuration -----------------------------------------------------------------------------------


def test_each_problem_of_the_configuration_is_a_line(clinic: Checkup) -> None:
    path = clinic.folder / "amzsync.toml"
    path.write_text(path.read_text().replace("website", "webseite") + 'colour = "red"\n')

    found = [one for one in clinic.look() if one.subject == "configuration"]

    assert [one.level for one in found] == [Level.FAIL] * 3
    assert all(one.next_step for one in found)
    assert clinic.simulator.ledger.count() == 0


def test_with_a_broken_configuration_the_state_is_looked_at_all_the_same(clinic: Checkup) -> None:
    path = clinic.folder / "amzsync.toml"
    path.write_text(path.read_text().replace("[commerce]", "[comerce]"))
    clinic.state.chmod(0o644)

    messages = [one[2] for one in clinic.bad() if one[1] == "state file"]

    assert messages == ["amzsync.db can be used by others on this machine (mode 0644)."]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(None, "There is no configuration file", id="missing"),
        pytest.param(b"[commerce", "not valid TOML", id="no TOML"),
        pytest.param(b"\xff\xfe", "not UTF-8", id="no UTF-8"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_all_there_is_to_say(
    clinic: Checkup, content: bytes | None, words: str
) -> None:
    path = clinic.folder / "amzsync.toml"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    found = check(path, start=clinic.folder, environ={}, clock=clinic.clock, offline=True)

    assert [(one.level, one.subject, words in one.message) for one in found] == [
        (Level.FAIL, "configuration", True)
    ]


def test_a_store_that_is_not_configured_is_refused(clinic: Checkup) -> None:
    with pytest.raises(ConfigError, match="no store fr"):
        clinic.look(store="fr")


def test_a_faulty_mapping_file_is_told_line_by_line(clinic: Checkup) -> None:
    text = "store,seller_sku,sku,verdict\nus,A,,pin\nfr,A,B,pin\n"
    (clinic.folder / "mapping.csv").write_text(text)

    assert [one[:2] for one in clinic.bad()] == [("fail", "mapping file")] * 2


# -- files, state, lock ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "subject"),
    [("products.csv", "product export"), ("reports/us-all.txt", "store us")],
)
def test_a_file_that_is_missing_fails(clinic: Checkup, name: str, subject: str) -> None:
    (clinic.folder / name).unlink()

    assert only(clinic.bad())[:2] == ("fail", subject)


def test_paths_that_the_system_refuses_are_findings(clinic: Checkup) -> None:
    path, name = clinic.folder / "amzsync.toml", "x" * 300  # longer than any file system allows
    text = path.read_text().replace("products.csv", f"{name}.csv").replace("reports/us-*", name)
    path.write_text(f'[state]\npath = "{name}.db"\n[amazon]\narchive = "{name}"\n{text}')

    found = [one for one in clinic.look(offline=True) if one.level is Level.FAIL]

    assert {one.subject for one in found} == {
        "product export", "state file", "archive", "store us",
    }  # fmt: skip
    assert all(one.next_step for one in found)


def test_an_old_export_and_an_old_report_are_warned_of(clinic: Checkup) -> None:
    clinic.clock.advance(3 * 86_400)

    assert clinic.bad(offline=True) == [
        ("warn", "product export", "The product export products.csv is 3 days old."),
        ("fail", "store us", "The last all-listings report is 3 days old."),
    ]


@pytest.mark.parametrize("name", ["amzsync.db", "amzsync.db.lock"])
def test_a_state_that_others_can_read_fails(clinic: Checkup, name: str) -> None:
    (clinic.folder / name).chmod(0o644)

    told = f"{name} can be used by others on this machine (mode 0644)."
    assert only(clinic.bad()) == ("fail", "state file", told)


def test_without_a_state_all_else_is_looked_at(clinic: Checkup) -> None:
    clinic.state.unlink()

    assert [one[:2] for one in clinic.bad()] == [("warn", "state file"), ("warn", "store us")]
    assert not clinic.state.exists()
    assert clinic.simulator.ledger.count("getReports") == 1


def test_a_state_that_is_none_fails_and_is_left_alone(clinic: Checkup) -> None:
    clinic.state.write_bytes(b"no database, " * 400)
    before = clinic.bytes()

    assert ("fail", "state file") in [one[:2] for one in clinic.bad()]
    assert clinic.bytes() == before
    assert clinic.simulator.ledger.count("getReports") == 1


def test_a_state_of_an_older_amzsync_is_not_brought_up_to_date(clinic: Checkup) -> None:
    clinic.sql("PRAGMA user_version = 1")
    before = clinic.state.read_bytes()

    assert "of an older amzsync" in clinic.bad()[0][2]
    assert clinic.state.read_bytes() == before


def test_a_run_at_work_is_told_and_left_in_peace(clinic: Checkup) -> None:
    with state.writing(clinic.state, command="import-listings", now=NOW):
        found = clinic.bad()

    assert only(found)[:2] == ("warn", "lock")  # since an hour
    assert "import-listings" in only(found)[2]
    assert buckets(clinic) == {}


def test_an_archive_that_others_can_read_fails(clinic: Checkup) -> None:
    folder = clinic.folder / "amzsync.db.documents"
    folder.mkdir(0o700)
    assert clinic.bad(offline=True) == []

    folder.chmod(0o755)

    assert only(clinic.bad(offline=True))[:2] == ("fail", "archive")


# -- the account -----------------------------------------------------------------------------------------


def test_credentials_that_are_missing_are_named(clinic: Checkup) -> None:
    del clinic.environ["LWA_CLIENT_SECRET"]

    level, subject, message = only(clinic.bad())

    assert (level, subject, "LWA_CLIENT_SECRET" in message) == ("fail", "account main", True)
    assert clinic.simulator.ledger.count() == 0


@pytest.mark.parametrize(
    ("key", "day", "expected"),
    [
        ("secret_issued", "2026-06-15", ("warn", "The secret was issued 160 days ago")),
        ("secret_issued", "2026-01-01", ("fail", "The secret was issued 325 days ago")),
        ("authorized", "2025-12-20", ("warn", "The app was authorized 337 days ago")),
        ("authorized", "2025-11-01", ("fail", "The app was authorized 386 days ago")),
    ],
)
def test_what_ends_by_the_calendar_is_told_in_time(
    clinic: Checkup, key: str, day: str, expected: tuple[str, str]
) -> None:
    clinic.account[key] = day
    clinic.write()

    level, subject, message = only(clinic.bad(offline=True))

    assert (level, message[: len(expected[1])]) == expected
    assert subject == "account main"


def test_days_that_are_not_noted_are_warned_of(clinic: Checkup) -> None:
    clinic.account.clear()
    clinic.write()

    assert [one[:2] for one in clinic.bad(offline=True)] == [("warn", "account main")] * 2


@pytest.mark.parametrize(
    ("operation", "fault", "words"),
    [
        pytest.param("token", faults.refresh_token_revoked(), "does not take the credentials (invalid_grant",
                     id="refresh token revoked"),
        pytest.param("token", faults.html(503), "Login with Amazon is not answered", id="no token"),
        pytest.param("getReports", faults.role_missing(), "does not let the app use getReports",
                     id="role for reports"),
        pytest.param("searchListingsItems", faults.role_missing(),
                     "does not let the app use searchListingsItems", id="role for listings"),
        pytest.param("searchCatalogItems", faults.role_missing(),
                     "does not let the app use searchCatalogItems", id="role for the catalogue"),
        pytest.param("getMarketplaceParticipations", faults.role_missing(),
                     "does not let the app use getMarketplaceParticipations", id="role for participations"),
        pytest.param("searchListingsItems", faults.error(400, "InvalidInput", "sellerId is wrong."),
                     "refuses searchListingsItems (InvalidInput: sellerId is wrong.)", id="refused"),
        pytest.param("getReports", faults.captive_portal(), "getReports is not answered", id="captive portal"),
        pytest.param("getReports", faults.empty(500), "getReports is not answered", id="server error"),
        pytest.param("getReports", faults.connection_reset(), "getReports is not answered", id="no connection"),
        pytest.param("getReports", faults.throttled(), "allows no call of getReports", id="throttled"),
    ],
)  # fmt: skip
def test_a_trouble_with_amazon_is_told_once_with_a_next_step(
    clinic: Checkup, operation: str, fault: Fault, words: str
) -> None:
    clinic.simulator.always(operation, fault)

    found = [one for one in clinic.look() if one.level is not Level.OK]

    assert [(one.subject, words in one.message, bool(one.next_step)) for one in found] == [
        ("account main", True, True)
    ]
    assert LATER <= clinic.clock.now() <= LATER + account_checks.PATIENCE


@pytest.mark.parametrize(
    ("operation", "role"),
    [
        ("searchListingsItems", "the role Product Listing "),
        ("searchCatalogItems", "the role Product Listing "),
        ("getReports", "the role Inventory and Order Tracking "),
    ],
)
def test_a_missing_role_is_named_with_the_place_to_add_it(
    clinic: Checkup, operation: str, role: str
) -> None:
    clinic.simulator.always(operation, faults.role_missing())

    (found,) = (one for one in clinic.look() if one.level is Level.FAIL)

    assert role in found.next_step
    assert "Develop Apps" in found.next_step
    assert "authorize the app again" in found.next_step


def test_a_revoked_token_ends_the_questions(clinic: Checkup) -> None:
    clinic.simulator.always("token", faults.refresh_token_revoked())

    clinic.look()

    assert set(clinic.simulator.ledger.operations()) == {"token"}


@pytest.mark.parametrize(
    ("seconds", "level", "word"),
    [(30, None, ""), (120, "warn", "slow"), (-120, "warn", "fast"), (3600, "fail", "slow")],
)
def test_a_clock_that_is_wrong_is_told(
    clinic: Checkup, seconds: float, level: str | None, word: str
) -> None:
    clinic.simulator.always("*", faults.clock_skew(seconds))

    found = clinic.bad()

    assert [(one[0], one[1], word in one[2]) for one in found] == (
        [(level, "clock", True)] if level else []
    )


@pytest.mark.parametrize(
    ("places", "suspended", "expected"),
    [
        pytest.param({DE: True}, (), "does not have amazon.com", id="not among them"),
        pytest.param({US: False}, (), "does not take part in amazon.com", id="takes no part"),
        pytest.param({US: True}, (US,), "listings in amazon.com are suspended", id="suspended"),
    ],
)
def test_a_store_must_be_a_marketplace_of_the_account(
    clinic: Checkup, places: dict[str, bool], suspended: tuple[str, ...], expected: str
) -> None:
    clinic.simulator.seller.marketplaces = places
    clinic.simulator.seller.suspended = frozenset(suspended)

    found = [one for one in clinic.bad() if one[1] == "store us"]

    assert expected in only(found)[2]


def test_an_account_that_no_store_asks_through_is_warned_of(clinic: Checkup) -> None:
    path = clinic.folder / "amzsync.toml"
    path.write_text(path.read_text().replace('account = "main"\n', ""))

    found = clinic.bad()

    assert only(found) == ("warn", "account main", "No store asks Amazon through this account.")
    assert set(clinic.simulator.ledger.operations()) == {"token", "getMarketplaceParticipations"}


def test_an_empty_bucket_is_warned_of_and_not_asked_beyond_patience(clinic: Checkup) -> None:
    with state.writing(clinic.state, command="test", now=NOW) as current, current.transaction():
        rates.save(current.db, "main", {"getReports": Bucket(0.0222, 10, -9.0, LATER)})

    assert [one[0:2] for one in clinic.bad()] == [("warn", "account main")] * 2
    assert clinic.simulator.ledger.count("getReports") == 0


# -- the stores ------------------------------------------------------------------------------------------


def test_errors_of_the_last_day_that_come_again_are_warned_of(clinic: Checkup) -> None:
    clinic.trouble(hours_ago=25, times=9)
    assert clinic.bad(offline=True) == []

    clinic.trouble(hours_ago=2, times=3)

    told = "3 communication errors in the last 24 h, 3 of them InternalFailure of getReport."
    assert only(clinic.bad(offline=True)) == ("warn", "store us", told)


def test_a_report_that_does_not_come_is_warned_of(clinic: Checkup) -> None:
    clinic.sql(
        "INSERT INTO reports (store_id, type, state, report_id, ours, asked_at, created_at) "
        "VALUES (1, 'GET_MERCHANT_LISTINGS_ALL_DATA', 'waiting', '7', 1, ?, ?)",
        "2026-11-22T01:00:00Z",
        "2026-11-22T01:00:00Z",
    )

    told = "Amazon has not finished GET_MERCHANT_LISTINGS_ALL_DATA for 6 h."
    assert only(clinic.bad(offline=True)) == ("warn", "store us", told)


def test_a_store_without_files_asks_through_its_account(clinic: Checkup) -> None:
    clinic.files = False
    clinic.write()

    assert clinic.bad() == []


def test_a_store_without_files_and_account_fails(clinic: Checkup) -> None:
    path = clinic.folder / "amzsync.toml"
    text = path.read_text().replace('listings = "reports/us-*.txt"\n', "")
    path.write_text(text[: text.index('account = "main"')])

    told = "It names no listings file and no account."
    assert only(clinic.bad()) == ("fail", "store us", told)


# -- secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(None, id="fine"),
        pytest.param(faults.refresh_token_revoked(), id="revoked"),
        pytest.param(faults.error(403, "Unauthorized", "Atza|canary-access-token-9 is no token"), id="echoed"),
    ],
)  # fmt: skip
def test_no_finding_tells_a_secret(clinic: Checkup, fault: Fault | None) -> None:
    if fault is not None:
        clinic.simulator.always("*", fault)

    told = repr(clinic.look())

    assert [canary for canary in (*CANARIES, "SIMULATED") if canary in told] == []


def test_no_secret_is_left_in_a_file(clinic: Checkup) -> None:
    clinic.look()

    content = b"".join(clinic.bytes().values())
    assert [canary for canary in CANARIES if canary.encode() in content] == []


def test_two_accounts_are_told_apart(clinic: Checkup) -> None:
    with AmazonSimulator(clinic.simulator.seller, clock=clinic.clock) as other:
        other.always("token", faults.refresh_token_revoked())
        path = clinic.folder / "amzsync.toml"
        table = f'[accounts.second]\nregion = "eu"\nendpoint = "{other.url}"\ntoken_url = "{other.token_url}"\n'
        path.write_text(path.read_text() + table)

        found = {(one.subject, one.level) for one in clinic.look() if one.level is Level.FAIL}

        assert found == {("account second", Level.FAIL)}
        assert {one.subject for one in clinic.look(store="us")} & {"account second"} == set()
