"""Indicators and boards that leaders decide by."""
