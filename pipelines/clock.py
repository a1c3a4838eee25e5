"""Day and time in China, whatever zone the machine is set to, and what to say when its clock was set back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from pipelines.manifest import Manifest
from pipelines.texts import say

_CHINA = timezone(timedelta(hours=8))  # without summer time since 1991, so that no table of zones is needed


def now() -> datetime:
    """The time by the clock of Asia/Shanghai, naive like every time that is kept."""
    return datetime.now(_CHINA).replace(tzinfo=None)


def today() -> date:
    """The day by the calendar of Asia/Shanghai: at one in the morning a server on UTC is still at yesterday."""
    return now().date()


def clock_warnings(
    former: Manifest | None, files: Iterable[Mapping[str, Any]], today: date, at: datetime | None = None
) -> tuple[str, ...]:
    """Sentences about a clock that is behind what is already known; none when all is well.

    Args:
        former: The build that is current.
        files: Rows of `src_files`.
        today: Day of this build.
        at: Time of this build; None = now.
    """
    at = at or now()
    told = []
    if former is not None and former.made > at:
        told.append(say("build.clock_back", build=former.build_id, now=f"{at:%Y-%m-%d %H:%M}"))
    ahead = [row for row in files if row["received_on"] and row["received_on"] > today]
    if ahead:
        newest = max(row["received_on"] for row in ahead)
        told.append(say("build.received_ahead", n=len(ahead), newest=newest.isoformat(), today=today.isoformat()))
    return tuple(told)
