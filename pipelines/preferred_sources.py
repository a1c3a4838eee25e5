"""What a build says of `[statistics] preferred` of `anlan.toml`: names under which no statistics came."""

from __future__ import annotations

from pipelines.engine import DuckDBEngine
from pipelines.settings import Settings
from pipelines.texts import say


def preferred_warnings(settings: Settings, engine: DuckDBEngine) -> tuple[str, ...]:
    """A sentence for each preferred source that sent no statistics, with the sources that did; files may come later.

    Args:
        settings: The office's settings.
        engine: The build that is being made, with its marts.
    """
    if not settings.statistics.preferred:
        return ()
    known = [row["source"] for row in engine.rows("SELECT DISTINCT source FROM mart_statistics ORDER BY source")]
    names = say("sources.comma").join(known) or "—"
    return tuple(
        say("build.preferred_unknown", source=source, names=names)
        for source in settings.statistics.preferred
        if source not in known
    )
