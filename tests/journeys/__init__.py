"""Journeys: people of the county at work in real browsers on a running city."""
