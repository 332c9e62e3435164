"""Pure rules of gridwork: the order of a walk."""
