"""Season of a monthly series: a regression on harmonics and the Spring Festival, drawn towards no season."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from pipelines.forecast.spring_festival import festival_share

# Waves a year: two while there are few years to tell them from noise, five after that.
FEW_HARMONICS, HARMONICS = 2, 5
MONTHS_FOR_ALL = 60
# Below this many events (or months, for what is not a count) a season is noise.
FEWEST_EVENTS = 24
LONGEST_MONTHS = 120
# A month that is more than e^5 times the average is no season but one event.
LARGEST_EFFECT = 5.0


@dataclass(frozen=True)
class Season:
    """Monthly effects on the scale of the regression.

    Attributes:
        past: Effect in each month of the history, (n,).
        ahead: Effect in each month to come, one row per path, (n_paths, horizon).
        slope: Trend per month and its standard error, dispersion included.
        dispersion: Variance relative to what the family says (1 for a Poisson).
    """

    past: np.ndarray
    ahead: np.ndarray
    slope: tuple[float, float]
    dispersion: float


def design(months: int, harmonics: int, start: tuple[int, int] | None) -> np.ndarray:
    """Seasonal columns, (months, 2 * harmonics + 1 or one less); the festival only where `start` is given and known.

    A month's length is left to the harmonics. The festival column is centred, so that an average year is neutral.
    """
    month = (0 if start is None else start[1] - 1) + np.arange(months)
    angles = 2 * np.pi * np.outer(month, np.arange(1, harmonics + 1)) / 12
    columns = np.hstack([np.cos(angles), np.sin(angles)])
    if start is None:
        return columns
    share = festival_share(start, months)
    if np.isnan(share).any():
        return columns
    expected = np.where(month % 12 == 0, 0.35, np.where(month % 12 == 1, 0.65, 0.0))
    return np.column_stack([columns, share - expected])


def fit_season(
    y: np.ndarray,
    offset: np.ndarray,
    horizon: int,
    n_paths: int,
    rng: np.random.Generator,
    *,
    counts: bool,
    start: tuple[int, int] | None,
) -> Season:
    """Estimate the season with a generalised linear model (statsmodels) and draw its coefficients for the paths.

    Args:
        y: Counts (Poisson, log link) or values on the model's scale (Gaussian); NaN where a month is missing.
        offset: Log exposure in each month of the history (zeros for none).
        horizon: Number of months after the last.
        n_paths: Number of draws.
        rng: Source of all randomness.
        counts: Whether `y` are counts.
        start: Year and month of the first element, for the festival; None leaves it out.

    Returns:
        The season. Coefficients are shrunk together towards zero (positive-part James–Stein), so a season that the data
        hardly show hardly moves the paths.
    """
    n = len(y)
    columns = design(n + horizon, HARMONICS if n >= MONTHS_FOR_ALL else FEW_HARMONICS, start)
    seen = np.isfinite(y)
    seen[: max(0, n - LONGEST_MONTHS)] = False
    regressors = np.hstack([np.ones((n, 1)), (np.arange(n) - n + 1.0)[:, None], columns[:n]])[seen]
    fit = _regression(y[seen], offset[seen], regressors, counts)
    if fit is None:
        rate = y[seen] / np.exp(offset[seen] - offset[seen].mean())
        spread = rate.var() / rate.mean() if counts and rate.any() else 1.0
        return Season(np.zeros(n), np.zeros((n_paths, horizon)), (0.0, np.inf), max(1.0, float(spread)))
    dispersion = max(1.0, fit.pearson_chi2 / fit.df_resid) if counts else 1.0
    covariance = np.asarray(fit.cov_params()) * dispersion
    effects, spread = fit.params[2:], covariance[2:, 2:]
    strength = float(effects @ np.linalg.solve(spread, effects))
    kept = max(0.0, 1 - (len(effects) - 2) / strength) if strength > 0 else 0.0
    drawn = kept * effects + np.sqrt(kept) * rng.standard_normal((n_paths, len(effects))) @ np.linalg.cholesky(spread).T
    return Season(
        columns[:n] @ (kept * effects),
        np.clip(drawn @ columns[n:].T, -10, 10),
        (float(fit.params[1]), float(np.sqrt(covariance[1, 1]))),
        float(dispersion),
    )


def _regression(y: np.ndarray, offset: np.ndarray, regressors: np.ndarray, counts: bool):
    """The fitted model, or None where the months cannot tell a season: too few, all alike, or parted by one event."""
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    evidence = y.sum() if counts else y.size
    if evidence < FEWEST_EVENTS or np.ptp(y) <= 1e-9 * np.abs(y).max() or y.size < regressors.shape[1] + 6:
        return None
    if np.linalg.matrix_rank(regressors) < regressors.shape[1]:
        return None
    family = families.Poisson() if counts else families.Gaussian()
    # Where a few months hold all events statsmodels warns of separation, or gives up; what it returns is judged here.
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fit = GLM(y, regressors, family=family, offset=offset).fit()
        except (ValueError, np.linalg.LinAlgError):
            return None
        errors = np.sqrt(np.diag(fit.cov_params()))
    sound = np.isfinite(fit.params).all() and np.isfinite(errors).all() and (errors > 0).all()
    if not sound or (counts and (np.abs(regressors[:, 2:] @ fit.params[2:]).max() > LARGEST_EFFECT)):
        return None
    return fit
