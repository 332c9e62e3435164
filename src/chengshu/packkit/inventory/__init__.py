"""The 477 systems that a county-level digital government names: ids, titles, groups, and which scenarios prove what."""
