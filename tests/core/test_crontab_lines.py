"""Tests of the lines of a crontab that are amzsync's."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amzsync.core.crontab_lines import (
    INTERVALS,
    LONGEST,
    Entry,
    Schedule,
    entries,
    placed,
    problem,
    schedule_for,
    variables,
    without,
)

PYTHON = "/venv/bin/python"
SHOP = "/srv/shop/amzsync.toml"
OTHER = "/srv/other/amzsync.toml"
NEW_YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 - the zone is the test's to choose
OTHERS = (
    b"# jobs of the shop\nMAILTO=ops@example.com\nPATH=/usr/bin\n\n"
    b"*/5 * * * * /usr/local/bin/backup --all\r\n\t \n# caf\xe9 \xff\n@daily true # no \rline\n"
)


def entry(config: str = SHOP, every: int = 5, log: str | None = None) -> Entry:
    return Entry(config, schedule_for(config, every), PYTHON, log)


configs = st.sampled_from([SHOP, OTHER, "/a b/100%.toml", "/it's/ä.toml", "/x"])
made = st.builds(entry, configs, st.sampled_from(INTERVALS), st.none() | st.just("/var/log/a b"))
pieces = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"\n", b"\r\n", b"# amzsync: ", b"# amzsync: /x\n", b"MAILTO=x\n", b"#"]),
    made.map(lambda one: one.text),
    made.map(lambda one: one.text.replace(b"\n", b"\r\n")),
)
texts = st.lists(pieces, max_size=6).map(b"".join)
strangers = texts.filter(lambda text: not entries(text))


def ended(text: bytes) -> bytes:
    return text if not text or text.endswith(b"\n") else text + b"\n"


# -- laws --------------------------------------------------------------------------------------------------


@given(strangers, made)
def test_installed_and_removed_gives_back_the_text_byte_for_byte(text: bytes, one: Entry) -> None:
    assert without(placed(text, one), one.config) == ended(text)


@given(texts, made)
def test_installing_twice_is_installing_once(text: bytes, one: Entry) -> None:
    once = placed(text, one)

    assert placed(once, one) == once
    assert [found.line for found in entries(once) if found.config == one.config] == [one.line]


@given(texts, made)
def test_every_other_line_stays_as_it_is(text: bytes, one: Entry) -> None:
    rest = without(ended(text), one.config)

    assert without(placed(text, one), one.config) == rest


@given(strangers, made, made, made)
def test_an_entry_is_replaced_where_it_stands(text: bytes, a: Entry, b: Entry, new: Entry) -> None:
    both = placed(placed(text, a), b)
    order = [found.config for found in entries(both)]

    changed = placed(both, Entry(a.config, new.schedule, new.python, new.log))

    assert [found.config for found in entries(changed)] == order
    assert without(changed, None) == ended(text)


@given(texts)
def test_what_is_taken_out_is_all_that_was_amzsyncs(text: bytes) -> None:
    left = without(text, None)

    kept = iter(left.split(b"\n"))
    assert all(len(line) == 0 or line in text for line in kept)
    assert without(text, "/nobody's") == text


# -- a crontab ---------------------------------------------------------------------------------------------


def test_the_entry_stands_at_the_end_below_the_users_environment_lines() -> None:
    assert placed(OTHERS, entry()) == OTHERS + entry().text


def test_an_entry_is_a_comment_and_a_line_with_absolute_paths_only() -> None:
    first = schedule_for(SHOP, 5).first

    assert entry().text.decode() == (
        "# amzsync: /srv/shop/amzsync.toml\n"
        f"{first}-59/5 * * * * /venv/bin/python -P -m amzsync sync --config /srv/shop/amzsync.toml\n"
    )


def test_what_is_said_can_go_to_a_log() -> None:
    assert entry(log="/var/log/a b").line.endswith("amzsync.toml >> '/var/log/a b' 2>&1")


@pytest.mark.parametrize(
    "path", ["/a b/x", "/100%/x", "/it's/x", '/"q"/x', "/$HOME/`x`", "/ä/x", "/a;b&c|d #e/x"]
)
def test_any_path_comes_through_cron_and_shell(path: str) -> None:
    command = entry(path).line.split(" ", 5)[5]
    after_cron = command.replace("\\%", "%")

    assert "%" not in command.replace("\\%", "")
    said = subprocess.run(
        ["/bin/sh", "-c", after_cron.replace(PYTHON, "printf '%s\\n'", 1)],
        capture_output=True,
        check=True,
    )
    assert said.stdout.decode().splitlines()[-1] == path


@pytest.mark.parametrize(
    ("one", "words"),
    [
        pytest.param(entry("/a\nb"), "cannot hold", id="a line end"),
        pytest.param(entry("/a\rb"), "cannot hold", id="a carriage return"),
        pytest.param(entry("/a\\b"), "cannot hold", id="a backslash"),
        pytest.param(entry(log="/a\0b"), "cannot hold", id="in the log"),
        pytest.param(entry("/" + "a" * 990), "cron takes 998", id="too long"),
        pytest.param(entry(log="/" + "a" * 930), "cron takes 998", id="too long with its log"),
    ],
)
def test_what_cannot_be_written_is_said(one: Entry, words: str) -> None:
    assert words in (problem(one) or "")


def test_the_longest_line_that_cron_takes_is_written() -> None:
    longest = entry("/" + "a" * (LONGEST - len(entry("").line) + len("''") - 1))

    assert (len(longest.line), problem(longest)) == (LONGEST, None)


def test_a_comment_without_its_line_is_filled_in_and_takes_nothing_else_with_it() -> None:
    text = b"# amzsync: /srv/shop/amzsync.toml\n5 4 * * * backup\n"

    assert placed(text, entry()) == entry().text + b"5 4 * * * backup\n"
    assert without(text, SHOP) == b"5 4 * * * backup\n"


def test_an_entry_that_was_made_a_comment_is_found_as_paused() -> None:
    mark, line, _ = entry().text.split(b"\n")

    (found,) = entries(mark + b"\n# " + line + b"\n")

    assert (found.paused, found.schedule) == (True, entry().schedule)


@pytest.mark.parametrize(
    ("before", "schedule"),
    [
        pytest.param(b"*", Schedule(1, 0), id="every minute"),
        pytest.param(b"17", Schedule(60, 17), id="every hour"),
        pytest.param(b"2-59/5", Schedule(5, 2), id="every five minutes"),
        pytest.param(b"2-59/7", None, id="no form of ours"),
        pytest.param(b"1,2", None, id="a list"),
    ],
)
def test_the_schedule_is_read_as_it_was_changed_by_hand(
    before: bytes, schedule: Schedule | None
) -> None:
    mark, line, _ = entry().text.split(b"\n")
    by_hand = before + line[line.index(b" ") :]

    (found,) = entries(b"%b\n%b\n" % (mark, by_hand))

    assert (found.schedule, found.line) == (schedule, by_hand.decode())


def test_a_thousand_lines_and_several_shops_stay_apart() -> None:
    text = b"".join(b"%d 1 * * * job %d\n" % (n % 60, n) for n in range(1000))

    both = placed(placed(text, entry()), entry(OTHER))

    assert [one.config for one in entries(both)] == [SHOP, OTHER]
    assert without(both, SHOP) == text + entry(OTHER).text


# -- schedules ---------------------------------------------------------------------------------------------


def test_shops_are_spread_over_the_minutes() -> None:
    firsts = [schedule_for(f"/srv/shop{n}/amzsync.toml", 5).first for n in range(100)]

    assert set(firsts) == {0, 1, 2, 3, 4}
    assert max(map(firsts.count, firsts)) < 40


@given(st.text(max_size=9), st.sampled_from(INTERVALS))
def test_the_minute_of_a_path_is_always_the_same_and_within_the_interval(
    path: str, every: int
) -> None:
    found = schedule_for(path.encode("utf-8", "replace").decode(), every)

    assert found == schedule_for(path.encode("utf-8", "replace").decode(), every)
    assert 0 <= found.first < every


@given(
    st.sampled_from(INTERVALS).flatmap(
        lambda every: st.builds(Schedule, st.just(every), st.integers(0, every - 1))
    ),
    st.datetimes(NEW_YEAR, NEW_YEAR + timedelta(days=365)),
    st.sampled_from([0, 60, 330, 345, -210]),
)
def test_the_next_runs_are_those_minutes_of_the_local_clock_that_the_fields_name(
    schedule: Schedule, naive: datetime, offset: int
) -> None:
    zone = timezone(timedelta(minutes=offset))
    now = naive.replace(tzinfo=zone)

    runs = schedule.next_runs(now, 3)

    span = schedule.fields.split()[0].split("-59/")
    minutes = (
        set(range(60))
        if span == ["*"]
        else set(range(int(span[0]), 60, int(span[1]) if len(span) > 1 else 60))
    )
    assert all(run.astimezone(zone).minute in minutes for run in runs)
    assert all(run.tzinfo is UTC for run in runs)
    gaps = [b - a for a, b in pairwise(runs)]
    assert gaps == [timedelta(minutes=schedule.every)] * 2
    assert timedelta(0) < runs[0] - now <= timedelta(minutes=schedule.every)


def test_the_variables_that_a_crontab_sets_are_known() -> None:
    text = b'A=1\n B = two words\n"C"=3\n# D=4\n5 * * * * E=5 run\nEMPTY=""\nBARE=\n'

    assert variables(text) == {"A", "B", "C"}
