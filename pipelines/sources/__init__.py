"""What may come in: contracts, readers, casting, quarantine, receipts. `land_all` is the door for a build."""

from pipelines.sources.landing import Landing, land_all
from pipelines.sources.receipts import purge

__all__ = ["Landing", "land_all", "purge"]
