"""一网统管: every event of the city from report to rating."""
