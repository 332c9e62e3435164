"""Boards: declared arrangements of indicators, each number with unit, time, definition and the way to its cases.

Nouns: board, widget. Verbs: list, draw, install. A board is live because screens hear `indicators.moved`.
"""
