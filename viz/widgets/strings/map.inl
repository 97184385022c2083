// Words of: map.
