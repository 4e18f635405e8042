-- Nobody looks for payments by who signed them; and while posted_by_id was in an index, every payment made a
-- new place for its application in all the others.
DROP INDEX "payment_application_applied_by_id";

DROP INDEX "payment_application_checked_by_id";

DROP INDEX "payment_application_posted_by_id";

DROP INDEX "payment_application_refused_by_id";

DROP INDEX "posting_request_actor_id";

-- Few entries are about these.
DROP INDEX "entry_refund_of_id";

CREATE INDEX "entry_refund_of_id" ON "entry" ("refund_of_id") WHERE "refund_of_id" IS NOT NULL;

DROP INDEX "entry_direct_cost_id";

CREATE INDEX "entry_direct_cost_id" ON "entry" ("direct_cost_id") WHERE "direct_cost_id" IS NOT NULL;

-- A CHECK leaves no trace in the stored rows, so its text alone is changed, as SQLite's manual has it; dropping the
-- indexes has told open connections to read the schema again.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema
SET sql = SUBSTR(sql, 1, INSTR(sql, 'CONSTRAINT ck_entry_move ') - 1)
    || 'CONSTRAINT ck_entry_move CHECK (kind || ''.'' || measure || ''.'' || CASE WHEN amount > 0 THEN ''up'' WHEN amount < 0 THEN ''down'' ELSE '''' END IN (''opening.allotted.up'', ''opening.carried_in.up'', ''opening.carried_out.up'', ''opening.committed.up'', ''opening.paid.up'', ''opening.released.up'', ''opening.returned.up'', ''allot.allotted.up'', ''adjust.allotted.down'', ''adjust.allotted.up'', ''virement.allotted.down'', ''virement.allotted.up'', ''recall.allotted.down'', ''recall.carried_in.down'', ''recall.released.down'', ''carry_over.carried_in.up'', ''carry_over.carried_out.up'', ''carry_over.committed.down'', ''carry_over.released.down'', ''release.released.up'', ''commit.committed.up'', ''decommit.committed.down'', ''pay.paid.up'', ''refund.paid.down'', ''refund.returned.up'', ''reverse.allotted.down'', ''reverse.allotted.up'', ''reverse.carried_in.down'', ''reverse.carried_in.up'', ''reverse.carried_out.down'', ''reverse.carried_out.up'', ''reverse.committed.down'', ''reverse.committed.up'', ''reverse.paid.down'', ''reverse.paid.up'', ''reverse.released.down'', ''reverse.released.up'', ''reverse.returned.down'', ''reverse.returned.up'')),
    ' || SUBSTR(sql, INSTR(sql, 'CONSTRAINT ck_entry_people '))
WHERE type = 'table' AND name = 'entry';

PRAGMA writable_schema = RESET;
