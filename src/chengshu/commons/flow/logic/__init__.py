"""Pure parts of flow: no SQL, no HTTP, no clock of its own."""
