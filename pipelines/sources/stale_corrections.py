"""Corrections that no longer meet what they expect, once all files are landed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipelines.errors import PipelineError
from pipelines.sources.corrections import FILE as CORRECTIONS
from pipelines.sources.corrections import Correction
from pipelines.sources.jobs import Job
from pipelines.texts import say


def stale_corrections(jobs: Sequence[Job], taken: Iterable[tuple[Job, Mapping[str, Any]]]) -> list[PipelineError]:
    """The corrections that no file that is there meets any more.

    Args:
        jobs: Every file that was to be landed.
        taken: Those whose rows count, with what landing found.
    """
    there = [job for job in jobs if job.withdrawn_on is None]
    entries: dict[tuple[str, int], Correction] = {(job.kind, e.line): e for job in there for e in job.corrections}
    counted = [(job, receipt) for job, receipt in taken if job.withdrawn_on is None]
    applied: Counter[tuple[str, int]] = Counter()
    seen: dict[tuple[str, int], list[str]] = {}
    for job, receipt in counted:
        for outcome in receipt["corrections"]:
            applied[job.kind, outcome["line"]] += outcome["applied"]
            seen.setdefault((job.kind, outcome["line"]), []).extend(outcome["found"])
    landed = {job.key for job, _ in counted}
    waiting = {(job.kind, e.line) for job in there if job.key not in landed for e in job.corrections}
    return [
        PipelineError(
            "correction_outdated",
            where=f"{kind}/{CORRECTIONS}",
            line=line,
            record_id=entry.record_id,
            field=entry.field,
            expect=entry.expect,
            found=say("sources.comma").join(sorted(set(seen.get((kind, line), [])))) or say("sources.nothing"),
        )
        for (kind, line), entry in sorted(entries.items())
        if not applied[kind, line] and (kind, line) not in waiting
    ]
