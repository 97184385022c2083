// Words of: twin.
