ALTER TABLE "bank_statement" RENAME TO "bank_statement_0022";

ALTER TABLE "statement_line" RENAME TO "statement_line_0022";

ALTER TABLE "reconciliation" RENAME TO "reconciliation_0022";

CREATE TABLE "bank_statement" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "batch_id" INTEGER NOT NULL,
    "method" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "month" INTEGER NOT NULL,
    "made_by_id" INTEGER NOT NULL,
    "made_at" TEXT NOT NULL,
    "opening" INTEGER,
    "closing" INTEGER,
    "state" TEXT NOT NULL,
    "submitted_at" TEXT,
    "checked_by_id" INTEGER,
    "checked_at" TEXT,
    "reason" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("batch_id") REFERENCES "import_batch" ("id"),
    FOREIGN KEY ("made_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("checked_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_bank_statement_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_bank_statement_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT ck_bank_statement_balances CHECK ((opening IS NULL) = (closing IS NULL)),
    CONSTRAINT ck_bank_statement_people CHECK (checked_by_id IS NULL OR checked_by_id <> made_by_id),
    CONSTRAINT ck_bank_statement_steps CHECK ((state = 'confirmed') = (checked_by_id IS NOT NULL) AND (checked_by_id IS NULL) = (checked_at IS NULL) AND (state NOT IN ('submitted', 'confirmed') OR submitted_at IS NOT NULL) AND (state <> 'withdrawn' OR reason <> '')),
    CONSTRAINT ck_bank_statement_version CHECK (version >= 1),
    CONSTRAINT ck_bank_statement_method CHECK ("method" IN ('direct', 'authorised')),
    CONSTRAINT ck_bank_statement_state CHECK ("state" IN ('open', 'submitted', 'confirmed', 'withdrawn'))
) STRICT;

INSERT INTO "bank_statement" ("id", "batch_id", "method", "year", "month", "made_by_id", "made_at", "opening", "closing", "state", "submitted_at", "checked_by_id", "checked_at", "reason", "version")
    SELECT "id", "batch_id", "method", "year", "month", "made_by_id", "made_at", NULL, NULL, 'open', NULL, NULL, NULL, '', 1 FROM "bank_statement_0022";

CREATE TABLE "statement_line" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "statement_id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "day" TEXT NOT NULL,
    "amount" INTEGER NOT NULL,
    "payee" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    FOREIGN KEY ("statement_id") REFERENCES "bank_statement" ("id"),
    CONSTRAINT uq_statement_line UNIQUE ("statement_id", "number"),
    CONSTRAINT ck_statement_line_amount CHECK (amount <> 0)
) STRICT;

INSERT INTO "statement_line" ("id", "statement_id", "number", "day", "amount", "payee", "reference", "note")
    SELECT "id", "statement_id", "number", "day", "amount", "payee", "reference", "note" FROM "statement_line_0022";

CREATE TABLE "reconciliation" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "statement_id" INTEGER NOT NULL,
    "line_id" INTEGER,
    "entry_id" INTEGER,
    "outcome" TEXT NOT NULL,
    "differs" TEXT NOT NULL,
    "settlement" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "order_id" INTEGER,
    "settled_by_id" INTEGER,
    "settled_at" TEXT,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("statement_id") REFERENCES "bank_statement" ("id"),
    FOREIGN KEY ("line_id") REFERENCES "statement_line" ("id"),
    FOREIGN KEY ("entry_id") REFERENCES "entry" ("id"),
    FOREIGN KEY ("order_id") REFERENCES "funds_order" ("id"),
    FOREIGN KEY ("settled_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_reconciliation_line UNIQUE ("line_id"),
    CONSTRAINT ck_reconciliation_sides CHECK ((outcome IN ('matched', 'differing') AND line_id IS NOT NULL AND entry_id IS NOT NULL) OR (outcome = 'bank_only' AND line_id IS NOT NULL AND entry_id IS NULL) OR (outcome = 'books_only' AND line_id IS NULL AND entry_id IS NOT NULL)),
    CONSTRAINT ck_reconciliation_settled CHECK ((settlement NOT IN ('linked', 'explained', 'correcting') OR settled_by_id IS NOT NULL) AND (settlement NOT IN ('explained', 'correcting') OR reason <> '') AND (settlement <> 'correcting' OR order_id IS NOT NULL)),
    CONSTRAINT ck_reconciliation_version CHECK (version >= 1),
    CONSTRAINT ck_reconciliation_outcome CHECK ("outcome" IN ('matched', 'differing', 'bank_only', 'books_only')),
    CONSTRAINT ck_reconciliation_settlement CHECK ("settlement" IN ('open', 'automatic', 'linked', 'explained', 'correcting', 'cleared', 'withdrawn'))
) STRICT;

INSERT INTO "reconciliation" ("id", "statement_id", "line_id", "entry_id", "outcome", "differs", "settlement", "reason", "order_id", "settled_by_id", "settled_at", "version")
    SELECT "id", "statement_id", "line_id", "entry_id", "outcome", "differs", "settlement", "reason", "order_id", "settled_by_id", "settled_at", "version" FROM "reconciliation_0022";

DROP TABLE "reconciliation_0022";

DROP TABLE "statement_line_0022";

DROP TABLE "bank_statement_0022";

CREATE INDEX "bank_statement_batch_id" ON "bank_statement" ("batch_id");

CREATE INDEX "bank_statement_made_by_id" ON "bank_statement" ("made_by_id");

CREATE INDEX "bank_statement_checked_by_id" ON "bank_statement" ("checked_by_id");

CREATE UNIQUE INDEX "uq_bank_statement" ON "bank_statement" ("method", "year", "month") WHERE "state" <> 'withdrawn';

CREATE TRIGGER bank_statement_no_update BEFORE UPDATE OF "id", "batch_id", "method", "year", "month", "made_by_id", "made_at", "opening", "closing" ON "bank_statement" WHEN OLD."id" IS NOT NEW."id" OR OLD."batch_id" IS NOT NEW."batch_id" OR OLD."method" IS NOT NEW."method" OR OLD."year" IS NOT NEW."year" OR OLD."month" IS NOT NEW."month" OR OLD."made_by_id" IS NOT NEW."made_by_id" OR OLD."made_at" IS NOT NEW."made_at" OR OLD."opening" IS NOT NEW."opening" OR OLD."closing" IS NOT NEW."closing" BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement'); END;

CREATE TRIGGER bank_statement_no_delete BEFORE DELETE ON "bank_statement" BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement'); END;

CREATE TRIGGER bank_statement_frozen BEFORE UPDATE ON "bank_statement" WHEN OLD."state" = 'withdrawn' BEGIN SELECT RAISE(ABORT, 'append_only: bank_statement'); END;

CREATE TRIGGER statement_line_no_update BEFORE UPDATE ON "statement_line" BEGIN SELECT RAISE(ABORT, 'append_only: statement_line'); END;

CREATE TRIGGER statement_line_no_delete BEFORE DELETE ON "statement_line" BEGIN SELECT RAISE(ABORT, 'append_only: statement_line'); END;

CREATE INDEX "reconciliation_statement_id" ON "reconciliation" ("statement_id");

CREATE INDEX "reconciliation_entry_id" ON "reconciliation" ("entry_id");

CREATE INDEX "reconciliation_order_id" ON "reconciliation" ("order_id");

CREATE INDEX "reconciliation_settled_by_id" ON "reconciliation" ("settled_by_id");

CREATE UNIQUE INDEX "uq_reconciliation_entry" ON "reconciliation" ("entry_id") WHERE "outcome" IN ('matched', 'differing') AND "settlement" <> 'withdrawn';

CREATE UNIQUE INDEX "uq_reconciliation_missing" ON "reconciliation" ("statement_id", "entry_id") WHERE "outcome" = 'books_only';

CREATE TRIGGER reconciliation_no_update BEFORE UPDATE ON "reconciliation" WHEN OLD."id" IS NOT NEW."id" OR OLD."statement_id" IS NOT NEW."statement_id" OR OLD."line_id" IS NOT NEW."line_id" BEGIN SELECT RAISE(ABORT, 'append_only: reconciliation'); END;

CREATE TRIGGER reconciliation_no_delete BEFORE DELETE ON "reconciliation" BEGIN SELECT RAISE(ABORT, 'append_only: reconciliation'); END;

DROP TRIGGER import_batch_frozen;

CREATE TRIGGER import_batch_frozen BEFORE UPDATE ON "import_batch" WHEN OLD."state" IN ('returned', 'withdrawn') OR (OLD."state" = 'posted' AND (OLD."kind" <> 'statement' OR NEW."state" <> 'withdrawn')) BEGIN SELECT RAISE(ABORT, 'append_only: import_batch'); END;

ALTER TABLE "job" ADD COLUMN "refusal" TEXT;
