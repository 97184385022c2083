// Words of: storm.
