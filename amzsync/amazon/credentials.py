"""The three secrets of an account: from the environment, or from a file that nobody else can read."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from amzsync.config import Account
from amzsync.errors import CredentialsError

KEYS = ("client_id", "client_secret", "refresh_token")
_LARGEST = 65_536  # bytes of a credentials file


@dataclass(frozen=True, slots=True)
class Credentials:
    """What Login with Amazon asks for; never shown."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    @property
    def secrets(self) -> tuple[str, str, str]:
        """Return what must not be seen anywhere."""
        return self.client_id, self.client_secret, self.refresh_token


def load(account: Account, environ: Mapping[str, str]) -> Credentials:
    """Return the account's credentials.

    Raises ``CredentialsError`` that names the variables or keys that are missing, never a value.
    """
    if account.credentials_file is not None:
        return _from_file(account.name, account.credentials_file)
    names = (account.client_id_env, account.client_secret_env, account.refresh_token_env)
    absent = [f"{key}_env" for key, name in zip(KEYS, names, strict=True) if not name]
    if absent:
        raise CredentialsError(
            f"The account {account.name} does not say where its {_listed(absent)} is.",
            next_step=f"Add it to [accounts.{account.name}], or name a credentials_file there.",
        )
    values = [environ.get(name or "", "").strip() for name in names]
    missing = [str(name) for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise CredentialsError(
            f"Credentials of the account {account.name} are missing from the environment: {_listed(missing)}.",
            next_step="Set them where amzsync is started; cron does not read your shell's profile.",
        )
    return _checked(account.name, values)


def _from_file(name: str, path: Path) -> Credentials:
    try:
        found = json.loads(_content(name, path))
    except (ValueError, RecursionError):
        raise CredentialsError(  # without its cause, which would quote the file
            f"The credentials file {path} of the account {name} is not JSON.",
            next_step=f"Write an object with the keys {_listed(KEYS)}.",
        ) from None
    table = found if isinstance(found, dict) else {}
    values = [table.get(key) for key in KEYS]
    texts = [value.strip() if isinstance(value, str) else "" for value in values]
    missing = [key for key, text in zip(KEYS, texts, strict=True) if not text]
    if missing:
        raise CredentialsError(
            f"The credentials file {path} of the account {name} lacks {_listed(missing)}.",
            next_step=f"Write an object with the keys {_listed(KEYS)}, each with text.",
        )
    return _checked(name, texts)


def _content(name: str, path: Path) -> bytes:
    """Return the bytes of the file, once it has been seen that it is safe; what was checked is what is read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise CredentialsError(
            f"The credentials file {path} of the account {name} cannot be read: {error.strerror}.",
            next_step=f"Check credentials_file in [accounts.{name}].",
        ) from error
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise CredentialsError(
                f"The credentials file {path} of the account {name} is not a regular file.",
                next_step=f"Check credentials_file in [accounts.{name}].",
            )
        if about.st_uid not in {0, os.geteuid()}:
            raise CredentialsError(
                f"The credentials file {path} of the account {name} belongs to another user.",
                next_step=f"Make it yours: chown {os.geteuid()} {path}",
            )
        if about.st_mode & 0o077:
            raise CredentialsError(
                f"The credentials file {path} of the account {name} can be read or changed by others.",
                next_step=f"Keep it to yourself: chmod 600 {path}",
            )
        return file.read(_LARGEST)


def _checked(name: str, values: list[str]) -> Credentials:
    odd = [
        key
        for key, value in zip(KEYS, values, strict=True)
        if not (value.isascii() and value.isprintable() and " " not in value)
    ]
    if odd:
        raise CredentialsError(
            f"The credentials of the account {name} cannot be right: {_listed(odd)} holds blanks or other characters "
            "that Amazon does not use.",
            next_step="Copy it again from Seller Central, without line ends or quotation marks.",
        )
    return Credentials(*values)


def _listed(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(names)
