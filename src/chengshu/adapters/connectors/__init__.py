"""Connectors: sources of data outside the house. `county` makes a site for any county from public packages."""
