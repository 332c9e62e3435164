"""Pure logic of places: generating, indexing, matching and checking. No SQL, no HTTP, no files."""
