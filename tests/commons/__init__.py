"""Tests of what every wing uses."""
