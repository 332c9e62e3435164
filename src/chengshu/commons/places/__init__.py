"""Places: the region tree county > town > village > grid, and the way from a point or from words to it.

Nouns: region (区划), grid (网格), outline (边界), place (位置: the regions a point lies in), address (地址), site (a
county's own choices). Verbs: load a site, install its regions, locate a point, find a place in words, learn an
address, import outlines. Events: places.regions_changed.
"""
