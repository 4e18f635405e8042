"""The forms of dossiers, documents, progress and systems."""
