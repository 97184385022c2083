// Words of: promises.
