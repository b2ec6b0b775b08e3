"""A crontab to try things on: Debian's real program on a spool of the test's own, so that nobody's is touched."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from tests.commandline import PATIENCE, PROJECT

SPOOL = "/var/spool/cron/crontabs"
REAL = "/usr/bin/crontab"
DAEMON = "/usr/sbin/cron"
ON_A_SPOOL = f"""#!/bin/sh
exec unshare --mount -- sh -c 'mount --bind "$0" {SPOOL} && exec {REAL} "$@"' '{{spool}}' "$@"
"""
STAND_IN = """#!/bin/sh
cd '{spool}' || exit 1
case $1 in
  -l) cat text 2>/dev/null || { echo "no crontab for me" >&2; exit 1; } ;;
  -r) rm text ;;
  -) cat > new && mv new text ;;
esac
"""


@functools.cache
def why_not_real() -> str:
    """Return why Debian's crontab program cannot be tried here on a spool of its own; "" where it can."""
    if not Path(REAL).exists() or not Path(SPOOL).is_dir():
        return "there is no crontab program of Debian's package cron"
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return "only root can give the crontab program a spool of its own (unshare --mount)"
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", SPOOL], capture_output=True
    )
    return "" if tried.returncode == 0 else "this machine lets nobody mount anything"


@dataclass(frozen=True, slots=True)
class Spool:
    """A folder that holds one crontab, and the program that edits it."""

    folder: Path

    @property
    def program(self) -> Path:
        """Return the program, which is called ``crontab``."""
        return self.folder / "bin" / "crontab"

    def make(self) -> Spool:
        """Make the folder and the program: the real one where that can be, else one that does the same."""
        spool = self.folder / "spool"
        spool.mkdir(mode=0o1730)
        form = STAND_IN if why_not_real() else ON_A_SPOOL
        self.say(form.replace("{spool}", os.fspath(spool)))
        return self

    def say(self, script: str) -> None:
        """Have the program be *script*."""
        self.program.parent.mkdir(exist_ok=True)
        self.program.write_text(script)
        self.program.chmod(0o755)

    def run(self, word: str, text: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        """Run the program by hand."""
        return subprocess.run(
            [self.program, word],
            input=text,
            capture_output=True,
            timeout=PATIENCE,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", **more},
        )

    def text(self) -> bytes | None:
        """Return the crontab as it lies in the spool; ``None`` where there is none."""
        (file, *more) = [*(self.folder / "spool").glob("[!.]*"), None]
        if file is None:
            return None
        assert more == [None]
        head, mark, text = file.read_bytes().partition(b" vixie Exp $)\n")  # three lines of its own
        return text if mark else head

    def write(self, text: bytes) -> None:
        """Have *text* be the crontab."""
        done = self.run("-", text)
        assert done.returncode == 0, done.stderr


def installed_python(folder: Path) -> Path:
    """Return the Python of a new virtual environment in *folder* that has amzsync and all that it needs."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    found = [os.fspath(PROJECT), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    (packages / "amzsync.pth").write_text("\n".join(dict.fromkeys(found)) + "\n")
    return folder / "bin" / "python"
