"""Checking what amzsync.toml says of live Amazon: accounts, how it is asked, and which store asks which account."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.config import Account, Amazon, Config, Raw, build
from amzsync.config.schema import check
from amzsync.errors import ConfigError

PATH = Path("/shop/amzsync.toml")
US = {"marketplace": "US", "seller_id": "A2EXAMPLE", "website": "base"}
DE = {"marketplace": "DE", "seller_id": "A3EXAMPLE", "website": "base"}
NA = {"region": "na"}
EU = {"region": "eu"}
CANARY = "0123456789abcdef" * 4
SECRETS = {
    "a client id": "amzn1.application-oa2-client.canary",
    "a client secret": "amzn1.oa2-cs.v1.canary",
    "a refresh token": "Atzr|IwEBcanary",
    "an access token": "Atza|IwEBcanary",
    "an old client secret": CANARY,
    "an old one that could be a name": "a" + CANARY,
    "one in other words": "the token is Atzr|IwEBcanary",
}


def checked(**changes: Any) -> dict[str, Any]:
    tables = {"commerce": {"products": "export.csv"}, "mapping": {}, "stores": {"us": US}} | changes
    return check(Raw(PATH, tables, ""))


def built(**changes: Any) -> Config:
    return build(PATH, checked(**changes))


def problems(**changes: Any) -> list[str]:
    try:
        checked(**changes)
    except ConfigError as error:
        return list(error.problems)
    return []


def account(**changes: Any) -> dict[str, Any]:
    return {"accounts": {"main": NA | changes}}


# -- the values they become ------------------------------------------------------------------------------


def test_an_account_gets_every_default_from_its_region() -> None:
    (found,) = built(**account()).accounts
    assert found == Account(
        name="main",
        region="na",
        client_id_env="LWA_APP_ID",
        client_secret_env="LWA_CLIENT_SECRET",
        refresh_token_env="SP_API_REFRESH_TOKEN",
        credentials_file=None,
        endpoint="https://sellingpartnerapi-na.amazon.com",
        token_url="https://api.amazon.com/auth/o2/token",
        secret_issued=None,
        authorized=None,
    )


@pytest.mark.parametrize("region", ["na", "eu", "fe"])
def test_each_region_has_an_address_of_its_own(region: str) -> None:
    (found,) = built(**account(region=region), stores={"us": US | {"listings": "x"}}).accounts
    assert found.endpoint == f"https://sellingpartnerapi-{region}.amazon.com"


def test_everything_an_account_may_say_arrives() -> None:
    text = """
        [accounts.main]
        region = "eu"
        client_id_env = "MY_ID"
        refresh_token_env = "_token2"
        endpoint = "http://127.0.0.1:4140/"
        token_url = "http://localhost:4140/auth/o2/token/"
        secret_issued = 2026-01-31
        authorized = "2026-02-28"
        """
    (found,) = built(**tomllib.loads(text), stores={"de": DE}).accounts
    assert (found.client_id_env, found.client_secret_env) == ("MY_ID", "LWA_CLIENT_SECRET")
    assert found.refresh_token_env == "_token2"
    assert found.endpoint == "http://127.0.0.1:4140"
    assert found.token_url == "http://localhost:4140/auth/o2/token"
    assert (found.secret_issued, found.authorized) == ("2026-01-31", "2026-02-28")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("main.json", "/shop/main.json"), ("/etc/amzsync/main.json", "/etc/amzsync/main.json"),
     ("~/main.json", "/home/me/main.json")],
    ids=["beside the configuration", "absolute", "at home"],
)  # fmt: skip
def test_with_a_credentials_file_no_variable_is_asked(
    monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    (found,) = built(**account(credentials_file=text)).accounts
    assert found.credentials_file == Path(expected)
    variables = (found.client_id_env, found.client_secret_env, found.refresh_token_env)
    assert variables == (None, None, None)


@pytest.mark.parametrize(
    "value",
    [date(2026, 1, 31), datetime(2026, 1, 31, 23, 59), "2026-01-31", "2026-01-31T23:59:00Z", "20260131"],  # noqa: DTZ001
    ids=["a date", "a time", "a text", "a time in text", "without hyphens"],
)  # fmt: skip
def test_dates_are_kept_as_iso_text(value: object) -> None:
    (found,) = built(**account(secret_issued=value)).accounts
    assert found.secret_issued == "2026-01-31"


def test_how_amazon_is_asked_has_defaults() -> None:
    assert built().amazon == Amazon(240, 60, Path("/shop/amzsync.db.documents"), 30)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"state": {"path": "data/s.db"}}, "/shop/data/s.db.documents"),
        ({"state": {"path": "/var/s.db"}}, "/var/s.db.documents"),
        ({"amazon": {"archive": "raw"}}, "/shop/raw"),
        ({"amazon": {"archive": "/var/raw"}}, "/var/raw"),
    ],
    ids=["beside the state", "beside a state elsewhere", "beside the configuration", "elsewhere"],
)
def test_the_documents_are_kept_beside_the_state_or_where_it_is_told(
    tables: dict[str, Any], expected: str
) -> None:
    assert built(**tables).amazon.archive == Path(expected)


def test_everything_about_asking_arrives() -> None:
    table = {
        "time_budget": 10,
        "report_age": 30,
        "archive": "raw",
        "keep_days": 1,
        "offers_age": 15,
    }
    assert built(amazon=table).amazon == Amazon(10, 30, Path("/shop/raw"), 1, 15)


def test_what_was_checked_survives_being_kept_as_json() -> None:
    values = checked(**account(secret_issued=date(2026, 1, 31)), amazon={"keep_days": 5})
    kept = json.loads(json.dumps(values))
    assert kept == values
    assert build(PATH, kept) == build(PATH, values)


# -- problems --------------------------------------------------------------------------------------------

NO_ADDRESS = "is no address such as https://sellingpartnerapi-eu.amazon.com"
NOT_SAFE = "must begin with https:// (http:// only for this machine: 127.0.0.1)"
NO_NAME = "is no name of an environment variable (letters, digits and _; no digit first)"

PROBLEMS: list[tuple[str, dict[str, Any], str]] = [
    ("no region", {"region": None}, "region: is missing"),
    ("a region that is none", {"region": "us"}, "region: input should be 'na', 'eu' or 'fe'"),
    ("an empty name", {"client_id_env": ""}, "client_id_env: string should have at least 1 character"),
    ("a name with a hyphen", {"client_id_env": "LWA-ID"}, f"client_id_env: {NO_NAME}"),
    ("a name with a line end", {"client_id_env": "LWA\n"}, f"client_id_env: {NO_NAME}"),
    ("a number for a name", {"refresh_token_env": 5}, "refresh_token_env: input should be a valid string"),
    ("a file and a variable", {"credentials_file": "x", "client_id_env": "Y"},
     "keep either credentials_file or client_id_env"),
    ("an address without a scheme", {"endpoint": "sellingpartnerapi-eu.amazon.com"}, f"endpoint: {NO_ADDRESS}"),
    ("an address without a host", {"endpoint": "https://"}, f"endpoint: {NO_ADDRESS}"),
    ("an address with a space", {"endpoint": "https://a b"}, f"endpoint: {NO_ADDRESS}"),
    ("an address in other letters", {"endpoint": "https://\u0430mazon.com"}, f"endpoint: {NO_ADDRESS}"),
    ("an impossible port", {"token_url": "https://a:99999/"}, f"token_url: {NO_ADDRESS}"),
    ("an open bracket", {"token_url": "https://[::1"}, f"token_url: {NO_ADDRESS}"),
    ("an address in the clear", {"endpoint": "http://sellingpartnerapi-na.amazon.com"}, f"endpoint: {NOT_SAFE}"),
    ("a host that pretends to be this one", {"endpoint": "http://127.0.0.1.example.com"}, f"endpoint: {NOT_SAFE}"),
    ("another protocol", {"token_url": "ftp://127.0.0.1/x"}, f"token_url: {NOT_SAFE}"),
    ("a password in the address", {"endpoint": "https://me:word@example.com"},
     "endpoint: must be a plain address, without a password, ? or #"),
    ("a question in the address", {"endpoint": "https://example.com/?a=b"},
     "endpoint: must be a plain address, without a password, ? or #"),
    ("a day that is none", {"authorized": "2026-02-30"}, "authorized: is no date such as 2026-01-31"),
    ("a number for a day", {"authorized": 20260131}, "authorized: is no date such as 2026-01-31"),
    ("a key that is written wrong", {"regions": "na"}, "regions: unknown key; did you mean region?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"), [case[1:] for case in PROBLEMS], ids=[case[0] for case in PROBLEMS]
)
def test_each_problem_of_an_account_is_told_with_its_key(
    changes: dict[str, Any], expected: str
) -> None:
    table = {name: value for name, value in (NA | changes).items() if value is not None}
    place = "accounts.main: " if expected.startswith("keep") else "accounts.main."
    assert problems(accounts={"main": table}) == [place + expected]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:4140", "http://127.8.9.1", "http://[::1]:4140", "http://localhost",
     "https://sandbox.sellingpartnerapi-na.amazon.com", "HTTPS://EXAMPLE.COM"],
)  # fmt: skip
def test_this_machine_may_be_asked_in_the_clear_and_others_in_secret(address: str) -> None:
    assert built(**account(endpoint=address + "//")).accounts[0].endpoint == address


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"time_budget": 9}, "time_budget: input should be greater than or equal to 10"),
        ({"time_budget": 3601}, "time_budget: input should be less than or equal to 3600"),
        ({"offers_age": 0}, "offers_age: input should be greater than or equal to 1"),
        ({"report_age": 29}, "report_age: input should be greater than or equal to 30"),
        ({"keep_days": 0}, "keep_days: input should be greater than or equal to 1"),
        ({"archive": ""}, "archive: string should have at least 1 character"),
        ({"keepdays": 3}, "keepdays: unknown key; did you mean keep_days?"),
    ],
    ids=[
        "no time",
        "too much time",
        "offers all the time",
        "too often",
        "nothing kept",
        "no folder",
        "written wrong",
    ],
)
def test_each_problem_of_asking_is_told_with_its_key(table: dict[str, Any], expected: str) -> None:
    assert problems(amazon=table) == [f"amazon.{expected}"]


def test_names_of_accounts_are_like_those_of_stores() -> None:
    assert problems(accounts={"Main": NA}) == [
        "accounts.Main: is no name for an account; use lower-case letters, digits, - and _"
    ]


# -- secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize(
    "key", ["client_id_env", "client_secret_env", "refresh_token_env", "credentials_file"]
)
def test_a_secret_where_its_place_should_be_named_is_refused_and_not_repeated(
    key: str, secret: str
) -> None:
    (found,) = problems(**account(**{key: secret}))
    assert found.startswith(f"accounts.main.{key}: holds what looks like a secret; write the ")
    assert "canary" not in found
    assert CANARY not in found


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize(
    "place",
    [
        lambda secret: {"accounts": {"main": NA | {"client_secret": secret}}},
        lambda secret: {"accounts": {"main": NA | {"password": secret}}},
        lambda secret: {"accounts": {"main": {"region": secret}}},
        lambda secret: {"accounts": {"main": NA | {"endpoint": secret}}},
        lambda secret: {"accounts": {"main": NA | {"authorized": secret}}},
        lambda secret: {"accounts": {secret.upper(): NA}},
        lambda secret: {"accounts": {"main": NA | {secret: "x"}}},
        lambda secret: {"accounts": secret},
        lambda secret: {"amazon": {"time_budget": secret}},
        lambda secret: {"stores": {"us": US | {"account": secret}}},
        lambda secret: {"stores": {"us": US | {"marketplace": secret}}},
        lambda secret: {"mapping": {"ean": secret + " !"}},
        lambda secret: {"commerce": {"products": "x", "encoding": secret}},
    ],
    ids=["as itself", "as a password", "as a region", "as an address", "as a date", "as a name",
         "as a key", "as a table", "as a number", "as a store's account", "as a marketplace",
         "as an attribute", "as an encoding"],
)  # fmt: skip
def test_no_message_repeats_a_secret_wherever_it_stands(place: Any, secret: str) -> None:
    found = problems(**place(secret))
    assert found
    assert "canary" not in " ".join(found).lower()
    assert CANARY not in " ".join(found).lower()


@pytest.mark.parametrize("key", ["client_id", "client_secret", "refresh_token"])
def test_whoever_writes_a_secret_here_is_told_where_it_belongs(key: str) -> None:
    (found,) = problems(**account(**{key: "x"}))
    assert found.startswith(f"accounts.main.{key}: secrets have no place in this file; put it in ")
    assert found.endswith(f" and name that in {key}_env")


# -- stores and accounts ---------------------------------------------------------------------------------

FILES = {"listings": "all.txt"}
BOTH = {"main": NA, "europe": EU}

ASKED: list[tuple[str, dict[str, Any], dict[str, Any], list[str | None]]] = [
    ("files and no account", {}, {"us": US | FILES}, [None]),
    ("neither files nor an account", {}, {"us": US}, [None]),
    ("the only account", {"main": NA}, {"us": US}, ["main"]),
    ("files, and the only account", {"main": NA}, {"us": US | FILES}, [None]),
    ("files that win over an account", {"main": NA}, {"us": US | FILES | {"account": "main"}}, ["main"]),
    ("each its own", BOTH, {"us": US | {"account": "main"}, "de": DE | {"account": "europe"}},
     ["main", "europe"]),
    ("one account in two marketplaces", {"main": NA}, {"us": US, "ca": US | {"marketplace": "CA"}},
     ["main", "main"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("accounts", "stores", "expected"),
    [case[1:] for case in ASKED],
    ids=[case[0] for case in ASKED],
)
def test_a_store_asks_the_account_it_names_or_the_only_one(
    accounts: dict[str, Any], stores: dict[str, Any], expected: list[str | None]
) -> None:
    assert [one.account for one in built(accounts=accounts, stores=stores).stores] == expected


UNFIT: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("an account where there is none", {}, {"us": US | {"account": "main"}},
     ["stores.us.account: there is no [accounts.main]; add that table"]),
    ("an account that is not there", BOTH, {"us": US | {"account": "mian"}},
     ["stores.us.account: there is no [accounts.mian]; the accounts are: europe, main"]),
    ("several to choose from", BOTH, {"us": US},
     ["stores.us.account: is missing, and there is no listings file; choose one of: europe, main"]),
    ("one of another region", BOTH, {"us": US | {"account": "europe"}},
     ["stores.us.account: europe is of region eu, but US is of region na"]),
    ("one of another region beside files", BOTH, {"us": US | FILES | {"account": "europe"}},
     ["stores.us.account: europe is of region eu, but US is of region na"]),
    ("the only one is of another region", {"main": NA}, {"us": US, "de": DE},
     ["stores.de.account: main is of region na, but DE is of region eu"]),
    ("one marketplace of one account twice", {"main": NA}, {"us": US, "usa": US | {"seller_id": "A9EXAMPLE"}},
     ["stores: us and usa are the same account in the same marketplace"]),
    ("the same in every way", {"main": NA}, {"us": US, "usa": US},
     ["stores: us and usa are the same account in the same marketplace",
      "stores: us and usa are the same seller in the same marketplace"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("accounts", "stores", "expected"),
    [case[1:] for case in UNFIT],
    ids=[case[0] for case in UNFIT],
)
def test_an_account_that_does_not_fit_is_told_with_the_store(
    accounts: dict[str, Any], stores: dict[str, Any], expected: list[str]
) -> None:
    assert problems(accounts=accounts, stores=stores) == expected


def test_all_stores_are_told_at_once_beside_other_problems() -> None:
    found = problems(
        accounts=BOTH,
        stores={"us": US, "de": DE | {"account": "main"}},
        amazon={"keep_days": 0},
    )
    assert [problem.split(":")[0] for problem in found] == [
        "amazon.keep_days",
        "stores.de.account",
        "stores.us.account",
    ]


def test_a_faulty_account_is_told_once_and_not_again_with_each_store() -> None:
    assert problems(accounts={"main": {}}, stores={"us": US | {"account": "main"}}) == [
        "accounts.main.region: is missing"
    ]


# -- laws ------------------------------------------------------------------------------------------------

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)
KEYS = [
    ("accounts", "main"),
    ("accounts.main", "client_id_env"),
    ("accounts.main", "credentials_file"),
    ("accounts.main", "endpoint"),
    ("accounts.main", "token_url"),
    ("accounts.main", "secret_issued"),
    ("accounts.main", "region"),
    ("amazon", "archive"),
    ("amazon", "report_age"),
    ("amazon", "offers_age"),
    ("amazon", "keep_days"),
]


@given(st.sampled_from(KEYS), anything)
def test_no_value_is_more_than_a_problem_with_its_key(key: tuple[str, str], value: object) -> None:
    place, name = key
    table = {name: value} if place != "accounts.main" else {"main": NA | {name: value}}
    found = problems(**{place.split(".")[0]: table, "stores": {"us": US | FILES}})
    assert all(problem.startswith(place) for problem in found)
    if not found:
        changed = checked(**{place.split(".")[0]: table, "stores": {"us": US | FILES}})
        assert json.loads(json.dumps(changed)) == changed
