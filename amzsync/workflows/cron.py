"""``amzsync cron ...``: have cron run the sync of a configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from amzsync import crontab as door
from amzsync.config import Config
from amzsync.core import crontab_lines
from amzsync.core.crontab_lines import Entry
from amzsync.crontab import Crontab, CrontabError
from amzsync.errors import CredentialsError, MissingInput, StoreError, UsageError
from amzsync.results.cron import CronView, Installed, LastSync, Outcome
from amzsync.store import ledger, state

NEXT_RUNS = 3
_RUNS = 200  # the last ones, among which that of sync is looked for


def install(
    crontab: Crontab,
    config: Config,
    *,
    python: str,
    every: int,
    log: Path | None,
    anyway: bool,
    dry_run: bool,
) -> Installed:
    """Put the entry of *config* into the crontab, once: where it stood, else at the end.

    *python* is the absolute path of the Python that amzsync is installed for, *every* the minutes between two
    runs, *log* the file for what is said (``None``: cron mails it).

    Raises ``UsageError`` where the entry cannot be written, ``MissingInput`` where the folder of *log* is not
    there; unless *anyway*, ``CredentialsError`` where credentials would be missing under cron, and
    ``CrontabError`` where amzsync would not start there.
    """
    entry = _entry(config, python, every, log)
    before = crontab.read()
    remarks = [*_remarks(config, entry)]
    try:
        _try(config, entry, before)
    except (CredentialsError, CrontabError) as error:
        if not anyway:
            raise
        remarks.insert(0, error.message)
    outcome = _outcome(before, entry)
    if not dry_run:
        crontab.edit(lambda text: crontab_lines.placed(text, entry))
    return Installed(entry, outcome, len(config.stores), tuple(remarks))


def remove(crontab: Crontab, config: str | None) -> list[str]:
    """Take the entry of *config*, or every entry of amzsync (``None``), out of the crontab.

    Returns the configurations whose entries were there.
    """
    removed: list[str] = []

    def change(text: bytes) -> bytes:
        there = crontab_lines.entries(text)
        removed[:] = [found.config for found in there if config in {None, found.config}]
        return crontab_lines.without(text, config)

    crontab.edit(change)
    return list(dict.fromkeys(removed))


def view(crontab: Crontab, config: Config, now: datetime) -> CronView:
    """Return how things stand with the entry of *config*; *now* is in the time zone that cron goes by."""
    text = crontab.read()
    path = str(config.path)
    found = crontab_lines.entries(text)
    own = next((one for one in found if one.config == path), None)
    runs = own is not None and own.line is not None and not own.paused
    schedule = own.schedule if own is not None and runs else None
    return CronView(
        config=path,
        found=own,
        others=tuple(dict.fromkeys(one.config for one in found if one.config != path)),
        next_runs=tuple(schedule.next_runs(now, NEXT_RUNS)) if schedule else (),
        daemon=door.daemon_runs(),
        mail_to="MAILTO" in crontab_lines.variables(text),
        last_sync=_last_sync(config),
    )


def _entry(config: Config, python: str, every: int, log: Path | None) -> Entry:
    path = str(config.path)
    schedule = crontab_lines.schedule_for(path, every)
    entry = Entry(path, schedule, python, None if log is None else str(log))
    if (trouble := crontab_lines.problem(entry)) is not None:
        raise UsageError(trouble, next_step="Move or rename it, and run this again.")
    if log is not None and not log.parent.is_dir():
        raise MissingInput(
            f"There is no folder {log.parent} for the log.", next_step="Make it, or name another."
        )
    if log is not None and not os.access(log if log.exists() else log.parent, os.W_OK):
        raise UsageError(f"The log {log} cannot be written.", next_step="Name another file.")
    return entry


def _try(config: Config, entry: Entry, text: bytes) -> None:
    """Raise what would keep the entry from working under cron."""
    missing = list(_missing(config, text))
    if missing:
        raise CredentialsError(
            "Cron does not have the environment variables that credentials are read from: "
            f"{'; '.join(missing)}.",
            next_step="Write them to a file that only you can read (chmod 600) and name it as credentials_file "
            "in place of the variables; or install with --anyway.",
        )
    trouble = door.starts([entry.python, "-P", "-m", "amzsync", "--version"])
    if trouble is not None:
        raise CrontabError(
            f"As cron starts it, {entry.python} does not run amzsync: {trouble}.",
            next_step="Install amzsync for that Python (pipx install amzsync, or pip in a virtual environment); "
            "or install with --anyway.",
        )


def _missing(config: Config, text: bytes) -> Iterator[str]:
    """Yield the accounts that need variables which the crontab does not set, with their names."""
    asking = {store.account for store in config.stores if not store.listings}
    known = crontab_lines.variables(text)
    for account in config.accounts:
        if account.name in asking and account.credentials_file is None:
            names = (account.client_id_env, account.client_secret_env, account.refresh_token_env)
            absent = [name for name in names if name and name not in known]
            if absent:
                yield f"{', '.join(absent)} of the account {account.name}"


def _remarks(config: Config, entry: Entry) -> Iterator[str]:
    """Yield what the user should know, though nothing of it is wrong."""
    held = [store.name for store in config.stores if store.settings.read_only]
    if held:
        yield f"Read-only, so nothing is sent, only pulled: {', '.join(held)}."
    seconds = config.amazon.time_budget
    if entry.schedule.every * 60 <= seconds:
        yield (
            f"A run may take {seconds} s (time_budget in [amazon]), not less than the {entry.schedule.every} min between "
            "two runs: the later one then ends with a message that another holds the lock."
        )
    if door.daemon_runs() is False:
        yield "No cron daemon seems to run: until one does, nothing is started."


def _outcome(text: bytes, entry: Entry) -> Outcome:
    if crontab_lines.placed(text, entry) == text:
        return Outcome.SAME
    there = any(found.config == entry.config for found in crontab_lines.entries(text))
    return Outcome.REPLACED if there else Outcome.ADDED


def _last_sync(config: Config) -> LastSync | None:
    try:
        with state.reading(config.state) as current:
            for run in ledger.runs(current.db, _RUNS):
                if run.command == crontab_lines.COMMAND:
                    return LastSync(run.started_at, run.outcome, run.message)
    except StoreError:
        pass  # no state yet, or one that other commands complain of
    return None
