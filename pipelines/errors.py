"""The one error that users see: where, what, how many, which rule, what to do, and what was not done."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipelines.texts import has, say

SHOWN_ROWS = 20


class PipelineError(Exception):
    """Something that the sender of a file, the author of a plan or an administrator can put right.

    The sentence comes from the texts (`errors.<code>`), whose parts are `what`, and where they apply `rule`, `fix`
    and `not_done`; each may name the facts in braces. The facts are attributes, so a test or a page can read them.

    Args:
        code: Key below `errors` in the texts.
        where: File, plan, table or setting at fault, as the user knows it.
        rows: Sentences about single rows, already in the user's language; the first twenty are shown.
        exit_code: 2 for bad input (default), 1 for our own fault.
        facts: Whatever the texts of this code name in braces.

    >>> PipelineError("too_few_points", where="work_deaths", n=2, needed=3).facts["needed"]
    3
    """

    def __init__(self, code: str, *, where: str = "", rows: Sequence[str] = (), exit_code: int = 2, **facts: object):
        super().__init__(code)
        self.code = code
        self.where = where
        self.rows = tuple(rows)
        self.exit_code = exit_code
        self.facts = facts

    def __reduce__(self):
        """Survive the way from a worker process to its parent."""
        return _remake, (self.code, self.where, self.rows, self.exit_code, self.facts)

    def tell(self, language: str | None = None) -> str:
        """The whole message in one language (`zh` or `en`; None means the current one)."""
        key = f"errors.{self.code}"
        what = say(f"{key}.what", language, **self.facts)
        lines = [say("errors.where_what", language, where=self.where, what=what) if self.where else what]
        lines += [f"  {row}" for row in self.rows[:SHOWN_ROWS]]
        if len(self.rows) > SHOWN_ROWS:
            lines.append("  " + say("errors.more_rows", language, n=len(self.rows) - SHOWN_ROWS))
        for part in ("not_done", "rule", "fix"):
            if has(f"{key}.{part}"):
                lines.append(say(f"errors.{part}", language, text=say(f"{key}.{part}", language, **self.facts)))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.tell()


def no_plan(asked: str, known: Iterable[str]) -> PipelineError:
    """The error that somebody asks for a plan that is not there, or not theirs; where there is none, it says so.

    Args:
        asked: What was asked for.
        known: Ids of the plans that whoever asks may see.
    """
    names = ", ".join(known)
    return PipelineError("no_plan" if names else "no_plan_seen", where=asked, names=names)


class SeveralErrors(PipelineError):
    """All faults of one step together: everything is collected first, then the step stops."""

    def __init__(self, errors: Sequence[PipelineError]):
        super().__init__("several", n=len(errors), exit_code=max(error.exit_code for error in errors))
        self.errors = tuple(errors)

    def __reduce__(self):
        return SeveralErrors, (self.errors,)

    def tell(self, language: str | None = None) -> str:
        """The messages one below the other, in the order in which they were found."""
        return "\n".join(error.tell(language) for error in self.errors)


NO_ROOM = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows knows no quota
NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


def cannot_write(fault: Exception) -> PipelineError | None:
    """The sentence for a full disk or a folder that may not be written; None where the fault is another one.

    Args:
        fault: An `OSError`, or the database's own error, which tells the system's only in words.
    """
    number = getattr(fault, "errno", None)
    said = str(fault).lower()
    where = str(getattr(fault, "filename", None) or "")
    if number in NO_ROOM or "no space left" in said or "disk quota" in said:
        return PipelineError("disk_full", where=where, exit_code=1)
    if number in NOT_ALLOWED or "read-only file system" in said or "permission denied" in said:
        return PipelineError("not_writable", where=where, exit_code=1)
    return None


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell why a document that somebody asked for cannot be written where they want it.

    Args:
        path: The document.

    Raises:
        PipelineError: `out_is_a_file`, `out_not_writable` (Windows says the same of a file that is open in another
            program), `out_no_room`, `out_refused`.
    """
    try:
        yield
    except OSError as fault:
        raise _unwritten(path, fault) from fault


def write_whole(path: Path, content: bytes) -> None:
    """Write a document that somebody asked for; a former one stands until the new one is whole, and no half stays.

    Args:
        path: The document; its folder is made where it is not there.
        content: All of it.

    Raises:
        PipelineError: As `writing`.
    """
    draft = path.with_name(f".{path.name}.part")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_bytes(content)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _unwritten(path: Path, fault: OSError) -> PipelineError:
    where, number = str(path), fault.errno
    if number in NO_ROOM:
        return PipelineError("out_no_room", where=where)
    if number in NOT_ALLOWED:
        return PipelineError("out_not_writable", where=where)
    if number in (errno.EEXIST, errno.ENOTDIR):
        return PipelineError("out_is_a_file", where=where)
    return PipelineError("out_refused", where=where, number=number)


def _remake(code, where, rows, exit_code, facts) -> PipelineError:
    return PipelineError(code, where=where, rows=rows, exit_code=exit_code, **facts)
