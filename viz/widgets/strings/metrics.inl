// Words of: metrics.
