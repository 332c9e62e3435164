"""The outside world: connectors, protocols, channels, identity, storage. None knows another."""
