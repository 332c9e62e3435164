"""The verbs of flow: load, decide by pure logic, write once, let the kind follow, announce."""
