// Words of: spacetime.
