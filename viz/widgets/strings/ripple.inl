// Words of: ripple.
