"""What the platform costs: CPU of application plus database, and SQL statements, because wall clocks are noisy."""
