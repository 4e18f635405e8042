"""Imports: tables that are examined as a whole, take effect as a whole, and take effect once."""
