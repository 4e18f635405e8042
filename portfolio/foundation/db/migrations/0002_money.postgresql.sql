CREATE TABLE "ceiling" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "allotted" BIGINT NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT uq_ceiling UNIQUE ("year", "source"),
    CONSTRAINT ck_ceiling_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_ceiling_own_level CHECK (source IN ('municipal')),
    CONSTRAINT ck_ceiling_amount CHECK (amount >= 0),
    CONSTRAINT ck_ceiling_version CHECK (version >= 1),
    CONSTRAINT ck_ceiling_allotment CHECK (allotted <= amount),
    CONSTRAINT ck_ceiling_allotted CHECK (0 <= allotted),
    CONSTRAINT ck_ceiling_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other'))
);

CREATE TABLE "ceiling_revision" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "ceiling_id" BIGINT NOT NULL,
    "revision" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "number" TEXT NOT NULL,
    "set_by_id" BIGINT NOT NULL,
    "set_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("ceiling_id") REFERENCES "ceiling" ("id"),
    FOREIGN KEY ("set_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_ceiling_revision UNIQUE ("ceiling_id", "revision"),
    CONSTRAINT ck_ceiling_revision_amount CHECK (amount >= 0),
    CONSTRAINT ck_ceiling_revision_number CHECK (number <> '')
);

CREATE INDEX "ceiling_revision_set_by_id" ON "ceiling_revision" ("set_by_id");

CREATE TRIGGER ceiling_revision_no_update BEFORE UPDATE ON "ceiling_revision" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ceiling_revision_no_delete BEFORE DELETE ON "ceiling_revision" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER ceiling_revision_no_truncate BEFORE TRUNCATE ON "ceiling_revision" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "period" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "year" INTEGER NOT NULL,
    "month" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "changed_by_id" BIGINT NOT NULL,
    "changed_at" TIMESTAMP NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("changed_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_period UNIQUE ("year", "month"),
    CONSTRAINT ck_period_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_period_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT ck_period_version CHECK (version >= 1),
    CONSTRAINT ck_period_state CHECK ("state" IN ('open', 'closed'))
);

CREATE INDEX "period_changed_by_id" ON "period" ("changed_by_id");

CREATE TABLE "posting_request" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "key" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "answer" TEXT,
    "actor_id" BIGINT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("actor_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_posting_request_key UNIQUE ("key"),
    CONSTRAINT ck_posting_request_key CHECK (LENGTH(key) BETWEEN 8 AND 200),
    CONSTRAINT ck_posting_request_body CHECK (LENGTH(body_hash) = 64)
);

CREATE INDEX "posting_request_actor_id" ON "posting_request" ("actor_id");

CREATE TRIGGER posting_request_no_update BEFORE UPDATE ON "posting_request" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."key" IS DISTINCT FROM NEW."key" OR OLD."action" IS DISTINCT FROM NEW."action" OR OLD."body_hash" IS DISTINCT FROM NEW."body_hash" OR OLD."actor_id" IS DISTINCT FROM NEW."actor_id" OR OLD."at" IS DISTINCT FROM NEW."at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER posting_request_no_delete BEFORE DELETE ON "posting_request" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER posting_request_no_truncate BEFORE TRUNCATE ON "posting_request" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER posting_request_frozen BEFORE UPDATE ON "posting_request" FOR EACH ROW WHEN (OLD."answer" IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE "supplier" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "bank" TEXT NOT NULL,
    "bank_account" TEXT NOT NULL,
    "added_by_id" BIGINT NOT NULL,
    "added_at" TIMESTAMP NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("added_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_supplier_code UNIQUE ("code"),
    CONSTRAINT ck_supplier_name CHECK (code <> '' AND LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_supplier_version CHECK (version >= 1)
);

CREATE INDEX "supplier_added_by_id" ON "supplier" ("added_by_id");

CREATE TABLE "annual_plan_row" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "year" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "drafted_by_id" BIGINT NOT NULL,
    "drafted_at" TIMESTAMP NOT NULL,
    "number" TEXT NOT NULL,
    "decided_by_id" BIGINT,
    "decided_at" TIMESTAMP,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("decided_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_annual_plan_row UNIQUE ("project_id", "year", "source", "revision"),
    CONSTRAINT uq_annual_plan_row_of_project UNIQUE ("id", "project_id"),
    CONSTRAINT ck_annual_plan_row_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_annual_plan_row_amount CHECK (amount > 0),
    CONSTRAINT ck_annual_plan_row_revision CHECK (revision >= 1),
    CONSTRAINT ck_annual_plan_row_decided CHECK ((state = 'decided') = (decided_by_id IS NOT NULL) AND (decided_by_id IS NULL) = (decided_at IS NULL) AND (state = 'drafted' OR number <> '')),
    CONSTRAINT ck_annual_plan_row_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other')),
    CONSTRAINT ck_annual_plan_row_state CHECK ("state" IN ('drafted', 'decided'))
);

CREATE INDEX "annual_plan_row_drafted_by_id" ON "annual_plan_row" ("drafted_by_id");

CREATE INDEX "annual_plan_row_decided_by_id" ON "annual_plan_row" ("decided_by_id");

CREATE TRIGGER annual_plan_row_no_update BEFORE UPDATE ON "annual_plan_row" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."source" IS DISTINCT FROM NEW."source" OR OLD."revision" IS DISTINCT FROM NEW."revision") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER annual_plan_row_no_delete BEFORE DELETE ON "annual_plan_row" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER annual_plan_row_no_truncate BEFORE TRUNCATE ON "annual_plan_row" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER annual_plan_row_frozen BEFORE UPDATE ON "annual_plan_row" FOR EACH ROW WHEN (OLD."state" = 'decided') EXECUTE FUNCTION refuse_change();

CREATE TABLE "budget_line" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT,
    "system_id" BIGINT,
    "year" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "document_number" TEXT NOT NULL,
    "functional_code" TEXT NOT NULL,
    "economic_code" TEXT NOT NULL,
    "carried_in" BIGINT NOT NULL,
    "allotted" BIGINT NOT NULL,
    "carried_out" BIGINT NOT NULL,
    "released" BIGINT NOT NULL,
    "committed" BIGINT NOT NULL,
    "paid" BIGINT NOT NULL,
    "returned" BIGINT NOT NULL,
    "entry_count" INTEGER NOT NULL,
    "head_hash" TEXT NOT NULL,
    "previous_head" TEXT NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("system_id") REFERENCES "system" ("id"),
    CONSTRAINT uq_budget_line_of_project UNIQUE ("id", "project_id"),
    CONSTRAINT uq_budget_line_project UNIQUE ("project_id", "year", "source", "functional_code", "economic_code", "method"),
    CONSTRAINT uq_budget_line_system UNIQUE ("system_id", "year", "source", "functional_code", "economic_code", "method"),
    CONSTRAINT ck_budget_line_subject CHECK ((project_id IS NULL) <> (system_id IS NULL)),
    CONSTRAINT ck_budget_line_fiscal CHECK (source IN ('municipal', 'district', 'central')),
    CONSTRAINT ck_budget_line_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_budget_line_document CHECK (document_number <> ''),
    CONSTRAINT ck_budget_line_codes CHECK (functional_code <> '' AND economic_code <> ''),
    CONSTRAINT ck_budget_line_head CHECK (entry_count >= 0 AND LENGTH(head_hash) = 64),
    CONSTRAINT ck_budget_line_commitment CHECK (committed + carried_out <= carried_in + allotted),
    CONSTRAINT ck_budget_line_release CHECK (released + carried_out <= carried_in + allotted),
    CONSTRAINT ck_budget_line_payment CHECK (paid <= committed),
    CONSTRAINT ck_budget_line_payment_release CHECK (paid <= released),
    CONSTRAINT ck_budget_line_return CHECK (returned <= paid),
    CONSTRAINT ck_budget_line_carried_in CHECK (0 <= carried_in),
    CONSTRAINT ck_budget_line_allotted CHECK (0 <= allotted),
    CONSTRAINT ck_budget_line_carried_out CHECK (0 <= carried_out),
    CONSTRAINT ck_budget_line_released CHECK (0 <= released),
    CONSTRAINT ck_budget_line_committed CHECK (0 <= committed),
    CONSTRAINT ck_budget_line_paid CHECK (0 <= paid),
    CONSTRAINT ck_budget_line_returned CHECK (0 <= returned),
    CONSTRAINT ck_budget_line_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other')),
    CONSTRAINT ck_budget_line_level CHECK ("level" IN ('central', 'municipal', 'district')),
    CONSTRAINT ck_budget_line_method CHECK ("method" IN ('direct', 'authorised'))
);

CREATE INDEX "budget_line_year" ON "budget_line" ("year", "source", "id");

CREATE TRIGGER budget_line_no_update BEFORE UPDATE ON "budget_line" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."system_id" IS DISTINCT FROM NEW."system_id" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."source" IS DISTINCT FROM NEW."source" OR OLD."level" IS DISTINCT FROM NEW."level" OR OLD."method" IS DISTINCT FROM NEW."method" OR OLD."document_number" IS DISTINCT FROM NEW."document_number" OR OLD."functional_code" IS DISTINCT FROM NEW."functional_code" OR OLD."economic_code" IS DISTINCT FROM NEW."economic_code") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER budget_line_no_delete BEFORE DELETE ON "budget_line" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER budget_line_no_truncate BEFORE TRUNCATE ON "budget_line" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "budget_request" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT,
    "system_id" BIGINT,
    "year" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "requested" BIGINT NOT NULL,
    "control_figure" BIGINT,
    "second_request" BIGINT,
    "approved" BIGINT,
    "reason" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "requested_by_id" BIGINT NOT NULL,
    "requested_at" TIMESTAMP NOT NULL,
    "approved_by_id" BIGINT,
    "approved_at" TIMESTAMP,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("system_id") REFERENCES "system" ("id"),
    FOREIGN KEY ("requested_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("approved_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_budget_request_project UNIQUE ("project_id", "year", "source", "kind", "position"),
    CONSTRAINT uq_budget_request_system UNIQUE ("system_id", "year", "source", "kind", "position"),
    CONSTRAINT ck_budget_request_subject CHECK ((project_id IS NULL) <> (system_id IS NULL)),
    CONSTRAINT ck_budget_request_fiscal CHECK (source IN ('municipal', 'district', 'central')),
    CONSTRAINT ck_budget_request_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_budget_request_requested CHECK (requested > 0),
    CONSTRAINT ck_budget_request_reason CHECK (kind = 'round' OR reason <> ''),
    CONSTRAINT ck_budget_request_control_figure CHECK ((state IN ('control', 'second_up', 'approved')) = (control_figure IS NOT NULL) AND COALESCE(control_figure, 0) >= 0),
    CONSTRAINT ck_budget_request_second_request CHECK ((state IN ('second_up', 'approved')) = (second_request IS NOT NULL) AND COALESCE(second_request, 0) >= 0),
    CONSTRAINT ck_budget_request_approved CHECK ((state IN ('approved')) = (approved IS NOT NULL) AND COALESCE(approved, 0) >= 0),
    CONSTRAINT ck_budget_request_approval CHECK ((approved IS NULL) = (approved_by_id IS NULL) AND (approved_by_id IS NULL) = (approved_at IS NULL) AND (approved_by_id IS NULL OR approved_by_id <> requested_by_id)),
    CONSTRAINT ck_budget_request_version CHECK (version >= 1),
    CONSTRAINT ck_budget_request_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other')),
    CONSTRAINT ck_budget_request_kind CHECK ("kind" IN ('round', 'supplement', 'reduction')),
    CONSTRAINT ck_budget_request_state CHECK ("state" IN ('first_up', 'control', 'second_up', 'approved'))
);

CREATE INDEX "budget_request_project_id" ON "budget_request" ("project_id");

CREATE INDEX "budget_request_system_id" ON "budget_request" ("system_id");

CREATE INDEX "budget_request_requested_by_id" ON "budget_request" ("requested_by_id");

CREATE INDEX "budget_request_approved_by_id" ON "budget_request" ("approved_by_id");

CREATE TABLE "contract" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT,
    "system_id" BIGINT,
    "organisation_id" BIGINT NOT NULL,
    "supplier_id" BIGINT NOT NULL,
    "code" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "procurement_method" TEXT NOT NULL,
    "procurement_number" TEXT NOT NULL,
    "ceiling_price" BIGINT,
    "award" BIGINT,
    "original_value" BIGINT NOT NULL,
    "value" BIGINT NOT NULL,
    "supplement_limit" BIGINT,
    "supplemented" BIGINT NOT NULL,
    "settled_value" BIGINT,
    "settled_number" TEXT NOT NULL,
    "instalments_total" BIGINT NOT NULL,
    "paid" BIGINT NOT NULL,
    "document_id" BIGINT,
    "drafted_by_id" BIGINT NOT NULL,
    "drafted_at" TIMESTAMP NOT NULL,
    "signed_on" DATE,
    "signed_by_id" BIGINT,
    "signed_at" TIMESTAMP,
    "settled_by_id" BIGINT,
    "settled_at" TIMESTAMP,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("system_id") REFERENCES "system" ("id"),
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("supplier_id") REFERENCES "supplier" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("signed_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("settled_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_contract_code UNIQUE ("organisation_id", "code"),
    CONSTRAINT ck_contract_subject CHECK ((project_id IS NULL) <> (system_id IS NULL)),
    CONSTRAINT ck_contract_code CHECK (code <> '' AND LENGTH(title) BETWEEN 1 AND 200),
    CONSTRAINT ck_contract_original_value CHECK (original_value > 0),
    CONSTRAINT ck_contract_value CHECK (value = original_value + supplemented),
    CONSTRAINT ck_contract_balanced CHECK (state = 'draft' OR instalments_total = COALESCE(settled_value, value)),
    CONSTRAINT ck_contract_draft CHECK (state <> 'draft' OR (paid = 0 AND supplemented = 0)),
    CONSTRAINT ck_contract_signed CHECK ((state = 'draft') = (signed_by_id IS NULL) AND (signed_by_id IS NULL) = (signed_on IS NULL) AND (signed_by_id IS NULL OR signed_by_id <> drafted_by_id)),
    CONSTRAINT ck_contract_settled CHECK ((state IN ('settled', 'terminated')) = (settled_value IS NOT NULL) AND (settled_value IS NULL) = (settled_by_id IS NULL)),
    CONSTRAINT ck_contract_version CHECK (version >= 1),
    CONSTRAINT ck_contract_payment CHECK (paid <= COALESCE(settled_value, value)),
    CONSTRAINT ck_contract_supplement_limit CHECK (supplemented <= supplement_limit),
    CONSTRAINT ck_contract_award CHECK (original_value <= award),
    CONSTRAINT ck_contract_ceiling_price CHECK (award <= ceiling_price),
    CONSTRAINT ck_contract_settlement CHECK (settled_value <= value),
    CONSTRAINT ck_contract_paid CHECK (0 <= paid),
    CONSTRAINT ck_contract_supplemented CHECK (0 <= supplemented),
    CONSTRAINT ck_contract_settled_value CHECK (0 <= settled_value),
    CONSTRAINT ck_contract_kind CHECK ("kind" IN ('preparatory', 'construction', 'goods', 'services', 'supervision', 'operation')),
    CONSTRAINT ck_contract_state CHECK ("state" IN ('draft', 'effective', 'settled', 'terminated')),
    CONSTRAINT ck_contract_procurement_method CHECK ("procurement_method" IN ('open_tender', 'invited_tender', 'negotiation', 'single_source', 'inquiry', 'below_threshold'))
);

CREATE INDEX "contract_project_id" ON "contract" ("project_id");

CREATE INDEX "contract_system_id" ON "contract" ("system_id");

CREATE INDEX "contract_organisation_id" ON "contract" ("organisation_id");

CREATE INDEX "contract_supplier_id" ON "contract" ("supplier_id");

CREATE INDEX "contract_document_id" ON "contract" ("document_id");

CREATE INDEX "contract_drafted_by_id" ON "contract" ("drafted_by_id");

CREATE INDEX "contract_signed_by_id" ON "contract" ("signed_by_id");

CREATE INDEX "contract_settled_by_id" ON "contract" ("settled_by_id");

CREATE TABLE "estimate_fix" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "revision" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "number" TEXT NOT NULL,
    "fixed_by_id" BIGINT NOT NULL,
    "fixed_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("fixed_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_estimate_fix UNIQUE ("project_id", "revision"),
    CONSTRAINT uq_estimate_fix_of_project UNIQUE ("id", "project_id"),
    CONSTRAINT ck_estimate_fix_amount CHECK (amount > 0),
    CONSTRAINT ck_estimate_fix_revision CHECK (revision >= 1)
);

CREATE INDEX "estimate_fix_fixed_by_id" ON "estimate_fix" ("fixed_by_id");

CREATE TRIGGER estimate_fix_no_update BEFORE UPDATE ON "estimate_fix" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER estimate_fix_no_delete BEFORE DELETE ON "estimate_fix" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER estimate_fix_no_truncate BEFORE TRUNCATE ON "estimate_fix" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "project_account" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "cap" BIGINT,
    "preparatory_limit" BIGINT NOT NULL,
    "preparatory_number" TEXT NOT NULL,
    "contracted" BIGINT NOT NULL,
    "direct" BIGINT NOT NULL,
    "allotted" BIGINT NOT NULL,
    "paid" BIGINT NOT NULL,
    "opened_by_id" BIGINT NOT NULL,
    "opened_at" TIMESTAMP NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("opened_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_project_account_project UNIQUE ("project_id"),
    CONSTRAINT ck_project_account_cap_amount CHECK (cap > 0),
    CONSTRAINT ck_project_account_preparatory_amount CHECK (preparatory_limit >= 0),
    CONSTRAINT ck_project_account_version CHECK (version >= 1),
    CONSTRAINT ck_project_account_cap CHECK (contracted + direct <= COALESCE(cap, preparatory_limit)),
    CONSTRAINT ck_project_account_preparatory CHECK (cap IS NOT NULL OR allotted <= preparatory_limit),
    CONSTRAINT ck_project_account_allotment CHECK (allotted <= cap),
    CONSTRAINT ck_project_account_payment CHECK (paid <= contracted + direct),
    CONSTRAINT ck_project_account_contracted CHECK (0 <= contracted),
    CONSTRAINT ck_project_account_direct CHECK (0 <= direct),
    CONSTRAINT ck_project_account_allotted CHECK (0 <= allotted),
    CONSTRAINT ck_project_account_paid CHECK (0 <= paid),
    CONSTRAINT ck_project_account_state CHECK ("state" IN ('none', 'preparatory', 'open', 'frozen', 'closed'))
);

CREATE INDEX "project_account_opened_by_id" ON "project_account" ("opened_by_id");

CREATE TABLE "direct_cost" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT,
    "system_id" BIGINT,
    "organisation_id" BIGINT NOT NULL,
    "line_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "payee" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "paid" BIGINT NOT NULL,
    "document_id" BIGINT,
    "drafted_by_id" BIGINT NOT NULL,
    "drafted_at" TIMESTAMP NOT NULL,
    "approved_by_id" BIGINT,
    "approved_at" TIMESTAMP,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("system_id") REFERENCES "system" ("id"),
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("approved_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_direct_cost_subject CHECK ((project_id IS NULL) <> (system_id IS NULL)),
    CONSTRAINT ck_direct_cost_title CHECK (LENGTH(title) BETWEEN 1 AND 200 AND payee <> ''),
    CONSTRAINT ck_direct_cost_approved CHECK ((approved_by_id IS NULL) = (approved_at IS NULL) AND (approved_by_id IS NULL OR approved_by_id <> drafted_by_id) AND (paid = 0 OR approved_by_id IS NOT NULL)),
    CONSTRAINT ck_direct_cost_version CHECK (version >= 1),
    CONSTRAINT ck_direct_cost_payment CHECK (paid <= amount),
    CONSTRAINT ck_direct_cost_paid CHECK (0 <= paid),
    CONSTRAINT ck_direct_cost_amount CHECK (0 <= amount),
    CONSTRAINT ck_direct_cost_kind CHECK ("kind" IN ('management', 'review', 'other'))
);

CREATE INDEX "direct_cost_project_id" ON "direct_cost" ("project_id");

CREATE INDEX "direct_cost_system_id" ON "direct_cost" ("system_id");

CREATE INDEX "direct_cost_organisation_id" ON "direct_cost" ("organisation_id");

CREATE INDEX "direct_cost_line_id" ON "direct_cost" ("line_id");

CREATE INDEX "direct_cost_document_id" ON "direct_cost" ("document_id");

CREATE INDEX "direct_cost_drafted_by_id" ON "direct_cost" ("drafted_by_id");

CREATE INDEX "direct_cost_approved_by_id" ON "direct_cost" ("approved_by_id");

CREATE TABLE "instalment" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "contract_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "year" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "due_on" DATE,
    "amount" BIGINT NOT NULL,
    "line_id" BIGINT,
    "committed" BIGINT NOT NULL,
    "paid" BIGINT NOT NULL,
    FOREIGN KEY ("contract_id") REFERENCES "contract" ("id"),
    FOREIGN KEY ("line_id") REFERENCES "budget_line" ("id"),
    CONSTRAINT uq_instalment_number UNIQUE ("contract_id", "number"),
    CONSTRAINT ck_instalment_number CHECK (number >= 1),
    CONSTRAINT ck_instalment_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_instalment_fiscal CHECK (source IN ('municipal', 'district', 'central')),
    CONSTRAINT ck_instalment_line CHECK (committed = 0 OR line_id IS NOT NULL),
    CONSTRAINT ck_instalment_payment CHECK (paid <= amount),
    CONSTRAINT ck_instalment_payment_commitment CHECK (paid <= committed),
    CONSTRAINT ck_instalment_commitment CHECK (committed <= amount),
    CONSTRAINT ck_instalment_paid CHECK (0 <= paid),
    CONSTRAINT ck_instalment_amount CHECK (0 <= amount),
    CONSTRAINT ck_instalment_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other')),
    CONSTRAINT ck_instalment_kind CHECK ("kind" IN ('advance', 'progress', 'retention'))
);

CREATE INDEX "instalment_line_id" ON "instalment" ("line_id");

CREATE TABLE "programme_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "measure" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "day" DATE NOT NULL,
    "year" INTEGER NOT NULL,
    "quarter" INTEGER NOT NULL,
    "plan_item_id" BIGINT,
    "box_id" BIGINT,
    "sector_id" BIGINT,
    "cluster_id" BIGINT,
    "zone_id" BIGINT,
    "counts_1162" BOOLEAN NOT NULL,
    "contract_id" BIGINT,
    "note" TEXT NOT NULL,
    "recorded_by_id" BIGINT NOT NULL,
    "recorded_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("plan_item_id") REFERENCES "plan_item" ("id"),
    FOREIGN KEY ("box_id") REFERENCES "plan_box" ("id"),
    FOREIGN KEY ("sector_id") REFERENCES "sector" ("id"),
    FOREIGN KEY ("cluster_id") REFERENCES "cluster" ("id"),
    FOREIGN KEY ("zone_id") REFERENCES "zone" ("id"),
    FOREIGN KEY ("contract_id") REFERENCES "contract" ("id"),
    FOREIGN KEY ("recorded_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_programme_entry_amount CHECK (amount <> 0),
    CONSTRAINT ck_programme_entry_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_programme_entry_quarter CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT ck_programme_entry_measure CHECK ("measure" IN ('planned', 'approved', 'committed', 'realised')),
    CONSTRAINT ck_programme_entry_source CHECK ("source" IN ('government', 'enterprise', 'bank_loan', 'foreign', 'other'))
);

CREATE INDEX "programme_entry_project_id" ON "programme_entry" ("project_id");

CREATE INDEX "programme_entry_measure" ON "programme_entry" ("measure", "year", "quarter");

CREATE TRIGGER programme_entry_no_update BEFORE UPDATE ON "programme_entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER programme_entry_no_delete BEFORE DELETE ON "programme_entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER programme_entry_no_truncate BEFORE TRUNCATE ON "programme_entry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "supplement" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "contract_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "instalments" TEXT NOT NULL,
    "document_id" BIGINT,
    "drafted_by_id" BIGINT NOT NULL,
    "drafted_at" TIMESTAMP NOT NULL,
    "signed_by_id" BIGINT,
    "signed_at" TIMESTAMP,
    FOREIGN KEY ("contract_id") REFERENCES "contract" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("signed_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_supplement_number UNIQUE ("contract_id", "number"),
    CONSTRAINT ck_supplement_number CHECK (number >= 1),
    CONSTRAINT ck_supplement_amount CHECK (amount > 0),
    CONSTRAINT ck_supplement_reason CHECK (reason <> ''),
    CONSTRAINT ck_supplement_signed CHECK ((signed_by_id IS NULL) = (signed_at IS NULL) AND (signed_by_id IS NULL OR signed_by_id <> drafted_by_id))
);

CREATE INDEX "supplement_document_id" ON "supplement" ("document_id");

CREATE INDEX "supplement_drafted_by_id" ON "supplement" ("drafted_by_id");

CREATE INDEX "supplement_signed_by_id" ON "supplement" ("signed_by_id");

CREATE TRIGGER supplement_no_update BEFORE UPDATE ON "supplement" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."contract_id" IS DISTINCT FROM NEW."contract_id" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."reason" IS DISTINCT FROM NEW."reason" OR OLD."instalments" IS DISTINCT FROM NEW."instalments" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."drafted_by_id" IS DISTINCT FROM NEW."drafted_by_id" OR OLD."drafted_at" IS DISTINCT FROM NEW."drafted_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER supplement_no_delete BEFORE DELETE ON "supplement" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER supplement_no_truncate BEFORE TRUNCATE ON "supplement" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER supplement_frozen BEFORE UPDATE ON "supplement" FOR EACH ROW WHEN (OLD."signed_by_id" IS NOT NULL) EXECUTE FUNCTION refuse_change();

CREATE TABLE "payment_application" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "organisation_id" BIGINT NOT NULL,
    "line_id" BIGINT NOT NULL,
    "instalment_id" BIGINT,
    "direct_cost_id" BIGINT,
    "amount" BIGINT NOT NULL,
    "state" TEXT NOT NULL,
    "invoice_id" BIGINT NOT NULL,
    "acceptance_id" BIGINT,
    "note" TEXT NOT NULL,
    "applied_by_id" BIGINT NOT NULL,
    "applied_at" TIMESTAMP NOT NULL,
    "checked_by_id" BIGINT,
    "checked_at" TIMESTAMP,
    "posted_by_id" BIGINT,
    "posted_at" TIMESTAMP,
    "refused_by_id" BIGINT,
    "refused_at" TIMESTAMP,
    "refused_reason" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("instalment_id") REFERENCES "instalment" ("id"),
    FOREIGN KEY ("direct_cost_id") REFERENCES "direct_cost" ("id"),
    FOREIGN KEY ("invoice_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("acceptance_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("applied_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("checked_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("posted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("refused_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_payment_application_subject CHECK ((instalment_id IS NULL) <> (direct_cost_id IS NULL)),
    CONSTRAINT ck_payment_application_amount CHECK (amount > 0),
    CONSTRAINT ck_payment_application_people CHECK ((checked_by_id IS NULL OR checked_by_id <> applied_by_id) AND (posted_by_id IS NULL OR (posted_by_id <> checked_by_id AND posted_by_id <> applied_by_id))),
    CONSTRAINT ck_payment_application_steps CHECK ((state = 'applied' AND checked_by_id IS NULL AND posted_by_id IS NULL AND refused_by_id IS NULL) OR (state = 'checked' AND checked_by_id IS NOT NULL AND posted_by_id IS NULL AND refused_by_id IS NULL) OR (state = 'posted' AND checked_by_id IS NOT NULL AND posted_by_id IS NOT NULL AND refused_by_id IS NULL) OR (state = 'refused' AND refused_by_id IS NOT NULL AND posted_by_id IS NULL AND refused_reason <> '')),
    CONSTRAINT ck_payment_application_version CHECK (version >= 1),
    CONSTRAINT ck_payment_application_state CHECK ("state" IN ('applied', 'checked', 'posted', 'refused'))
);

CREATE INDEX "payment_application_organisation_id" ON "payment_application" ("organisation_id");

CREATE INDEX "payment_application_line_id" ON "payment_application" ("line_id");

CREATE INDEX "payment_application_instalment_id" ON "payment_application" ("instalment_id");

CREATE INDEX "payment_application_direct_cost_id" ON "payment_application" ("direct_cost_id");

CREATE INDEX "payment_application_invoice_id" ON "payment_application" ("invoice_id");

CREATE INDEX "payment_application_acceptance_id" ON "payment_application" ("acceptance_id");

CREATE INDEX "payment_application_applied_by_id" ON "payment_application" ("applied_by_id");

CREATE INDEX "payment_application_checked_by_id" ON "payment_application" ("checked_by_id");

CREATE INDEX "payment_application_posted_by_id" ON "payment_application" ("posted_by_id");

CREATE INDEX "payment_application_refused_by_id" ON "payment_application" ("refused_by_id");

CREATE TRIGGER payment_application_no_update BEFORE UPDATE ON "payment_application" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."organisation_id" IS DISTINCT FROM NEW."organisation_id" OR OLD."line_id" IS DISTINCT FROM NEW."line_id" OR OLD."instalment_id" IS DISTINCT FROM NEW."instalment_id" OR OLD."direct_cost_id" IS DISTINCT FROM NEW."direct_cost_id" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."invoice_id" IS DISTINCT FROM NEW."invoice_id" OR OLD."acceptance_id" IS DISTINCT FROM NEW."acceptance_id" OR OLD."note" IS DISTINCT FROM NEW."note" OR OLD."applied_by_id" IS DISTINCT FROM NEW."applied_by_id" OR OLD."applied_at" IS DISTINCT FROM NEW."applied_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER payment_application_no_delete BEFORE DELETE ON "payment_application" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER payment_application_no_truncate BEFORE TRUNCATE ON "payment_application" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER payment_application_frozen BEFORE UPDATE ON "payment_application" FOR EACH ROW WHEN (OLD."state" IN ('posted', 'refused')) EXECUTE FUNCTION refuse_change();

CREATE TABLE "entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "line_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "effective_on" DATE NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "maker_id" BIGINT NOT NULL,
    "checker_id" BIGINT NOT NULL,
    "posted_by_id" BIGINT NOT NULL,
    "on_behalf_of_id" BIGINT,
    "document_number" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "corrects_id" BIGINT,
    "refund_of_id" BIGINT,
    "counter_line_id" BIGINT,
    "contract_id" BIGINT,
    "instalment_id" BIGINT,
    "direct_cost_id" BIGINT,
    "application_id" BIGINT,
    "request_id" BIGINT,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    FOREIGN KEY ("line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("maker_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("checker_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("posted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("on_behalf_of_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("corrects_id") REFERENCES "entry" ("id"),
    FOREIGN KEY ("refund_of_id") REFERENCES "entry" ("id"),
    FOREIGN KEY ("counter_line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("contract_id") REFERENCES "contract" ("id"),
    FOREIGN KEY ("instalment_id") REFERENCES "instalment" ("id"),
    FOREIGN KEY ("direct_cost_id") REFERENCES "direct_cost" ("id"),
    FOREIGN KEY ("application_id") REFERENCES "payment_application" ("id"),
    FOREIGN KEY ("request_id") REFERENCES "posting_request" ("id"),
    CONSTRAINT uq_entry_number UNIQUE ("line_id", "number"),
    CONSTRAINT uq_entry_corrects UNIQUE ("corrects_id"),
    CONSTRAINT ck_entry_number CHECK (number >= 1),
    CONSTRAINT ck_entry_move CHECK (kind = 'opening' AND (measure = 'allotted' AND amount > 0 OR measure = 'carried_in' AND amount > 0 OR measure = 'carried_out' AND amount > 0 OR measure = 'committed' AND amount > 0 OR measure = 'paid' AND amount > 0 OR measure = 'released' AND amount > 0 OR measure = 'returned' AND amount > 0) OR kind = 'allot' AND (measure = 'allotted' AND amount > 0) OR kind = 'adjust' AND (measure = 'allotted' AND amount < 0 OR measure = 'allotted' AND amount > 0) OR kind = 'virement' AND (measure = 'allotted' AND amount < 0 OR measure = 'allotted' AND amount > 0) OR kind = 'recall' AND (measure = 'allotted' AND amount < 0 OR measure = 'carried_in' AND amount < 0 OR measure = 'released' AND amount < 0) OR kind = 'carry_over' AND (measure = 'carried_in' AND amount > 0 OR measure = 'carried_out' AND amount > 0 OR measure = 'committed' AND amount < 0 OR measure = 'released' AND amount < 0) OR kind = 'release' AND (measure = 'released' AND amount > 0) OR kind = 'commit' AND (measure = 'committed' AND amount > 0) OR kind = 'decommit' AND (measure = 'committed' AND amount < 0) OR kind = 'pay' AND (measure = 'paid' AND amount > 0) OR kind = 'refund' AND (measure = 'paid' AND amount < 0 OR measure = 'returned' AND amount > 0) OR kind = 'reverse' AND (measure = 'allotted' AND amount < 0 OR measure = 'allotted' AND amount > 0 OR measure = 'carried_in' AND amount < 0 OR measure = 'carried_in' AND amount > 0 OR measure = 'carried_out' AND amount < 0 OR measure = 'carried_out' AND amount > 0 OR measure = 'committed' AND amount < 0 OR measure = 'committed' AND amount > 0 OR measure = 'paid' AND amount < 0 OR measure = 'paid' AND amount > 0 OR measure = 'released' AND amount < 0 OR measure = 'released' AND amount > 0 OR measure = 'returned' AND amount < 0 OR measure = 'returned' AND amount > 0)),
    CONSTRAINT ck_entry_people CHECK (maker_id <> checker_id),
    CONSTRAINT ck_entry_corrects CHECK ((kind = 'reverse') = (corrects_id IS NOT NULL)),
    CONSTRAINT ck_entry_refund CHECK ((kind = 'refund') = (refund_of_id IS NOT NULL)),
    CONSTRAINT ck_entry_counter_line CHECK (counter_line_id <> line_id),
    CONSTRAINT ck_entry_hash CHECK (LENGTH(hash) = 64 AND LENGTH(previous_hash) = 64),
    CONSTRAINT ck_entry_kind CHECK ("kind" IN ('opening', 'allot', 'adjust', 'virement', 'recall', 'carry_over', 'release', 'commit', 'decommit', 'pay', 'refund', 'reverse')),
    CONSTRAINT ck_entry_measure CHECK ("measure" IN ('carried_in', 'allotted', 'carried_out', 'released', 'committed', 'paid', 'returned'))
);

CREATE INDEX "entry_refund_of_id" ON "entry" ("refund_of_id");

CREATE INDEX "entry_instalment_id" ON "entry" ("instalment_id");

CREATE INDEX "entry_direct_cost_id" ON "entry" ("direct_cost_id");

CREATE UNIQUE INDEX "uq_entry_payment" ON "entry" ("application_id") WHERE "kind" = 'pay' AND "application_id" IS NOT NULL;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON "entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER entry_no_delete BEFORE DELETE ON "entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON "entry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "funds_order" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "line_id" BIGINT NOT NULL,
    "counter_line_id" BIGINT,
    "amount" BIGINT NOT NULL,
    "document_number" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "corrects_id" BIGINT,
    "state" TEXT NOT NULL,
    "drafted_by_id" BIGINT NOT NULL,
    "drafted_at" TIMESTAMP NOT NULL,
    "posted_by_id" BIGINT,
    "posted_at" TIMESTAMP,
    "entry_id" BIGINT,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("counter_line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("corrects_id") REFERENCES "entry" ("id"),
    FOREIGN KEY ("drafted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("posted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("entry_id") REFERENCES "entry" ("id"),
    CONSTRAINT ck_funds_order_amount CHECK (amount > 0),
    CONSTRAINT ck_funds_order_corrects CHECK ((kind IN ('refund', 'reverse')) = (corrects_id IS NOT NULL)),
    CONSTRAINT ck_funds_order_posted CHECK ((state = 'posted') = (entry_id IS NOT NULL) AND (state = 'posted') = (posted_by_id IS NOT NULL) AND (posted_by_id IS NULL OR posted_by_id <> drafted_by_id)),
    CONSTRAINT ck_funds_order_counter_line CHECK (counter_line_id <> line_id),
    CONSTRAINT ck_funds_order_version CHECK (version >= 1),
    CONSTRAINT ck_funds_order_kind CHECK ("kind" IN ('opening', 'allot', 'adjust', 'virement', 'recall', 'carry_over', 'release', 'commit', 'decommit', 'pay', 'refund', 'reverse')),
    CONSTRAINT ck_funds_order_state CHECK ("state" IN ('drafted', 'posted', 'withdrawn'))
);

CREATE INDEX "funds_order_line_id" ON "funds_order" ("line_id");

CREATE INDEX "funds_order_counter_line_id" ON "funds_order" ("counter_line_id");

CREATE INDEX "funds_order_corrects_id" ON "funds_order" ("corrects_id");

CREATE INDEX "funds_order_drafted_by_id" ON "funds_order" ("drafted_by_id");

CREATE INDEX "funds_order_posted_by_id" ON "funds_order" ("posted_by_id");

CREATE INDEX "funds_order_entry_id" ON "funds_order" ("entry_id");

CREATE TRIGGER funds_order_no_update BEFORE UPDATE ON "funds_order" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."line_id" IS DISTINCT FROM NEW."line_id" OR OLD."counter_line_id" IS DISTINCT FROM NEW."counter_line_id" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."document_number" IS DISTINCT FROM NEW."document_number" OR OLD."note" IS DISTINCT FROM NEW."note" OR OLD."corrects_id" IS DISTINCT FROM NEW."corrects_id" OR OLD."drafted_by_id" IS DISTINCT FROM NEW."drafted_by_id" OR OLD."drafted_at" IS DISTINCT FROM NEW."drafted_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER funds_order_no_delete BEFORE DELETE ON "funds_order" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER funds_order_no_truncate BEFORE TRUNCATE ON "funds_order" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER funds_order_frozen BEFORE UPDATE ON "funds_order" FOR EACH ROW WHEN (OLD."state" <> 'drafted') EXECUTE FUNCTION refuse_change();
