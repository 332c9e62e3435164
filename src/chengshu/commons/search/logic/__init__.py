"""Pure rules of searching: how Chinese and other text is cut into lexemes."""
