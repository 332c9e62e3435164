"""Pure parts: tables to make, values to accept, masks to lay, screens to derive."""
