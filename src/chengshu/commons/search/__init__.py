"""One search over everything the asker may see: cases, regions, resources, people.

Nouns: document, source. Verbs: put, take away, find, reindex. Sources are joined in app.py; a changed thing is fetched
anew from its source, so that a document never says more than its owner does.
"""
