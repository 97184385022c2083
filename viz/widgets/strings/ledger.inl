// Words of: ledger.
