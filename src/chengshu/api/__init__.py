"""The outer doors: the built pages, the citizens' open API, and later the standard interfaces."""
