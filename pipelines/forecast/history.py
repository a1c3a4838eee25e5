"""What a history must be before anything is made of it."""

from __future__ import annotations

import numpy as np

from pipelines.errors import PipelineError

KINDS = ("rate", "count", "amount", "share")


def checked(history, horizon: int, n_paths: int, kind: str, needed: int) -> np.ndarray:
    """The history as an array without leading gaps; NaN inside and at the end are kept.

    Args:
        history: Values in order of time; NaN or None where a period is missing.
        horizon: Number of periods asked for, at least 1.
        n_paths: Number of paths asked for, at least 1.
        kind: One of `KINDS`.
        needed: Least number of values.

    Raises:
        ValueError: The kind, the horizon or the number of paths is not one of the possible.
        PipelineError: `too_few_points`, or `impossible_values` (negative, infinite, a share above 1).
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if horizon < 1 or n_paths < 1:
        raise ValueError(f"horizon and n_paths must be at least 1, not {horizon} and {n_paths}")
    values = np.asarray(history, dtype=float).ravel()
    known = np.isfinite(values)
    impossible = np.isinf(values) | (values < 0) | ((values > 1) if kind == "share" else False)
    if impossible.any():
        raise PipelineError(
            "impossible_values", n=int(impossible.sum()), total=values.size, example=float(values[impossible][0])
        )
    if known.sum() < needed:
        raise PipelineError("too_few_points", n=int(known.sum()), needed=needed)
    return values[np.flatnonzero(known)[0] :]
