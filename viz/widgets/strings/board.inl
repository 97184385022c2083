// Words of: board.
