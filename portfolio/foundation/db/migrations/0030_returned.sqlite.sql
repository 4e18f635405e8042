-- A CHECK leaves no trace in the stored rows, so its text alone is changed, as SQLite's manual has it.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema
SET sql = REPLACE(sql, 'ck_budget_line_payment CHECK (paid <= committed)', 'ck_budget_line_payment CHECK (paid <= committed + returned)')
WHERE type = 'table' AND name = 'budget_line';

PRAGMA writable_schema = RESET;

-- Any other change of the schema tells open connections to read it again.
DROP TRIGGER budget_line_no_delete;

CREATE TRIGGER budget_line_no_delete BEFORE DELETE ON "budget_line" BEGIN SELECT RAISE(ABORT, 'append_only: budget_line'); END;
