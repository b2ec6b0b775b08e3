"""The folder of raw documents: what is put in comes out the same, by its digest, and nobody else reads it."""

from __future__ import annotations

import errno
import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from amzsync import documents
from amzsync.archive import Archive
from amzsync.errors import InputError, MissingInput, OutputError

TEXT = b"seller-sku\tasin1\nA\tB000000001\n"
DIGEST = xxhash.xxh3_128_hexdigest(TEXT)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "kept" / "documents")


def scratch(archive: Archive, content: bytes = TEXT) -> Path:
    path = archive.temporary()
    path.write_bytes(content)
    return path


def files(archive: Archive) -> list[Path]:
    return sorted(path for path in archive.folder.rglob("*") if path.is_file())


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@given(data=st.binary(max_size=5000))
def test_what_is_put_in_comes_out_and_documents_read_it_as_it_was(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    archive = Archive(tmp_path_factory.mktemp("kept"))

    digest, path = archive.put_bytes(data)

    with archive.open(digest) as stream:
        assert stream.read() == data
    assert archive.verify(digest)
    assert path == archive.path_of(digest)
    assert digest == xxhash.xxh3_128_hexdigest(data)


def test_a_kept_report_is_read_like_any_packed_file(archive: Archive) -> None:
    path = archive.put(scratch(archive), DIGEST)

    with documents.opened(path) as stream:
        assert stream.read() == TEXT
    assert documents.first_line(path) == "seller-sku\tasin1"


def test_a_file_is_moved_in_under_its_digest_and_private(archive: Archive) -> None:
    source = scratch(archive)

    path = archive.put(source, DIGEST)

    assert path == archive.folder / DIGEST[:2] / f"{DIGEST}.gz"
    assert files(archive) == [path]
    assert path.stat().st_mode & 0o777 == 0o600
    for folder in (archive.folder, path.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert archive.has(DIGEST)


def test_the_same_content_gives_the_same_file_wherever_it_comes_from(
    archive: Archive, tmp_path: Path
) -> None:
    other = Archive(tmp_path / "other")

    path = archive.put(scratch(archive), DIGEST)

    assert other.put_bytes(TEXT)[1].read_bytes() == path.read_bytes()


def test_the_same_content_twice_is_kept_once_and_not_written_again(archive: Archive) -> None:
    path = archive.put(scratch(archive), DIGEST)
    before = path.stat()
    source = scratch(archive)

    assert archive.put(source, DIGEST) == path
    assert archive.put_bytes(TEXT) == (DIGEST, path)

    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files(archive) == [path]


def test_a_put_that_was_done_can_be_done_again_without_its_source(archive: Archive) -> None:
    source = scratch(archive)
    path = archive.put(source, DIGEST)

    assert archive.put(source, DIGEST) == path


@pytest.mark.parametrize("again", ["file", "bytes"])
def test_what_is_damaged_is_mended_when_it_comes_again(
    archive: Archive, tmp_path: Path, again: str
) -> None:
    digest, path = archive.put_bytes(TEXT)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    if again == "bytes":
        archive.put_bytes(TEXT)
    else:
        source = tmp_path / "source"
        source.write_bytes(TEXT)
        archive.put(source, digest)
    assert path.read_bytes() == whole


def test_without_a_source_there_is_nothing_to_keep(archive: Archive) -> None:
    with pytest.raises(MissingInput):
        archive.put(archive.temporary(), DIGEST)

    assert files(archive) == []


def test_bytes_that_are_not_those_of_the_digest_are_not_kept(archive: Archive) -> None:
    source = scratch(archive, TEXT + b"more")

    with pytest.raises(InputError, match="changed on disk"):
        archive.put(source, DIGEST)

    assert files(archive) == [source]


@pytest.mark.parametrize(
    "digest", ["", "../../x", DIGEST.upper(), DIGEST[:-1], DIGEST + "0", f"{DIGEST}\n", "é" * 32]
)
def test_only_a_digest_is_a_name(archive: Archive, digest: str) -> None:
    with pytest.raises(ValueError, match="no digest"):
        archive.path_of(digest)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"plain"),
        lambda path: path.write_bytes(gzip.compress(b"another")),
        lambda path: path.write_bytes(path.read_bytes()[:12] + b"\xff" * 9),
        lambda path: path.unlink(),
    ],
    ids=["cut", "empty", "plain", "another", "garbled", "gone"],
)
def test_damage_is_seen(archive: Archive, damage: Callable[[Path], object]) -> None:
    damage(archive.put_bytes(TEXT)[1])

    assert not archive.verify(DIGEST)


def test_a_document_that_is_not_kept_is_told_with_what_to_do(archive: Archive) -> None:
    assert not archive.has(DIGEST)
    with pytest.raises(MissingInput, match="no longer kept") as caught:
        archive.open(DIGEST)
    assert caught.value.next_step


def test_what_is_removed_is_gone_and_what_was_gone_does_not_matter(archive: Archive) -> None:
    other, _ = archive.put_bytes(b"other")
    archive.put_bytes(TEXT)

    assert archive.remove([DIGEST, "0" * 32]) == 1

    assert not archive.has(DIGEST)
    assert archive.has(other)


def test_its_size_is_what_the_documents_take(archive: Archive) -> None:
    assert archive.size() == 0
    paths = [archive.put_bytes(data)[1] for data in (TEXT, b"other")]
    scratch(archive)

    assert archive.size() == sum(path.stat().st_size for path in paths)


def test_what_dead_runs_left_is_swept_and_what_is_in_use_stays(archive: Archive) -> None:
    kept = archive.put_bytes(TEXT)[1]
    dead = dead_process()
    ours = scratch(archive)
    theirs = archive.folder / f".new-{os.getppid()}-ab"
    foreign = archive.folder / "notes.txt"
    leftovers = [
        archive.folder / f".new-{dead}-ab",
        kept.parent / f".new-{dead}-cd",
        archive.folder / f".new-{os.getpid()}-ef",  # of a process that had our number
    ]
    for path in (theirs, foreign, *leftovers):
        path.write_bytes(b"x")

    assert archive.sweep() == len(leftovers)

    assert files(archive) == sorted([kept, ours, theirs, foreign])


def test_an_empty_archive_has_nothing_to_sweep(archive: Archive) -> None:
    assert archive.sweep() == 0
    assert not archive.folder.exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_takes_no_more_is_told_and_leaves_the_source(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    source = scratch(archive)

    def full(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OutputError) as caught:
        archive.put(source, DIGEST)

    assert ("disk is full" in caught.value.message) is (code != errno.EIO)
    assert caught.value.next_step
    assert files(archive) == [source]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(OutputError, match="cannot be written"):
        Archive(tmp_path / "file").put_bytes(TEXT)
