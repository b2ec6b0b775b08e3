"""The words in which an import refuses itself."""

from __future__ import annotations

from amzsync.amazon.origin import foreign
from amzsync.errors import InputError, UnsafeInput
from amzsync.workflows.report_files import ReportFormat
from amzsync.workflows.sorting import Place, Run


def refuse(refusal: str | None, document: str) -> None:
    """Raise ``UnsafeInput`` where a guard gave a *refusal* of the *document* ("report", "export")."""
    if refusal:
        raise UnsafeInput(
            f"Import refused: {refusal}. The last good state stays.",
            next_step=f"Check the {document}; if it is right, import it with --force.",
        )


def refuse_foreign(run: Run, place: Place, form: ReportFormat) -> None:
    """Raise ``InputError`` where the rows prove that the report is another marketplace's."""
    wrong = None if run.force else foreign(form.origin, place.store.marketplace)
    if wrong:
        raise InputError(
            f"{form.document.name} does not belong to store {place.store.name}: {wrong}",
            next_step="Check which file the store names in amzsync.toml; the last good state stays. "
            "If the report is right, import it with --force.",
        )
