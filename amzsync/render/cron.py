"""The entry in the crontab, as lines for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from amzsync.clock import FORM
from amzsync.core.crontab_lines import Schedule
from amzsync.render.records import Record
from amzsync.render.text import age, counted, local, safe
from amzsync.results.cron import CronView, Installed, Outcome

CRON_FIELDS = (
    "config", "installed", "entry", "every", "paused", "next_runs", "daemon", "last_sync",
    "last_outcome", "last_message", "others",
)  # fmt: skip
_OUTCOMES = {
    Outcome.ADDED: "The entry is added to your crontab:",
    Outcome.REPLACED: "The entry in your crontab is replaced; it is now:",
    Outcome.SAME: "The entry is in your crontab already; nothing is changed:",
}
_WOULD = {
    Outcome.ADDED: "The entry would be added to your crontab:",
    Outcome.REPLACED: "The entry in your crontab would be replaced by:",
    Outcome.SAME: "The entry is in your crontab already; nothing would change:",
}
_MAIL = "only when something is the matter"
_DAEMON = {True: "runs", False: "none seems to run: nothing is started until one does", None: "?"}


def installed_lines(done: Installed, *, dry_run: bool) -> Iterator[str]:
    """Yield what was installed, or would be, as it stands in the crontab."""
    entry = done.entry
    yield f"Checked: {safe(entry.config)}, {counted(done.stores, 'store')}."
    yield (_WOULD if dry_run else _OUTCOMES)[done.outcome]
    for line in entry.text.decode("utf-8", "surrogateescape").splitlines():
        yield f"  {safe(line)}"
    yield f"It runs {_rhythm(entry.schedule)}."


def view_lines(view: CronView, now: str) -> Iterator[str]:
    """Yield how things stand; *now* is UTC text."""
    found = view.found
    yield f"Configuration  {safe(view.config)}"
    if found is None or found.line is None:
        yield "Entry          none; amzsync cron install makes it"
    else:
        yield f"Entry          {safe(found.line)}"
        if found.paused:
            yield "Runs           not at all: the entry has been made a comment"
        elif found.schedule is None:
            yield "Runs           at times that were set by hand"
        else:
            yield f"Runs           {_rhythm(found.schedule)}"
        for place, moment in enumerate(view.next_runs):
            yield f"{'' if place else 'Next':<15}{_utc(moment)} ({local(_utc(moment))} here)"
        yield f"Output         {_output(view)}"
    yield f"Cron daemon    {_DAEMON[view.daemon]}"
    yield f"Last sync      {_last(view, now)}"
    for place, other in enumerate(view.others):
        yield f"{'' if place else 'Also there':<15}{safe(other)}"


def view_record(view: CronView) -> Record:
    """Return how things stand, with the fields that README documents."""
    found, last = view.found, view.last_sync
    line = found.line if found else None
    schedule = found.schedule if found else None
    return {
        "config": view.config,
        "installed": line is not None,
        "entry": line,
        "every": schedule.every if schedule else None,
        "paused": found.paused if found else False,
        "next_runs": [_utc(moment) for moment in view.next_runs],
        "daemon": view.daemon,
        "last_sync": last.started_at if last else None,
        "last_outcome": last.outcome if last else None,
        "last_message": last.message if last else None,
        "others": list(view.others),
    }


def _rhythm(schedule: Schedule) -> str:
    if schedule.every == 1:
        return "every minute"
    if schedule.every == 60:
        return f"every hour, at minute {schedule.first}"
    return (
        f"every {schedule.every} minutes, first at minute {schedule.first} of the hour "
        "(told from the path, so that several shops do not begin at once)"
    )


def _output(view: CronView) -> str:
    line = view.found.line if view.found and view.found.line else ""
    if " >> " in line:
        return f"appended to {safe(line.rpartition(' >> ')[2].removesuffix(' 2>&1'))}"
    if view.mail_to:
        return f"mailed to the MAILTO of your crontab, {_MAIL}"
    return f"mailed by cron to your user of this machine, {_MAIL}; a line MAILTO=you@example.com in the crontab sends it elsewhere"


def _last(view: CronView, now: str) -> str:
    last = view.last_sync
    if last is None:
        return "none is known"
    said = f": {safe(last.message)}" if last.message else ""
    return f"{local(last.started_at)}, {age(last.started_at, now)}, {last.outcome}{said}"


def _utc(moment: datetime) -> str:
    return moment.strftime(FORM)
