"""Where the secrets of an account come from, and what is said where they do not."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.credentials import Credentials, load
from amzsync.config import Account
from amzsync.errors import CredentialsError

ACCOUNT = Account(
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
ENVIRON = {
    "LWA_APP_ID": "canary-id",
    "LWA_CLIENT_SECRET": "canary-secret",
    "SP_API_REFRESH_TOKEN": "Atzr|canary-refresh",
}
GOOD = Credentials("canary-id", "canary-secret", "Atzr|canary-refresh")
TABLE = {
    "client_id": "canary-id",
    "client_secret": "canary-secret",
    "refresh_token": "Atzr|canary-refresh",
}


def with_file(path: Path, content: object, mode: int = 0o600) -> Account:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    path.chmod(mode)
    return dataclasses.replace(ACCOUNT, credentials_file=path)


def refusal(account: Account, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(CredentialsError) as caught:
        load(account, environ or {})
    text = str(caught.value)
    assert "canary" not in text
    assert caught.value.next_step
    assert caught.value.exit_code == 77
    return caught.value.message


def test_the_environment_is_read_by_the_names_that_the_configuration_gives() -> None:
    assert load(ACCOUNT, ENVIRON) == GOOD


def test_blanks_around_a_secret_are_not_part_of_it() -> None:
    assert load(ACCOUNT, {**ENVIRON, "LWA_CLIENT_SECRET": " canary-secret\n"}) == GOOD


def test_what_is_missing_is_named_and_its_neighbours_are_not_shown() -> None:
    environ = {**ENVIRON, "LWA_CLIENT_SECRET": " ", "SP_API_REFRESH_TOKEN": ""}
    assert refusal(ACCOUNT, environ) == (
        "Credentials of the account main are missing from the environment: "
        "LWA_CLIENT_SECRET, SP_API_REFRESH_TOKEN."
    )


def test_the_librarys_own_variables_are_not_read() -> None:
    account = dataclasses.replace(ACCOUNT, refresh_token_env="MY_TOKEN")
    assert refusal(account, ENVIRON).endswith("MY_TOKEN.")


def test_an_account_that_names_no_source_is_told_so() -> None:
    account = dataclasses.replace(ACCOUNT, client_secret_env=None)
    assert refusal(account, ENVIRON) == (
        "The account main does not say where its client_secret_env is."
    )


def test_a_secret_with_blanks_inside_cannot_be_one() -> None:
    assert "client_secret" in refusal(ACCOUNT, {**ENVIRON, "LWA_CLIENT_SECRET": "canary secret"})


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_ours_alone_is_read(tmp_path: Path, mode: int) -> None:
    assert load(with_file(tmp_path / "c.json", {**TABLE, "note": 1}, mode), {}) == GOOD


def test_the_file_may_be_behind_a_link(tmp_path: Path) -> None:
    with_file(tmp_path / "c.json", TABLE)
    (tmp_path / "link").symlink_to(tmp_path / "c.json")
    assert load(dataclasses.replace(ACCOUNT, credentials_file=tmp_path / "link"), {}) == GOOD


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o610])
def test_a_file_that_others_can_get_at_is_refused(tmp_path: Path, mode: int) -> None:
    account = with_file(tmp_path / "c.json", TABLE, mode)
    assert refusal(account).endswith("can be read or changed by others.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("client_id = canary", "is not JSON.", id="no JSON"),
        pytest.param('{"client_id": "canary', "is not JSON.", id="cut"),
        pytest.param("[" * 100_000, "is not JSON.", id="deep"),
        pytest.param([], "lacks client_id, client_secret, refresh_token.", id="list"),
        pytest.param({**TABLE, "refresh_token": ""}, "lacks refresh_token.", id="empty"),
        pytest.param({**TABLE, "client_secret": 5}, "lacks client_secret.", id="number"),
        pytest.param({**TABLE, "client_secret": None}, "lacks client_secret.", id="null"),
    ],
)
def test_a_file_that_does_not_hold_the_three_is_refused(
    tmp_path: Path, content: Any, said: str
) -> None:
    assert refusal(with_file(tmp_path / "c.json", content)).endswith(said)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    account = dataclasses.replace(ACCOUNT, credentials_file=tmp_path / "none.json")
    assert "No such file" in refusal(account)


def test_what_is_no_regular_file_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    account = dataclasses.replace(ACCOUNT, credentials_file=tmp_path / "pipe")
    assert refusal(account).endswith("is not a regular file.")


def test_credentials_do_not_show_themselves() -> None:
    assert "canary" not in f"{GOOD} {GOOD!r} {[GOOD]}"
