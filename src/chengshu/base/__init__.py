"""Pure ground floor: actors, errors, operations, pages, texts, geometry, work calendars. No I/O, no domain, no clock of its own."""
