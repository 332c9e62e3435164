"""The tests mirror the tree of src, plus architecture, journeys and failure."""
