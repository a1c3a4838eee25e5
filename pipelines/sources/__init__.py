"""What may come in: contracts, readers, casting, quarantine, receipts."""
