"""Take the one file out of a .gz or .zip, within bounds; refuse a bomb before it is opened."""

from __future__ import annotations

import fnmatch
import gzip
import struct
import zipfile
import zlib
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.sources.readers import damage

MAX_UNPACKED = 2 << 30  # bytes of a text file in an archive
MAX_WORKBOOK = 500 << 20  # bytes of all parts of a workbook
MAX_RATIO = 200  # times; only judged where more than _RATIO_FROM would be unpacked
_RATIO_FROM = 50 << 20
_CHUNK = 1 << 20
DAMAGED = (  # what the standard library raises, by experiment, on archives with wrong bytes
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    RuntimeError,  # also an unknown way of packing
    ValueError,
    OverflowError,
    OSError,
)


def check_sizes(archive: zipfile.ZipFile, packed: int, limit: int, shown: str) -> None:
    """Refuse an archive whose directory promises too much.

    Raises:
        PipelineError: `zip_bomb`.
    """
    unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > limit or (unpacked > _RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1)):
        raise PipelineError(
            "zip_bomb",
            where=shown,
            packed=megabytes(packed),
            unpacked=megabytes(unpacked),
            limit=megabytes(limit),
            ratio=MAX_RATIO,
        )


def megabytes(size: int) -> str:
    """A size for messages: whole megabytes, or tenths below ten."""
    value = size / (1 << 20)
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def unpack(path: Path, kind: str, folder: Path, shown: str, member: str | None = None) -> tuple[Path, str]:
    """Write the member of an archive that holds the table into `folder`.

    Args:
        path: The archive.
        kind: zip or gzip.
        folder: Where the working copy goes.
        shown: Name for messages.
        member: Pattern (`*fatalities*.csv`) of the member; None = the only one.

    Returns:
        The working copy, and the name of the member.

    Raises:
        PipelineError: No such member, several, a bomb, or a broken archive.
    """
    target = folder / "member"
    try:
        if kind == "gzip":
            with gzip.open(path) as source:
                _copy(source, target, path.stat().st_size, shown)
            return target, path.name.removesuffix(".gz")
        with zipfile.ZipFile(path) as archive:
            name = _member(archive, member, shown)
            check_sizes(archive, path.stat().st_size, MAX_UNPACKED, shown)
            with archive.open(name) as source:
                _copy(source, target, archive.getinfo(name).compress_size, shown)
            return target, name
    except DAMAGED as fault:
        raise PipelineError("archive_broken", where=shown, reason=damage.told(fault)) from None


def _member(archive: zipfile.ZipFile, pattern: str | None, shown: str) -> str:
    names = [
        member.filename
        for member in archive.infolist()
        if not member.is_dir() and "__MACOSX" not in member.filename and not Path(member.filename).name.startswith(".")
    ]
    fitting = [name for name in names if pattern is None or fnmatch.fnmatch(Path(name).name, pattern)]
    if len(fitting) != 1:
        raise PipelineError("archive_members", where=shown, rows=sorted(names), n=len(fitting), pattern=pattern or "*")
    return fitting[0]


def _copy(source, target: Path, packed: int, shown: str) -> None:
    written = 0
    with target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > MAX_UNPACKED or (written > _RATIO_FROM and written > MAX_RATIO * max(packed, 1)):
                raise PipelineError(
                    "zip_bomb",
                    where=shown,
                    packed=megabytes(packed),
                    unpacked=megabytes(written),
                    limit=megabytes(MAX_UNPACKED),
                    ratio=MAX_RATIO,
                )
            out.write(chunk)
