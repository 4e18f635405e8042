CREATE TABLE "import_mapping" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "mapping" TEXT NOT NULL,
    "changed_by_id" BIGINT NOT NULL,
    "changed_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("changed_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_import_mapping UNIQUE ("kind", "organisation_id"),
    CONSTRAINT ck_import_mapping_kind CHECK ("kind" IN ('payments', 'contracts', 'allotments', 'reports', 'statement'))
);

CREATE INDEX "import_mapping_changed_by_id" ON "import_mapping" ("changed_by_id");

CREATE TABLE "import_batch" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "document_id" BIGINT NOT NULL,
    "sha256" TEXT NOT NULL,
    "acceptance_id" BIGINT,
    "unit" TEXT NOT NULL,
    "unit_confirmed" BOOLEAN NOT NULL,
    "about" TEXT NOT NULL,
    "mapping" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "total" BIGINT NOT NULL,
    "problems" TEXT NOT NULL,
    "problem_count" INTEGER NOT NULL,
    "job_id" BIGINT,
    "made_by_id" BIGINT NOT NULL,
    "made_at" TIMESTAMP NOT NULL,
    "submitted_at" TIMESTAMP,
    "checked_by_id" BIGINT,
    "checked_at" TIMESTAMP,
    "posted_by_id" BIGINT,
    "posted_at" TIMESTAMP,
    "reason" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("acceptance_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("job_id") REFERENCES "job" ("id"),
    FOREIGN KEY ("made_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("checked_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("posted_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_import_batch_sha256 CHECK (LENGTH(sha256) = 64),
    CONSTRAINT ck_import_batch_rows CHECK (rows >= 0 AND problem_count >= 0),
    CONSTRAINT ck_import_batch_people CHECK ((checked_by_id IS NULL OR checked_by_id <> made_by_id) AND (posted_by_id IS NULL OR checked_by_id IS NULL OR posted_by_id <> checked_by_id) AND (posted_by_id IS NULL OR kind IN ('reports', 'statement') OR posted_by_id <> made_by_id)),
    CONSTRAINT ck_import_batch_steps CHECK ((state = 'posted') = (posted_by_id IS NOT NULL) AND (state NOT IN ('submitted', 'checked', 'posted') OR problem_count = 0) AND (state <> 'returned' OR reason <> '')),
    CONSTRAINT ck_import_batch_version CHECK (version >= 1),
    CONSTRAINT ck_import_batch_kind CHECK ("kind" IN ('payments', 'contracts', 'allotments', 'reports', 'statement')),
    CONSTRAINT ck_import_batch_unit CHECK ("unit" IN ('wan', 'yuan')),
    CONSTRAINT ck_import_batch_state CHECK ("state" IN ('received', 'unmapped', 'refused', 'ready', 'submitted', 'checked', 'posted', 'returned', 'withdrawn'))
);

CREATE INDEX "import_batch_organisation_id" ON "import_batch" ("organisation_id");

CREATE INDEX "import_batch_document_id" ON "import_batch" ("document_id");

CREATE INDEX "import_batch_acceptance_id" ON "import_batch" ("acceptance_id");

CREATE INDEX "import_batch_job_id" ON "import_batch" ("job_id");

CREATE INDEX "import_batch_made_by_id" ON "import_batch" ("made_by_id");

CREATE INDEX "import_batch_checked_by_id" ON "import_batch" ("checked_by_id");

CREATE INDEX "import_batch_posted_by_id" ON "import_batch" ("posted_by_id");

CREATE UNIQUE INDEX "uq_import_batch_file" ON "import_batch" ("kind", "sha256") WHERE "state" NOT IN ('refused', 'returned', 'withdrawn');

CREATE TRIGGER import_batch_no_update BEFORE UPDATE ON "import_batch" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."organisation_id" IS DISTINCT FROM NEW."organisation_id" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."sha256" IS DISTINCT FROM NEW."sha256" OR OLD."acceptance_id" IS DISTINCT FROM NEW."acceptance_id" OR OLD."about" IS DISTINCT FROM NEW."about" OR OLD."made_by_id" IS DISTINCT FROM NEW."made_by_id" OR OLD."made_at" IS DISTINCT FROM NEW."made_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER import_batch_no_delete BEFORE DELETE ON "import_batch" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER import_batch_no_truncate BEFORE TRUNCATE ON "import_batch" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER import_batch_frozen BEFORE UPDATE ON "import_batch" FOR EACH ROW WHEN (OLD."state" IN ('posted', 'returned', 'withdrawn')) EXECUTE FUNCTION refuse_change();

CREATE TABLE "bank_statement" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "batch_id" BIGINT NOT NULL,
    "method" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "month" INTEGER NOT NULL,
    "made_by_id" BIGINT NOT NULL,
    "made_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("batch_id") REFERENCES "import_batch" ("id"),
    FOREIGN KEY ("made_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_bank_statement UNIQUE ("method", "year", "month"),
    CONSTRAINT ck_bank_statement_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_bank_statement_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT ck_bank_statement_method CHECK ("method" IN ('direct', 'authorised'))
);

CREATE INDEX "bank_statement_batch_id" ON "bank_statement" ("batch_id");

CREATE INDEX "bank_statement_made_by_id" ON "bank_statement" ("made_by_id");

CREATE TRIGGER bank_statement_no_update BEFORE UPDATE ON "bank_statement" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER bank_statement_no_delete BEFORE DELETE ON "bank_statement" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER bank_statement_no_truncate BEFORE TRUNCATE ON "bank_statement" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "statement_line" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "statement_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "amount" BIGINT NOT NULL,
    "payee" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    FOREIGN KEY ("statement_id") REFERENCES "bank_statement" ("id"),
    CONSTRAINT uq_statement_line UNIQUE ("statement_id", "number"),
    CONSTRAINT ck_statement_line_amount CHECK (amount <> 0)
);

CREATE TRIGGER statement_line_no_update BEFORE UPDATE ON "statement_line" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER statement_line_no_delete BEFORE DELETE ON "statement_line" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER statement_line_no_truncate BEFORE TRUNCATE ON "statement_line" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "import_row" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "batch_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "effective_on" DATE,
    "application_id" BIGINT,
    "order_id" BIGINT,
    "contract_id" BIGINT,
    FOREIGN KEY ("batch_id") REFERENCES "import_batch" ("id"),
    FOREIGN KEY ("application_id") REFERENCES "payment_application" ("id"),
    FOREIGN KEY ("order_id") REFERENCES "funds_order" ("id"),
    FOREIGN KEY ("contract_id") REFERENCES "contract" ("id"),
    CONSTRAINT uq_import_row_number UNIQUE ("batch_id", "number"),
    CONSTRAINT uq_import_row_application UNIQUE ("application_id"),
    CONSTRAINT uq_import_row_order UNIQUE ("order_id"),
    CONSTRAINT uq_import_row_contract UNIQUE ("contract_id"),
    CONSTRAINT ck_import_row_number CHECK (number >= 1),
    CONSTRAINT ck_import_row_one CHECK ((application_id IS NOT NULL AND order_id IS NULL AND contract_id IS NULL) OR (application_id IS NULL AND order_id IS NOT NULL AND contract_id IS NULL) OR (application_id IS NULL AND order_id IS NULL AND contract_id IS NOT NULL))
);

CREATE TRIGGER import_row_no_update BEFORE UPDATE ON "import_row" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER import_row_no_delete BEFORE DELETE ON "import_row" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER import_row_no_truncate BEFORE TRUNCATE ON "import_row" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "reconciliation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "statement_id" BIGINT NOT NULL,
    "line_id" BIGINT,
    "entry_id" BIGINT,
    "outcome" TEXT NOT NULL,
    "differs" TEXT NOT NULL,
    "settlement" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "order_id" BIGINT,
    "settled_by_id" BIGINT,
    "settled_at" TIMESTAMP,
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
    CONSTRAINT ck_reconciliation_settlement CHECK ("settlement" IN ('open', 'automatic', 'linked', 'explained', 'correcting', 'cleared'))
);

CREATE INDEX "reconciliation_statement_id" ON "reconciliation" ("statement_id");

CREATE INDEX "reconciliation_entry_id" ON "reconciliation" ("entry_id");

CREATE INDEX "reconciliation_order_id" ON "reconciliation" ("order_id");

CREATE INDEX "reconciliation_settled_by_id" ON "reconciliation" ("settled_by_id");

CREATE UNIQUE INDEX "uq_reconciliation_entry" ON "reconciliation" ("entry_id") WHERE "outcome" IN ('matched', 'differing');

CREATE UNIQUE INDEX "uq_reconciliation_missing" ON "reconciliation" ("statement_id", "entry_id") WHERE "outcome" = 'books_only';

CREATE TRIGGER reconciliation_no_update BEFORE UPDATE ON "reconciliation" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."statement_id" IS DISTINCT FROM NEW."statement_id" OR OLD."line_id" IS DISTINCT FROM NEW."line_id") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER reconciliation_no_delete BEFORE DELETE ON "reconciliation" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER reconciliation_no_truncate BEFORE TRUNCATE ON "reconciliation" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
