// Words of: lab.
