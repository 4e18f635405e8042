"""What imported tables must hold: their columns, how cells are read, what is wrong with a row."""
