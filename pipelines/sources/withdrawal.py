"""Files that were there and are not: taken away on purpose, or on a disk that is not mounted?

A file that is gone is withdrawn from that day on, so a lost disk must not look like it. Where a folder of a kind is
gone, where a folder below it lost all its files, or where half of a kind's files went at once, the build asks first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.inbox import Found
from pipelines.sources.provenance import Provenance
from pipelines.sources.receipts import Journal, Receipt
from pipelines.texts import say

Entry = tuple[str, str, str, Provenance]
"""Kind, path, SHA-256 and what is declared of one file, as `Journal.note` takes them."""

FEWEST = 3
"""Files that must be gone before their share of a kind's files says anything."""
FEWEST_IN_FOLDER = 2
"""Files that a folder must have held for its being empty to say anything."""
SHARE = 0.5


def refuse_lost_folders(settings: Settings, receipts: Iterable[Receipt]) -> None:
    """Refuse a build while the folder of a kind that had files is not there.

    Args:
        settings: Where data/raw is.
        receipts: All of the journal.

    Raises:
        PipelineError: `records_lost`, where files count as present and the folder of their kind is gone, or no folder.
    """
    root = settings.path("raw")
    if root.exists() and not root.is_dir():
        raise PipelineError("not_a_folder", where=settings.paths.raw.as_posix())
    lost = Counter(one.kind for one in receipts if _counts(one) and not (root / one.kind).is_dir())
    if lost:
        folders = say("sources.comma").join((settings.paths.raw / kind).as_posix() for kind in sorted(lost))
        raise PipelineError("records_lost", where=settings.paths.raw.as_posix(), n=lost.total(), folders=folders)


def still_there(found: Sequence[Found], hashed: Sequence[tuple[Found, str]], journal: Journal) -> list[Entry]:
    """What the journal is to note as present: every file that was hashed, and those that cannot be read today.

    Args:
        found: Every file of the office.
        hashed: Those whose bytes could be read, with their SHA-256.
        journal: What was there at the last build.
    """
    here = [(file.kind, file.shown, sha256, file.declared) for file, sha256 in hashed if not file.is_demo]
    closed = {file.shown for file in found} - {file.shown for file, _ in hashed}
    return here + [(one.kind, one.path, one.sha256, one.declared) for one in journal.present() if one.path in closed]


def refuse_many_withdrawals(receipts: Iterable[Receipt], here: Iterable[Entry], paths: Collection[str]) -> None:
    """Refuse a build in which suspiciously many files are gone at once.

    A file whose bytes lie elsewhere was moved, and one whose place is taken was replaced: neither is gone.

    Args:
        receipts: All of the journal.
        here: Every file that is there; see `still_there`.
        paths: Path of every file that is there, as messages print it.

    Raises:
        PipelineError: `records_vanished`.
    """
    hashes = {(kind, sha256) for kind, _, sha256, _ in here}
    known = [one for one in receipts if _counts(one)]
    gone = [one for one in known if (one.kind, one.sha256) not in hashes and one.path not in paths]
    had, lost = Counter(map(_folder, known)), Counter(map(_folder, gone))
    empty = {folder for folder, n in lost.items() if n == had[folder] >= FEWEST_IN_FOLDER and _is_below_kind(folder)}
    had_kind, lost_kind = Counter(one.kind for one in known), Counter(one.kind for one in gone)
    many = {kind for kind, n in lost_kind.items() if n >= FEWEST and n >= SHARE * had_kind[kind]}
    suspicious = [one for one in gone if one.kind in many or _folder(one)[1] in {folder for _, folder in empty}]
    if suspicious:
        told = sorted({one.kind for one in suspicious})
        share = say("sources.comma").join(
            say("sources.vanished_of", kind=say(f"app.kinds.{kind}"), n=lost_kind[kind], of=had_kind[kind])
            for kind in told
        )
        rows = sorted(one.path for one in suspicious)
        raise PipelineError("records_vanished", where="data/raw", rows=rows, n=len(rows), share=share)


def _counts(receipt: Receipt) -> bool:
    return receipt.withdrawn_on is None and not receipt.is_purged and receipt.is_published


def _folder(receipt: Receipt) -> tuple[str, str]:
    return receipt.kind, str(PurePosixPath(receipt.path).parent)


def _is_below_kind(folder: tuple[str, str]) -> bool:
    kind, path = folder
    return PurePosixPath(path).name != kind
