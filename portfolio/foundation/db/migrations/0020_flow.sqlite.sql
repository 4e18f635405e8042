CREATE TABLE "year_closing" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "lapse_years" INTEGER,
    "drafted_by_id" INTEGER NOT NULL,
    "drafted_at" TEXT NOT NULL,
    "posted_by_id" INTEGER,
    "posted_at" TEXT,
    "effective_on" TEXT,
    "finished_at" TEXT,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("posted_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_year_closing UNIQUE ("year"),
    CONSTRAINT ck_year_closing_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_year_closing_number CHECK (number <> ''),
    CONSTRAINT ck_year_closing_lapse CHECK (lapse_years >= 1),
    CONSTRAINT ck_year_closing_posted CHECK ((posted_by_id IS NULL) = (posted_at IS NULL) AND (posted_by_id IS NULL) = (effective_on IS NULL) AND (finished_at IS NULL OR posted_at IS NOT NULL) AND (posted_by_id IS NULL OR posted_by_id <> drafted_by_id)),
    CONSTRAINT ck_year_closing_version CHECK (version >= 1)
) STRICT;

CREATE INDEX "year_closing_drafted_by_id" ON "year_closing" ("drafted_by_id");

CREATE INDEX "year_closing_posted_by_id" ON "year_closing" ("posted_by_id");

CREATE TRIGGER year_closing_no_update BEFORE UPDATE ON "year_closing" WHEN OLD."id" IS NOT NEW."id" OR OLD."year" IS NOT NEW."year" BEGIN SELECT RAISE(ABORT, 'append_only: year_closing'); END;

CREATE TRIGGER year_closing_no_delete BEFORE DELETE ON "year_closing" BEGIN SELECT RAISE(ABORT, 'append_only: year_closing'); END;

CREATE TRIGGER year_closing_frozen BEFORE UPDATE ON "year_closing" WHEN OLD."finished_at" IS NOT NULL BEGIN SELECT RAISE(ABORT, 'append_only: year_closing'); END;

CREATE TABLE "counterpart_receipt" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "project_id" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "amount" INTEGER NOT NULL,
    "received_on" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "document_id" INTEGER NOT NULL,
    "recorded_by_id" INTEGER NOT NULL,
    "recorded_at" TEXT NOT NULL,
    "confirmed_by_id" INTEGER,
    "confirmed_at" TEXT,
    "cancelled_by_id" INTEGER,
    "cancelled_at" TEXT,
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
) STRICT;

CREATE INDEX "counterpart_receipt_project_id" ON "counterpart_receipt" ("project_id");

CREATE INDEX "counterpart_receipt_recorded_by_id" ON "counterpart_receipt" ("recorded_by_id");

CREATE INDEX "counterpart_receipt_confirmed_by_id" ON "counterpart_receipt" ("confirmed_by_id");

CREATE INDEX "counterpart_receipt_cancelled_by_id" ON "counterpart_receipt" ("cancelled_by_id");

CREATE TRIGGER counterpart_receipt_no_update BEFORE UPDATE ON "counterpart_receipt" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."source" IS NOT NEW."source" OR OLD."year" IS NOT NEW."year" OR OLD."amount" IS NOT NEW."amount" OR OLD."received_on" IS NOT NEW."received_on" OR OLD."payer" IS NOT NEW."payer" OR OLD."number" IS NOT NEW."number" OR OLD."document_id" IS NOT NEW."document_id" OR OLD."recorded_by_id" IS NOT NEW."recorded_by_id" OR OLD."recorded_at" IS NOT NEW."recorded_at" BEGIN SELECT RAISE(ABORT, 'append_only: counterpart_receipt'); END;

CREATE TRIGGER counterpart_receipt_no_delete BEFORE DELETE ON "counterpart_receipt" BEGIN SELECT RAISE(ABORT, 'append_only: counterpart_receipt'); END;

CREATE TRIGGER counterpart_receipt_frozen BEFORE UPDATE ON "counterpart_receipt" WHEN OLD."cancelled_by_id" IS NOT NULL BEGIN SELECT RAISE(ABORT, 'append_only: counterpart_receipt'); END;

CREATE TABLE "final_cost" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "project_id" INTEGER NOT NULL,
    "amount" INTEGER NOT NULL,
    "number" TEXT NOT NULL,
    "recorded_by_id" INTEGER NOT NULL,
    "recorded_at" TEXT NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("recorded_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_final_cost_project UNIQUE ("project_id"),
    CONSTRAINT ck_final_cost_amount CHECK (amount >= 0)
) STRICT;

CREATE INDEX "final_cost_recorded_by_id" ON "final_cost" ("recorded_by_id");

CREATE TRIGGER final_cost_no_update BEFORE UPDATE ON "final_cost" BEGIN SELECT RAISE(ABORT, 'append_only: final_cost'); END;

CREATE TRIGGER final_cost_no_delete BEFORE DELETE ON "final_cost" BEGIN SELECT RAISE(ABORT, 'append_only: final_cost'); END;

CREATE TABLE "line_closing" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "line_id" INTEGER NOT NULL,
    "closing_id" INTEGER NOT NULL,
    "next_line_id" INTEGER,
    "carried" INTEGER NOT NULL,
    "lapsed" INTEGER NOT NULL,
    "origins" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    FOREIGN KEY ("line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("closing_id") REFERENCES "year_closing" ("id"),
    FOREIGN KEY ("next_line_id") REFERENCES "budget_line" ("id"),
    CONSTRAINT uq_line_closing UNIQUE ("line_id"),
    CONSTRAINT ck_line_closing_amounts CHECK (carried >= 0 AND lapsed >= 0),
    CONSTRAINT ck_line_closing_next CHECK ((carried > 0) = (next_line_id IS NOT NULL)),
    CONSTRAINT ck_line_closing_other CHECK (next_line_id <> line_id)
) STRICT;

CREATE INDEX "line_closing_closing_id" ON "line_closing" ("closing_id");

CREATE INDEX "line_closing_next_line_id" ON "line_closing" ("next_line_id");

CREATE TRIGGER line_closing_no_update BEFORE UPDATE ON "line_closing" BEGIN SELECT RAISE(ABORT, 'append_only: line_closing'); END;

CREATE TRIGGER line_closing_no_delete BEFORE DELETE ON "line_closing" BEGIN SELECT RAISE(ABORT, 'append_only: line_closing'); END;

CREATE TABLE "movement" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "order_id" INTEGER NOT NULL,
    "measure" TEXT NOT NULL,
    "sign" INTEGER NOT NULL,
    "document_id" INTEGER,
    "request_id" INTEGER,
    FOREIGN KEY ("order_id") REFERENCES "funds_order" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("request_id") REFERENCES "budget_request" ("id"),
    CONSTRAINT uq_movement_order UNIQUE ("order_id"),
    CONSTRAINT ck_movement_sign CHECK (sign IN (-1, 1)),
    CONSTRAINT ck_movement_move CHECK (measure = 'allotted' OR (sign = -1 AND measure IN ('released', 'carried_in'))),
    CONSTRAINT ck_movement_measure CHECK ("measure" IN ('carried_in', 'allotted', 'carried_out', 'released', 'committed', 'paid', 'returned'))
) STRICT;

CREATE INDEX "movement_request_id" ON "movement" ("request_id");

CREATE TRIGGER movement_no_update BEFORE UPDATE ON "movement" BEGIN SELECT RAISE(ABORT, 'append_only: movement'); END;

CREATE TRIGGER movement_no_delete BEFORE DELETE ON "movement" BEGIN SELECT RAISE(ABORT, 'append_only: movement'); END;
