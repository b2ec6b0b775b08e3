"""A process that syncs, made to be killed: forked by a server that has everything loaded, held until it is traced.

The server reads a JSON object a line: ``folder``, ``now`` (seconds), ``environ``, ``command`` and ``skus``, and
``settings`` (module attributes that a scenario needs other than they are, or that plant a mistake).  It answers
with the child's pid, which has stopped itself, and, asked for ``wait``, with how it ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from amzsync.amazon.lanes import Inline
from amzsync.clock import text_of
from amzsync.config import Config, build, read
from amzsync.config.schema import check
from amzsync.workflows import plans, push, senders
from amzsync.workflows.planned import planned
from amzsync.workflows.plans import Question
from amzsync.workflows.sessions import Means
from amzsync.workflows.sync import sync
from tests.crashes import mistakes
from tests.simulators.clocks import VirtualClock


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            _, status = os.waitpid(asked["wait"], 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
            continue
        pid = os.fork()
        if not pid:
            os.kill(os.getpid(), signal.SIGSTOP)
            _run(asked)
        print(pid, flush=True)


def _run(asked: Mapping[str, Any]) -> None:
    """Do what is asked and end the process: 0 where it went well, 1 where it ended by an error."""
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        for name, value in asked["settings"].items():
            module, _, attribute = name.rpartition(".")
            setattr(import_module(module), attribute, value)
        mistakes.plant(asked["mistake"], pytest.MonkeyPatch())
        folder, clock = Path(asked["folder"]), VirtualClock(asked["now"])
        raw = read(folder / "amzsync.toml")
        config = build(raw.path, check(raw))
        act(config, asked["command"], asked["skus"], Means(clock, asked["environ"], Inline))
    except BaseException as error:  # noqa: BLE001 - whatever it was, it is over
        print(repr(error), file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def act(config: Config, command: str, skus: list[str], means: Means) -> None:
    """Sync, or send by hand what *command* says of *skus*."""
    now = text_of(means.clock.now())
    if command == "sync":
        sync(config, "{}", means=means, now=now)
        return
    question = Question(skus=tuple(skus), publish=command == "publish", end=command == "end")
    chosen = senders.chosen(config, None)
    with planned(config, now=now) as current:
        rows = [
            row
            for row in plans.answer(current, config, question, now=now).rows
            if row.kind in push.SENT_BY_HAND[command] and row.hold is None
        ]
    push.send(config, chosen, rows, means, now=now, command=command)


if __name__ == "__main__":
    main()
