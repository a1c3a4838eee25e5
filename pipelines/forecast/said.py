"""The classes in which a probability is said: the words of the verdicts, no finer than tens of per cent."""

from __future__ import annotations

import numpy as np

LOWEST, HIGHEST = 0, 10
"""Classes of "less than one in ten" and of "nine in ten or more"; in between, the tenth that is said."""


def said_class(probability: np.ndarray | float) -> np.ndarray:
    """Class of each probability, 0 to 10, as `probability_words` puts it in words.

    >>> said_class([0.09, 0.1, 0.66, 0.85, 0.9]).tolist()
    [0, 1, 7, 9, 10]
    """
    p = np.asarray(probability, dtype=float)
    tenths = np.floor(np.round(p * 10, 9) + 0.5).astype(int)
    return np.where(p < 0.1, LOWEST, np.where(p >= 0.9, HIGHEST, tenths))
