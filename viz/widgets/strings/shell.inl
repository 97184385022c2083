// Words of: shell.
