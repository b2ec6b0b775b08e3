"""Run amzsync as its users do: in this process (fast), as a process, and on a terminal of any width."""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from amzsync import cli
from amzsync.cli.app import app

PROJECT = Path(__file__).parents[1]
CTRL_C = b"\x03"
PATIENCE = 60  # seconds after which a process hangs
COMMAND = (sys.executable, "-m", "amzsync")


@dataclass(frozen=True, slots=True)
class Result:
    """What a command answered (out), what it said beside that (err), and how it ended."""

    code: int
    out: str
    err: str

    def fine(self) -> Result:
        """Return itself, having made sure that the command ended well."""
        assert (self.code, "Traceback" in self.out + self.err) == (0, False), self.err or self.out
        return self

    def json(self) -> Any:
        """Return the answer as JSON."""
        return json.loads(self.out)

    def csv(self) -> list[dict[str, str]]:
        """Return the answer as CSV rows."""
        return list(csv.DictReader(io.StringIO(self.out, newline="")))

    def refused(self, code: int) -> str:
        """Return what was said by a command that must end with *code*, in a sentence and with no answer."""
        assert (self.code, self.out, "Traceback" in self.err) == (code, "", False), self.err
        return self.err


@dataclass(frozen=True, slots=True)
class Program:
    """amzsync in a folder."""

    folder: Path

    def run(self, *words: str, stdin: str = "") -> Result:
        """Run a command in this process."""
        cli.load()
        with chdir(self.folder):
            done = CliRunner().invoke(app, list(words), prog_name="amzsync", input=stdin)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Result(done.exit_code, done.stdout, done.stderr)

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the little that cron gives a process, and *more*."""
        return {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.fspath(PROJECT),
            "TMPDIR": os.fspath(self.folder),
            **(more or {}),
        }

    def start(
        self, *words: str, env: Mapping[str, str] | None = None, **how: Any
    ) -> subprocess.Popen[str]:
        """Start a process of its own, with pipes unless *how* says otherwise."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        return subprocess.Popen(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.environment(env),
            encoding="utf-8",
            errors="surrogateescape",
            **{**pipes, "preexec_fn": _hear_signals, **how},
        )

    def process(
        self, *words: str, stdin: str = "", env: Mapping[str, str] | None = None, **how: Any
    ) -> Result:
        """Run a command in a process of its own."""
        with self.start(*words, env=env, **how) as running:
            out, err = running.communicate(stdin if "stdin" not in how else None, timeout=PATIENCE)
        return Result(running.returncode, out or "", err or "")

    def shell(self, line: str, env: Mapping[str, str] | None = None) -> Result:
        """Run a line of shell in which ``$AMZSYNC`` is the program."""
        done = subprocess.run(
            ["/bin/bash", "-c", line],
            cwd=self.folder,
            env={**self.environment(env), "AMZSYNC": " ".join(COMMAND)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def terminal(
        self,
        *words: str,
        width: int = 80,
        answers: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> Result:
        """Run a command on a terminal of *width* columns; ``out`` is all that is to be seen there.

        Each of *answers* is typed when the next question (a line that ends in a colon) stands there.
        """
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        surroundings = {"TERM": "xterm", "LC_ALL": "C.UTF-8", **(env or {})}
        running = self.start(
            *words,
            env=surroundings,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(theirs)
        try:
            seen = _converse(ours, [answer.encode() for answer in answers])
            running.wait(PATIENCE)
        finally:
            running.kill()
            running.wait()
            os.close(ours)
        return Result(running.returncode, seen.decode().replace("\r\n", "\n"), "")


def _hear_signals() -> None:
    """Listen to what the tests send, also where whoever started the tests (nohup, a job of a shell) does not."""
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sent, signal.SIG_DFL)


def _take_terminal() -> None:
    """Make the terminal on stdin that of this session, so that Ctrl-C typed there is a signal."""
    _hear_signals()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _converse(terminal: int, answers: list[bytes]) -> bytes:
    """Answer questions; return all that was written to the terminal until everybody has closed it."""
    seen, answered, last, silent = b"", 0, b"", 0
    while silent < PATIENCE:
        if not select.select([terminal], [], [], 1)[0]:
            silent += 1
            if (
                last == CTRL_C
            ):  # it may have come just before the program began to read: people press it again
                os.write(terminal, last)
            continue
        try:
            part = os.read(terminal, 65536)
        except OSError:  # Linux says EIO where others say that nothing is left
            return seen
        if not part:
            return seen
        seen, silent = seen + part, 0
        if answers and seen[answered:].rstrip(b" ").endswith(b":"):
            answered = len(seen)
            last = answers.pop(0)
            os.write(terminal, last)
    raise TimeoutError(f"nothing happened any more after {seen!r}")
