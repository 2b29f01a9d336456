"""The user's data: records, the SQLite store, imports, identity, settings and errors."""
