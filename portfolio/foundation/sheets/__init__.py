"""Tables that people send as workbooks or as CSV: examined before they are opened, then read row by row."""
