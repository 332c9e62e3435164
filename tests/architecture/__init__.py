"""What imports cannot show: sizes, names, operations on every route, no commit outside the edge."""
