"""The forms of what is decided."""
