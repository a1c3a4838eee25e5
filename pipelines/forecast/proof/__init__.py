"""Proof: how the forecasts of every driver would have done, and how often what is stated comes true."""

from pipelines.forecast.proof.choice import Choice, choose
from pipelines.forecast.proof.proof import CACHE_FOLDER, Proof, write_proof

__all__ = ["CACHE_FOLDER", "Choice", "Proof", "choose", "write_proof"]
