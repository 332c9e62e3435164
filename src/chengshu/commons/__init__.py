"""What every wing uses: who may do what, what was done, where, in which order, and who is told."""
