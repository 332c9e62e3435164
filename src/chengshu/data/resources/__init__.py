"""Resources: declared tables of the county, each with versioned rows, an API, screens and a catalogue entry.

Nouns: resource, field, row, version. Verbs: list, read, write, import, look back. Event: `resources.changed`.
"""
