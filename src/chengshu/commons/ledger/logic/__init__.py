"""Pure parts of the ledger: the canonical text of an entry, the chain of hashes, checkpoints."""
