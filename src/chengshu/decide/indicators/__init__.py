"""Indicators: counters that are kept as cases change, and declared figures that say how they came about.

Nouns: tally (kept counter of a dimension, a key and a day), measure, indicator (declared SQL over tallies and
resources), value. Verbs: fold, rebuild, list, compute. Takes the event `cases.changed`; announces `indicators.moved`.
"""
