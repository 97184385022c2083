// Words of: sheet.
