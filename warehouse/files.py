"""Files written so that readers and crashes see all of them or nothing, on disk or at an fsspec address."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

if TYPE_CHECKING:
    from upath import UPath

Place: TypeAlias = "Path | UPath"
"""A file or folder on disk, or at an fsspec address such as s3://bucket/archive."""

SHA256 = re.compile(r"[0-9a-f]{64}")
WRITING = ".writing-"
"""Prefix of what is not yet whole; a killed writer leaves it behind."""
BLOCK = 1 << 20
"""Bytes that are read at once."""


def place(address: str) -> Place:
    """A path of this machine, or an address with a protocol."""
    if "://" not in address:
        return Path(address)
    from upath import UPath  # late: only remote stores need it

    return UPath(address)


def write_atomic(path: Place, content: bytes | Path) -> None:
    """Write a file so that readers and crashes see all of it or nothing of it; object stores do so by themselves.

    A path as `content` stands for the bytes there.
    """
    if not isinstance(path, Path):
        if isinstance(content, Path):
            path.fs.put_file(str(content), path.path)
        else:
            path.write_bytes(content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=WRITING)
    try:
        with os.fdopen(handle, "wb") as file:
            if isinstance(content, Path):
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, for a writer that wants one of its own; it takes the place of `path` at the end.

    Where the body fails `path` stays as it was, and nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{WRITING}{path.name}")
    temporary.unlink(missing_ok=True)  # what a killed writer left may be a second name of another file
    try:
        yield temporary
        put_in_place(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def put_in_place(written: Path, path: Path) -> None:
    """Let a file that is whole take the place of another: readers and crashes see the one or the other."""
    sync(written)
    written.replace(path)
    sync_folder(path.parent)


def name_again(source: Path, path: Path) -> None:
    """Give a file a second name, or a copy where the file system knows none; no name of it may be written to."""
    if path.exists() and path.samefile(source):  # renaming one name of a file to another does nothing
        return
    with written_whole(path) as temporary:
        try:
            os.link(source, temporary)
        except OSError:
            copy(source, temporary)


def copy(source: Path, target: Path) -> None:
    """Copy the bytes of a file. Where the file system can (Btrfs, XFS), both share blocks until one is written to."""
    with source.open("rb") as file, target.open("wb") as copied:
        copy_range(file, copied, 0, source.stat().st_size)


def copy_range(source: BinaryIO, target: BinaryIO, start: int, length: int) -> None:
    """Append `length` bytes of a file, from `start` on, to another; they pass through the system alone where it can.

    Raises EOFError where the file is shorter.
    """
    target.flush()
    done = 0
    with contextlib.suppress(OSError, AttributeError):
        while more := os.copy_file_range(source.fileno(), target.fileno(), length - done, start + done):
            done += more
    target.seek(0, os.SEEK_END)
    source.seek(start + done)
    while done < length:  # another system than Linux, or two file systems
        if not (block := source.read(min(BLOCK, length - done))):
            raise EOFError(f"{source.name} ends before byte {start + length}")
        target.write(block)
        done += len(block)


def sync(path: Path) -> None:
    """Make the bytes of a file survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def add_names(folder: Path, names: Iterable[str]) -> None:
    """Remember names as empty files: a fact that must survive a torn file has no content that could be torn."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    sync_folder(folder)


def names(folder: Path) -> set[str]:
    """The names remembered in a folder."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut, where a folder can be synced (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def state(path: Path) -> list[int]:
    """What cannot stay the same when a file is written to: the system alone sets the last of them."""
    found = path.stat()
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]


def sha256_of(path: Place) -> str:
    """Hash of a file, however long."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(BLOCK):
            total.update(part)
    return total.hexdigest()


def json_bytes(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()


def names_below(root: Place) -> list[tuple[str, ...]]:
    """Paths of all files below `root`, relative to it, in parts."""
    if isinstance(root, Path):
        folders = ((Path(folder).relative_to(root).parts, files) for folder, _, files in os.walk(root))
        return [(*parts, name) for parts, files in folders for name in files]
    return list(sizes_below(root))


def sizes_below(root: Place) -> dict[tuple[str, ...], int]:
    """The same with their sizes in bytes."""
    if isinstance(root, Path):
        return {name: root.joinpath(*name).stat().st_size for name in names_below(root)}
    root.fs.invalidate_cache()  # others write there too
    found = root.fs.find(root.path, detail=True)
    return {PurePosixPath(path).relative_to(root.path).parts: facts["size"] for path, facts in found.items()}


def read_many(root: Place, names: list[tuple[str, ...]]) -> dict[tuple[str, ...], bytes]:
    """The content of many small files below `root`, those that can be read; from an object store all at once."""
    found = {}
    if isinstance(root, Path):
        for name in names:
            with contextlib.suppress(OSError):
                found[name] = root.joinpath(*name).read_bytes()
    elif paths := {root.joinpath(*name).path: name for name in names}:
        answers = root.fs.cat(list(paths), on_error="omit")
        found = {paths[path]: content for path, content in answers.items()}
    return found


def mirror(folder: Path, target: Place) -> None:
    """Make `target` hold the files of `folder` and no others: data first, then manifests, then what is gone goes."""
    ours = sorted(names_below(folder), key=lambda name: (name[-1].endswith(".json"), name))
    for name in ours:
        write_atomic(target.joinpath(*name), folder.joinpath(*name).read_bytes())
    for name in set(names_below(target)) - set(ours):
        target.joinpath(*name).unlink()
