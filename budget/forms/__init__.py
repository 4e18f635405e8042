"""The forms of money: text becomes amounts, days and keys here; what may be done the services decide."""
