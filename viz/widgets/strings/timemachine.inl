// Words of: timemachine.
