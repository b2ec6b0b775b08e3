"""Look at everything that a run needs, and say what is wrong before a run does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from amzsync import config as configuration
from amzsync.clock import Clock
from amzsync.config import Account, Config, Raw, Store
from amzsync.errors import ConfigError
from amzsync.results.checks import Finding, Level, failures
from amzsync.workflows import account_checks, local_checks, store_checks

CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration as far as it can be read."""

    raw: Raw | None
    config: Config | None
    findings: list[Finding]


def check(
    given: Path | None,
    *,
    start: Path,
    environ: Mapping[str, str],
    clock: Clock,
    offline: bool,
    store: str | None = None,
) -> list[Finding]:
    """Return what is found, in the order in which a run comes across it.

    *given* is the configuration file that the user named, *start* the folder to look for one in otherwise; with
    *store*, only that store and its account are asked about.  Nothing is written but what is left of the usage
    plans, and that only where Amazon was asked.  Raises ``ConfigError`` for a store that is not configured.
    """
    settings = _settings(given, start, environ)
    found = list(settings.findings)
    if settings.raw is None:
        return found
    config, now = settings.config, clock.now()
    stores = () if config is None else config.chosen(store)
    accounts = () if config is None else _accounts(config, stores, all_of_them=store is None)
    if config is not None:
        found += local_checks.inputs(config, now)
    names = [account.name for account in accounts]
    known, about_state = local_checks.state_file(settings.raw.state, now, names)
    found += about_state
    if config is None:
        return found
    found += local_checks.storage(config, known)
    for account in accounts:
        users = tuple(one for one in stores if one.account == account.name)
        asked = account_checks.Asked(account, users, known.buckets.get(account.name, {}))
        found += account_checks.look(asked, environ=environ, now=now)
        if not offline:
            keep = config.state if known.whole else None
            found += account_checks.ask(asked, environ=environ, clock=clock, keep=keep)
    for one in stores:
        found += store_checks.look(config, one, known, now)
    return found


def _settings(given: Path | None, start: Path, environ: Mapping[str, str]) -> Settings:
    raw = None
    try:
        raw = configuration.read(configuration.find(given, start=start, environ=environ))
        from amzsync.config.schema import check as checked

        config = configuration.build(raw.path, checked(raw))
    except ConfigError as error:
        fix = "Correct it; amzsync config check tells the same."
        return Settings(raw, None, failures(CONFIGURATION, error, next_step=fix))
    names = ", ".join(f"{one.name} ({one.marketplace.code})" for one in config.stores)
    found = Finding(CONFIGURATION, Level.OK, f"{raw.path.name} is fine; stores: {names}.")
    return Settings(raw, config, [found])


def _accounts(
    config: Config, stores: tuple[Store, ...], *, all_of_them: bool
) -> tuple[Account, ...]:
    names = {one.account for one in stores}
    return tuple(one for one in config.accounts if all_of_them or one.name in names)
