// Words of: phones.
