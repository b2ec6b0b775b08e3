"""The one exception tree: every class owns the exit code that the command ends with.

The message is one sentence that says what is wrong; ``next_step`` says what to do about it.
"""

from __future__ import annotations


class AmzsyncError(Exception):
    """Something the user must be told in a sentence; not a bug."""

    exit_code = 70

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class ConfigError(AmzsyncError):
    """amzsync.toml or the mapping is wrong; ``problems`` lists every fault, each with its key."""

    exit_code = 78

    def __init__(
        self, message: str, *, problems: tuple[str, ...] = (), next_step: str = ""
    ) -> None:
        super().__init__(message, next_step=next_step)
        self.problems = problems

    def __str__(self) -> str:
        lines = [super().__str__(), *(f"  - {problem}" for problem in self.problems)]
        return "\n".join(lines)


class UsageError(AmzsyncError):
    """The command line asks for something that does not fit together."""

    exit_code = 2


class InputError(AmzsyncError):
    """An export or report that cannot be read as what it should be."""

    exit_code = 65


class UnsafeInput(InputError):
    """A guard refused the import: too much would change at once."""


class MissingInput(AmzsyncError):
    """A file that the configuration names is not there."""

    exit_code = 66


class StoreError(AmzsyncError):
    """The state file cannot be read, or a newer amzsync wrote it."""

    exit_code = 74


class OutputError(AmzsyncError):
    """The answer, or a file that was asked for, cannot be written."""

    exit_code = 74


class StoreBusy(StoreError):
    """Another run holds the lock, *since* a moment (UTC text) if that is known."""

    exit_code = 75

    def __init__(self, message: str, *, next_step: str = "", since: str | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.since = since


class RemoteRefused(AmzsyncError):
    """Amazon or Commerce said no, and will say so again."""

    exit_code = 69


class RemoteBusy(AmzsyncError):
    """Amazon or Commerce could not answer, or has not yet what was asked for: a later run goes on."""

    exit_code = 75


class CredentialsError(AmzsyncError):
    """The credentials of an account are missing, expired or revoked."""

    exit_code = 77
