"""The only door to the system's ``crontab`` program, through which the user's own crontab is read and written.

The file itself is never touched: the program locks, checks and replaces it as a whole, and tells the daemon.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from amzsync.errors import AmzsyncError

BARE_PATH = "/usr/bin:/bin"
"""The search path that cron gives its commands."""
_PATIENCE = 60  # seconds after which the program hangs
_ATTEMPTS = 3
_DAEMONS = frozenset({"cron", "crond", "fcron", "dcron", "bcron-sched", "systemd-cron"})
_NONE_YET = re.compile(r"no crontab for|can't open .*No such file")  # Vixie and cronie, busybox


class CrontabError(AmzsyncError):
    """The ``crontab`` program is not there, or said no."""

    exit_code = 69


class CrontabBusy(AmzsyncError):
    """Somebody else goes on changing the crontab."""

    exit_code = 75


@dataclass(frozen=True, slots=True)
class Crontab:
    """The crontab of the user who runs this."""

    program: str

    def read(self) -> bytes:
        """Return its text; empty where there is none. Raises ``CrontabError``."""
        done = self._run("-l")
        if done.returncode == 0:
            return self._whole(done.stdout) if b"\\r" in done.stdout else done.stdout
        if _NONE_YET.search(_words(done.stderr)):
            return b""
        raise self._refusal("read", done)

    def edit(self, change: Callable[[bytes], bytes]) -> None:
        """Replace the text by what *change* makes of it; nothing is written where that is the same.

        The text is read once more right before it is written, and *change* asked again where it is another by
        then.  Where nothing is left, the crontab is removed.  Raises ``CrontabBusy`` where it changes again and
        again, ``CrontabError`` where the program refuses, or what stands there afterwards is something else.
        """
        for _ in range(_ATTEMPTS):
            before = self.read()
            after = change(before)
            if after == before:
                return
            if self.read() != before:
                continue
            self._write(after)
            if self.read() != after:
                raise CrontabError(
                    "The crontab is not what was written: somebody else changed it at the same moment.",
                    next_step="Look at it with crontab -l, and run this once more.",
                )
            return
        raise CrontabBusy(
            "The crontab is being changed by somebody else.", next_step="Run this again later."
        )

    def _whole(self, listed: bytes) -> bytes:
        """Return the text as it is: Debian's ``crontab -l`` shows a carriage return as a backslash and an r.

        ``crontab -e`` gives an editor the very bytes; ``cat`` is one that changes none, so nothing is written.
        """
        done = self._run("-e", VISUAL="cat", EDITOR="cat")
        same = done.returncode == 0 and done.stdout.replace(b"\r", b"\\r") == listed
        return done.stdout if same else listed

    def _write(self, text: bytes) -> None:
        done = self._run("-", text) if text else self._run("-r")
        if done.returncode != 0:
            raise self._refusal("changed", done)

    def _run(self, word: str, text: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(  # noqa: S603 - the system's own program, by its absolute path
                [self.program, word],
                input=text,
                capture_output=True,
                env={**os.environ, "LC_ALL": "C", **more},
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CrontabError(
                f"{self.program} cannot be run: {error}.", next_step="Nothing has been changed."
            ) from error

    def _refusal(self, what: str, done: subprocess.CompletedProcess[bytes]) -> CrontabError:
        said = " ".join(_words(done.stderr).split()) or f"it ended with {done.returncode}"
        step = "The crontab is as it was."
        if "not allowed" in said:
            step += " Whoever runs this machine can allow it in /etc/cron.allow or /etc/cron.deny."
        return CrontabError(f"The crontab cannot be {what}: {said}.", next_step=step)


def find(environ: Mapping[str, str]) -> Crontab:
    """Return the door to the crontab; raises ``CrontabError`` where the program is not installed."""
    folders = f"{environ.get('PATH', '')}:{BARE_PATH}:/usr/local/bin".split(":")
    program = shutil.which("crontab", path=":".join(one for one in folders if one[:1] == "/"))
    if program is None:
        raise CrontabError(
            "This machine has no crontab program.",
            next_step="Install it (the package is called cron, on some systems cronie), or run amzsync "
            "sync by other means, such as a timer of systemd.",
        )
    return Crontab(program)


def starts(command: Sequence[str]) -> str | None:
    """Run *command* in what cron gives it; return the last it said where it fails, ``None`` where it starts.

    Cron gives neither a terminal nor the user's variables, and starts in the home folder.
    """
    user = pwd.getpwuid(os.geteuid())
    home = user.pw_dir if os.access(user.pw_dir, os.X_OK) else "/"
    surroundings = {
        "PATH": BARE_PATH,
        "HOME": home,
        "LOGNAME": user.pw_name,
        "SHELL": "/bin/sh",
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own Python
            command,
            cwd=home,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return (_words(done.stderr).strip().splitlines() or [f"exit code {done.returncode}"])[-1]


def daemon_runs(processes: Path = Path("/proc")) -> bool | None:
    """Tell whether a cron daemon seems to run; ``None`` where that is not to be seen."""
    if not os.access(processes / "1" / "comm", os.R_OK):
        return None  # no Linux, or the processes of others are hidden
    for file in processes.glob("[0-9]*/comm"):
        try:
            if file.read_text(encoding="utf-8", errors="replace").strip() in _DAEMONS:
                return True
        except OSError:
            continue  # it has ended
    return False


def _words(output: bytes) -> str:
    return output.decode("utf-8", "replace")
