ALTER TABLE "bank_statement" DROP CONSTRAINT uq_bank_statement;

ALTER TABLE "bank_statement"
    ADD COLUMN "opening" BIGINT,
    ADD COLUMN "closing" BIGINT,
    ADD COLUMN "state" TEXT NOT NULL DEFAULT 'open',
    ADD COLUMN "submitted_at" TIMESTAMP,
    ADD COLUMN "checked_by_id" BIGINT,
    ADD COLUMN "checked_at" TIMESTAMP,
    ADD COLUMN "reason" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;

ALTER TABLE "bank_statement"
    ALTER COLUMN "state" DROP DEFAULT,
    ALTER COLUMN "reason" DROP DEFAULT,
    ALTER COLUMN "version" DROP DEFAULT,
    ADD FOREIGN KEY ("checked_by_id") REFERENCES "user_account" ("id"),
    ADD CONSTRAINT ck_bank_statement_balances CHECK ((opening IS NULL) = (closing IS NULL)),
    ADD CONSTRAINT ck_bank_statement_people CHECK (checked_by_id IS NULL OR checked_by_id <> made_by_id),
    ADD CONSTRAINT ck_bank_statement_steps CHECK ((state = 'confirmed') = (checked_by_id IS NOT NULL) AND (checked_by_id IS NULL) = (checked_at IS NULL) AND (state NOT IN ('submitted', 'confirmed') OR submitted_at IS NOT NULL) AND (state <> 'withdrawn' OR reason <> '')),
    ADD CONSTRAINT ck_bank_statement_version CHECK (version >= 1),
    ADD CONSTRAINT ck_bank_statement_state CHECK ("state" IN ('open', 'submitted', 'confirmed', 'withdrawn'));

CREATE INDEX "bank_statement_checked_by_id" ON "bank_statement" ("checked_by_id");

CREATE UNIQUE INDEX "uq_bank_statement" ON "bank_statement" ("method", "year", "month") WHERE "state" <> 'withdrawn';

DROP TRIGGER bank_statement_no_update ON "bank_statement";

CREATE TRIGGER bank_statement_no_update BEFORE UPDATE OF "id", "batch_id", "method", "year", "month", "made_by_id", "made_at", "opening", "closing" ON "bank_statement" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."batch_id" IS DISTINCT FROM NEW."batch_id" OR OLD."method" IS DISTINCT FROM NEW."method" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."month" IS DISTINCT FROM NEW."month" OR OLD."made_by_id" IS DISTINCT FROM NEW."made_by_id" OR OLD."made_at" IS DISTINCT FROM NEW."made_at" OR OLD."opening" IS DISTINCT FROM NEW."opening" OR OLD."closing" IS DISTINCT FROM NEW."closing") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER bank_statement_frozen BEFORE UPDATE ON "bank_statement" FOR EACH ROW WHEN (OLD."state" = 'withdrawn') EXECUTE FUNCTION refuse_change();

ALTER TABLE "reconciliation"
    DROP CONSTRAINT ck_reconciliation_settlement,
    ADD CONSTRAINT ck_reconciliation_settlement CHECK ("settlement" IN ('open', 'automatic', 'linked', 'explained', 'correcting', 'cleared', 'withdrawn'));

DROP INDEX "uq_reconciliation_entry";

CREATE UNIQUE INDEX "uq_reconciliation_entry" ON "reconciliation" ("entry_id") WHERE "outcome" IN ('matched', 'differing') AND "settlement" <> 'withdrawn';

DROP TRIGGER import_batch_frozen ON "import_batch";

CREATE TRIGGER import_batch_frozen BEFORE UPDATE ON "import_batch" FOR EACH ROW WHEN (OLD."state" IN ('returned', 'withdrawn') OR (OLD."state" = 'posted' AND (OLD."kind" <> 'statement' OR NEW."state" <> 'withdrawn'))) EXECUTE FUNCTION refuse_change();

ALTER TABLE "job" ADD COLUMN "refusal" TEXT;
