"""Do a run again, offline: from the documents that it worked on."""

from __future__ import annotations

from amzsync.errors import InputError, MissingInput, UsageError
from amzsync.store import archived, stores
from amzsync.store.state import State
from amzsync.workflows.gathered import ANSWERS, Gathered, Given, Received, unpacked


def documents_of(current: State, given: Given, run_id: int) -> dict[str, Gathered]:
    """Return by store what the run *run_id* had from Amazon.

    Raises ``UsageError`` where it had nothing, ``MissingInput`` where that is no longer kept.
    """
    found: dict[str, Gathered] = {}
    kept = archived.of_run(current.db, run_id)
    for name, known in stores.known(current.db).items():
        if name not in given.names or known.store_id not in kept:
            continue
        gathered = found[name] = Gathered()
        for one in kept[known.store_id]:
            if not given.archive.has(one.digest):
                raise MissingInput(
                    f"The {one.kind} document of run {run_id} is no longer in {given.archive.folder}.",
                    next_step="Documents are kept for keep_days ([amazon] in amzsync.toml); replay a later run.",
                )
            if not given.archive.verify(one.digest):
                raise InputError(
                    f"The {one.kind} document of run {run_id} in {given.archive.folder} is damaged.",
                    next_step="Replay another run, or import again.",
                )
            if one.kind == ANSWERS:
                with given.archive.open(one.digest) as lines:
                    gathered.lines += unpacked(lines)
            else:
                gathered.reports.append(
                    Received(one.kind, one.digest, one.size, one.charset, one.created_at)
                )
    if not found:
        raise UsageError(
            f"Run {run_id} asked Amazon for nothing that could be replayed.",
            next_step="amzsync runs lists the runs; only imports of stores with an account ask Amazon.",
        )
    return found
