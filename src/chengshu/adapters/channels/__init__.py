"""Ways out of the house: gateways for short messages."""
