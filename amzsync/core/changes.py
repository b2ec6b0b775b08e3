"""The differences between what was known before a run and after it."""

from __future__ import annotations

from collections.abc import Sequence

from amzsync.core.titles import lossy_equal

Value = str | int | None


def differences(
    fields: Sequence[str], before: Sequence[Value], after: Sequence[Value]
) -> list[tuple[str, Value, Value]]:
    """Return ``(field, old, new)`` for every field that differs.

    A title that differs only where a report lost characters is no difference (see ``titles``).
    """
    return [
        (field, old, new)
        for field, old, new in zip(fields, before, after, strict=True)
        if old != new and not (field == "title" and old and new and lossy_equal(str(old), str(new)))
    ]
