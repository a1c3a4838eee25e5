"""How worker processes are started for backtests and simulations."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import BaseContext

NEEDED = (
    "pipelines.forecast.proof.backtests",
    "pipelines.forecast.targets.simulate",
    "statsmodels.genmod.generalized_linear_model",
)


def worker_context() -> BaseContext:
    """Fresh processes, never copies of one that holds an open database with threads of its own.

    Where the system has it, one server process loads the libraries once and hands out copies of itself, to the
    backtests and then to the simulations; elsewhere (Windows) every process loads them by itself.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(NEEDED))
    return context
