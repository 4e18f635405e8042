CREATE TABLE "year_closing" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "lapse_years" INTEGER,
    "drafted_by_id" BIGINT NOT NULL,
    "drafted_at" TIMESTAMP NOT NULL,
    "posted_by_id" BIGINT,
    "posted_at" TIMESTAMP,
    "effective_on" DATE,
    "finished_at" TIMESTAMP,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("posted_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_year_closing UNIQUE ("year"),
    CONSTRAINT ck_year_closing_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_year_closing_number CHECK (number <> ''),
    CONSTRAINT ck_year_closing_lapse CHECK (lapse_years >= 1),
    CONSTRAINT ck_year_closing_posted CHECK ((posted_by_id IS NULL) = (posted_at IS NULL) AND (posted_by_id IS NULL) = (effective_on IS NULL) AND (finished_at IS NULL OR posted_at IS NOT NULL) AND (posted_by_id IS NULL OR posted_by_id <> drafted_by_id)),
    CONSTRAINT ck_year_closing_version CHECK (version >= 1)
);

CREATE INDEX "year_closing_drafted_by_id" ON "year_closing" ("drafted_by_id");

CREATE INDEX "year_closing_posted_by_id" ON "year_closing" ("posted_by_id");

CREATE TRIGGER year_closing_no_update BEFORE UPDATE ON "year_closing" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."year" IS DISTINCT FROM NEW."year") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER year_closing_no_delete BEFORE DELETE ON "year_closing" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER year_closing_no_truncate BEFORE TRUNCATE ON "year_closing" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER year_closing_frozen BEFORE UPDATE ON "year_closing" FOR EACH ROW WHEN (OLD."finished_at" IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE "counterpart_receipt" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "received_on" DATE NOT NULL,
    "payer" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "document_id" BIGINT NOT NULL,
    "recorded_by_id" BIGINT NOT NULL,
    "recorded_at" TIMESTAMP NOT NULL,
    "confirmed_by_id" BIGINT,
    "confirmed_at" TIMESTAMP,
    "cancelled_by_id" BIGINT,
    "cancelled_at" TIMESTAMP,
    "cancel_reason" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("recorded_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("confirmed_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("cancelled_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_counterpart_receipt_payable CHECK (source IN ('district', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other')),
    CONSTRAINT ck_counterpart_receipt_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_counterpart_receipt_amount CHECK (amount > 0),
    CONSTRAINT ck_counterpart_receipt_payer CHECK (LENGTH(payer) BETWEEN 1 AND 200),
    CONSTRAINT ck_counterpart_receipt_people CHECK ((confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id)),
    CONSTRAINT ck_counterpart_receipt_cancelled CHECK ((cancelled_by_id IS NULL) = (cancelled_at IS NULL) AND (cancelled_by_id IS NULL) = (cancel_reason = '')),
    CONSTRAINT ck_counterpart_receipt_version CHECK (version >= 1),
    CONSTRAINT ck_counterpart_receipt_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other'))
);

CREATE INDEX "counterpart_receipt_project_id" ON "counterpart_receipt" ("project_id");

CREATE INDEX "counterpart_receipt_recorded_by_id" ON "counterpart_receipt" ("recorded_by_id");

CREATE INDEX "counterpart_receipt_confirmed_by_id" ON "counterpart_receipt" ("confirmed_by_id");

CREATE INDEX "counterpart_receipt_cancelled_by_id" ON "counterpart_receipt" ("cancelled_by_id");

CREATE TRIGGER counterpart_receipt_no_update BEFORE UPDATE ON "counterpart_receipt" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."source" IS DISTINCT FROM NEW."source" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."received_on" IS DISTINCT FROM NEW."received_on" OR OLD."payer" IS DISTINCT FROM NEW."payer" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."recorded_by_id" IS DISTINCT FROM NEW."recorded_by_id" OR OLD."recorded_at" IS DISTINCT FROM NEW."recorded_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER counterpart_receipt_no_delete BEFORE DELETE ON "counterpart_receipt" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER counterpart_receipt_no_truncate BEFORE TRUNCATE ON "counterpart_receipt" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER counterpart_receipt_frozen BEFORE UPDATE ON "counterpart_receipt" FOR EACH ROW WHEN (OLD."cancelled_by_id" IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE "final_cost" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "amount" BIGINT NOT NULL,
    "number" TEXT NOT NULL,
    "recorded_by_id" BIGINT NOT NULL,
    "recorded_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("recorded_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_final_cost_project UNIQUE ("project_id"),
    CONSTRAINT ck_final_cost_amount CHECK (amount >= 0)
);

CREATE INDEX "final_cost_recorded_by_id" ON "final_cost" ("recorded_by_id");

CREATE TRIGGER final_cost_no_update BEFORE UPDATE ON "final_cost" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER final_cost_no_delete BEFORE DELETE ON "final_cost" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER final_cost_no_truncate BEFORE TRUNCATE ON "final_cost" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "line_closing" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "line_id" BIGINT NOT NULL,
    "closing_id" BIGINT NOT NULL,
    "next_line_id" BIGINT,
    "carried" BIGINT NOT NULL,
    "lapsed" BIGINT NOT NULL,
    "origins" TEXT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("closing_id") REFERENCES "year_closing" ("id"),
    FOREIGN KEY ("next_line_id") REFERENCES "budget_line" ("id"),
    CONSTRAINT uq_line_closing UNIQUE ("line_id"),
    CONSTRAINT ck_line_closing_amounts CHECK (carried >= 0 AND lapsed >= 0),
    CONSTRAINT ck_line_closing_next CHECK ((carried > 0) = (next_line_id IS NOT NULL)),
    CONSTRAINT ck_line_closing_other CHECK (next_line_id <> line_id)
);

CREATE INDEX "line_closing_closing_id" ON "line_closing" ("closing_id");

CREATE INDEX "line_closing_next_line_id" ON "line_closing" ("next_line_id");

CREATE TRIGGER line_closing_no_update BEFORE UPDATE ON "line_closing" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER line_closing_no_delete BEFORE DELETE ON "line_closing" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER line_closing_no_truncate BEFORE TRUNCATE ON "line_closing" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "movement" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "order_id" BIGINT NOT NULL,
    "measure" TEXT NOT NULL,
    "sign" INTEGER NOT NULL,
    "document_id" BIGINT,
    "request_id" BIGINT,
    FOREIGN KEY ("order_id") REFERENCES "funds_order" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("request_id") REFERENCES "budget_request" ("id"),
    CONSTRAINT uq_movement_order UNIQUE ("order_id"),
    CONSTRAINT ck_movement_sign CHECK (sign IN (-1, 1)),
    CONSTRAINT ck_movement_move CHECK (measure = 'allotted' OR (sign = -1 AND measure IN ('released', 'carried_in'))),
    CONSTRAINT ck_movement_measure CHECK ("measure" IN ('carried_in', 'allotted', 'carried_out', 'released', 'committed', 'paid', 'returned'))
);

CREATE INDEX "movement_request_id" ON "movement" ("request_id");

CREATE TRIGGER movement_no_update BEFORE UPDATE ON "movement" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER movement_no_delete BEFORE DELETE ON "movement" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER movement_no_truncate BEFORE TRUNCATE ON "movement" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
