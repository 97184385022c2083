// Words of: faults.
