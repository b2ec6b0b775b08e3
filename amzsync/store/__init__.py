"""The only door to SQLite: the state file, its lock, its layout, and every statement that touches it."""

from sqlite3 import Connection

__all__ = ["Connection"]
