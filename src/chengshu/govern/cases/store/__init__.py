"""Every query of cases, by theme."""
