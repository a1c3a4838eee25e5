"""What to say when the machine's clock was set back: builds stay in order by number, but days may lie ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from pipelines.manifest import Manifest
from pipelines.texts import say


def clock_warnings(
    former: Manifest | None, files: Iterable[Mapping[str, Any]], today: date, now: datetime | None = None
) -> tuple[str, ...]:
    """Sentences about a clock that is behind what is already known; none when all is well.

    Args:
        former: The build that is current.
        files: Rows of `src_files`.
        today: Day of this build.
        now: Time of this build.
    """
    now = now or datetime.now()
    told = []
    if former is not None and former.made > now:
        told.append(say("build.clock_back", build=former.build_id, now=f"{now:%Y-%m-%d %H:%M}"))
    ahead = [row for row in files if row["received_on"] and row["received_on"] > today]
    if ahead:
        newest = max(row["received_on"] for row in ahead)
        told.append(say("build.received_ahead", n=len(ahead), newest=newest.isoformat(), today=today.isoformat()))
    return tuple(told)
