"""Where words other than the answer go: stderr, and a crash log beside the state file.

Nothing secret goes there.  What is known to be secret is named with ``conceal`` as soon as it is read; what
looks like a secret of Amazon's, a signed address or somebody's e-mail address is taken out as well; and the
libraries that would write whole requests down are kept quiet, whatever the user asks for.
"""

from __future__ import annotations

import logging
import os
import platform
import re
import sys
import tempfile
import traceback
from pathlib import Path

from amzsync import __version__

HIDDEN = "[hidden]"
CHATTY = ("sp_api", "httpx", "httpcore")
"""Loggers of libraries that write tokens, signed addresses and answers down at lower levels."""

_SECRETS: set[str] = set()
_SECRET_FORMS = re.compile(
    r"""
      \b Atz[a-z] \| [^\s"'&<>]+                            # tokens of Login with Amazon
    | \b amzn1\.(?:application-oa2-client|oa2-cs)[^\s"'&<>]* # ids and secrets of applications
    | (?i: \b bearer \s+ ) [^\s"'&<>]+
    | (?i: \b (?: x-amz-(?:signature|credential|security-token|access-token)
                | access_token | refresh_token | client_secret | signature | awsaccesskeyid )
          ["']? \s* [=:] \s* ["']? ) [^\s"'&<>,}]+
    | \b [\w.+-]{1,64} @ [\w-]{1,64} (?: \. [\w-]{1,64} )+                 # e-mail addresses
    """,
    re.VERBOSE,
)
_SIGNED = re.compile(r"(https?://[^\s\"'<>?#]*)\?[^\s\"'<>]*", re.IGNORECASE)


class Redacting(logging.Formatter):
    """Formats a record, with its traceback, and hides what is secret in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line or lines of *record*."""
        return redact(super().format(record))


def configure(*, quiet: bool, verbose: bool) -> None:
    """Send log records to stderr: errors only, warnings, or everything."""
    level = logging.ERROR if quiet else logging.DEBUG if verbose else logging.WARNING
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting("amzsync: %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=level)
    hush()


def hush() -> None:
    """Keep the chatty libraries to warnings; again after they have been imported, since they set levels themselves."""
    known = [name for name in list(logging.root.manager.loggerDict) if name.split(".")[0] in CHATTY]
    for name in {*CHATTY, *known}:
        logging.getLogger(name).setLevel(logging.WARNING)


def conceal(*values: str) -> None:
    """Hide *values* from now on wherever they come up."""
    _SECRETS.update(value for value in values if len(value) > 3)  # less would hide words


def redact(text: str) -> str:
    """Return *text* without secrets, without what follows the ? of an address, and without e-mail addresses."""
    for secret in sorted(_SECRETS.copy(), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _SECRET_FORMS.sub(HIDDEN, _SIGNED.sub(rf"\1?{HIDDEN}", text))


def crash(error: BaseException) -> Path:
    """Write what a bug report needs to a private file of its own and return its path."""
    descriptor, name = tempfile.mkstemp(prefix="amzsync-crash-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{versions()}\n\n")
        file.write(redact("".join(traceback.format_exception(error))))
    return Path(name)


def versions() -> str:
    """Return what runs: amzsync, Python, system."""
    return (
        f"amzsync {__version__}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release()}"
    )
