"""Maps: the layers that can be laid over the county, and their features in a window of the map.

Nouns: layer (图层), provider (what gives a kind of layers: regions here, cases and resources from their own rooms),
feature. Verbs: list layers, show features. A provider is added in app.py: `city.maps.add("cases", provider)`; what it
shows is filtered in the database by what the asker may see. The base map needs no network: it is outlines and towns.
"""
