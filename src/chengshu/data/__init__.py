"""数据底座: what the county knows, kept once with its owner."""
