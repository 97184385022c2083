// Words of: field.
