"""The packs' own scenarios, run as `./chengshu verify` runs them."""
