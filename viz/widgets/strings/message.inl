// Words of: message.
