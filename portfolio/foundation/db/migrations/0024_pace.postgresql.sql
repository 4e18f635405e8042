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

-- PostgreSQL reads a CHECK anew for every statement, and a list of words fastest when it is one value.
ALTER TABLE "budget_line" DROP CONSTRAINT ck_budget_line_fiscal;

ALTER TABLE "budget_line" ADD CONSTRAINT ck_budget_line_fiscal CHECK (source = ANY ('{municipal, district, central}'));

ALTER TABLE "budget_line" DROP CONSTRAINT ck_budget_line_source;

ALTER TABLE "budget_line" ADD CONSTRAINT ck_budget_line_source CHECK ("source" = ANY ('{municipal, district, central, enterprise, bank_loan, foreign, universal_service_fund, other}'));

ALTER TABLE "budget_line" DROP CONSTRAINT ck_budget_line_level;

ALTER TABLE "budget_line" ADD CONSTRAINT ck_budget_line_level CHECK ("level" = ANY ('{central, municipal, district}'));

ALTER TABLE "budget_line" DROP CONSTRAINT ck_budget_line_method;

ALTER TABLE "budget_line" ADD CONSTRAINT ck_budget_line_method CHECK ("method" = ANY ('{direct, authorised}'));

ALTER TABLE "contract" DROP CONSTRAINT ck_contract_settled;

ALTER TABLE "contract" ADD CONSTRAINT ck_contract_settled CHECK ((state = ANY ('{settled, terminated}')) = (settled_value IS NOT NULL) AND (settled_value IS NULL) = (settled_by_id IS NULL));

ALTER TABLE "contract" DROP CONSTRAINT ck_contract_kind;

ALTER TABLE "contract" ADD CONSTRAINT ck_contract_kind CHECK ("kind" = ANY ('{preparatory, construction, goods, services, supervision, operation}'));

ALTER TABLE "contract" DROP CONSTRAINT ck_contract_state;

ALTER TABLE "contract" ADD CONSTRAINT ck_contract_state CHECK ("state" = ANY ('{draft, effective, settled, terminated}'));

ALTER TABLE "contract" DROP CONSTRAINT ck_contract_procurement_method;

ALTER TABLE "contract" ADD CONSTRAINT ck_contract_procurement_method CHECK ("procurement_method" = ANY ('{open_tender, invited_tender, negotiation, single_source, inquiry, below_threshold}'));

ALTER TABLE "project_account" DROP CONSTRAINT ck_project_account_state;

ALTER TABLE "project_account" ADD CONSTRAINT ck_project_account_state CHECK ("state" = ANY ('{none, preparatory, open, frozen, closed}'));

ALTER TABLE "instalment" DROP CONSTRAINT ck_instalment_fiscal;

ALTER TABLE "instalment" ADD CONSTRAINT ck_instalment_fiscal CHECK (source = ANY ('{municipal, district, central}'));

ALTER TABLE "instalment" DROP CONSTRAINT ck_instalment_source;

ALTER TABLE "instalment" ADD CONSTRAINT ck_instalment_source CHECK ("source" = ANY ('{municipal, district, central, enterprise, bank_loan, foreign, universal_service_fund, other}'));

ALTER TABLE "instalment" DROP CONSTRAINT ck_instalment_kind;

ALTER TABLE "instalment" ADD CONSTRAINT ck_instalment_kind CHECK ("kind" = ANY ('{advance, progress, retention}'));

ALTER TABLE "payment_application" DROP CONSTRAINT ck_payment_application_state;

ALTER TABLE "payment_application" ADD CONSTRAINT ck_payment_application_state CHECK ("state" = ANY ('{applied, checked, posted, refused}'));

ALTER TABLE "entry" DROP CONSTRAINT ck_entry_move;

ALTER TABLE "entry" ADD CONSTRAINT ck_entry_move CHECK (amount > 0 AND (kind || '.' || measure = ANY ('{allot.allotted, adjust.allotted, virement.allotted, carry_over.carried_in, carry_over.carried_out, release.released, commit.committed, pay.paid, refund.returned}') OR kind = ANY ('{opening, reverse}')) OR amount < 0 AND (kind || '.' || measure = ANY ('{adjust.allotted, virement.allotted, recall.carried_in, recall.allotted, recall.released, carry_over.released, carry_over.committed, decommit.committed, refund.paid}') OR kind IN ('reverse')));

ALTER TABLE "entry" DROP CONSTRAINT ck_entry_kind;

ALTER TABLE "entry" ADD CONSTRAINT ck_entry_kind CHECK ("kind" = ANY ('{opening, allot, adjust, virement, recall, carry_over, release, commit, decommit, pay, refund, reverse}'));

ALTER TABLE "entry" DROP CONSTRAINT ck_entry_measure;

ALTER TABLE "entry" ADD CONSTRAINT ck_entry_measure CHECK ("measure" = ANY ('{carried_in, allotted, carried_out, released, committed, paid, returned}'));

-- A row that has room on its page for its next state leaves all indexes as they are.
ALTER TABLE "payment_application" SET (fillfactor = 80);

ALTER TABLE "budget_line" SET (fillfactor = 80);

ALTER TABLE "project_account" SET (fillfactor = 80);

ALTER TABLE "contract" SET (fillfactor = 80);

ALTER TABLE "instalment" SET (fillfactor = 80);

-- A trigger that holds most columns of a row sleeps while only the others are written.
DROP TRIGGER rulebook_rule_no_update ON "rulebook_rule";

CREATE TRIGGER rulebook_rule_no_update BEFORE UPDATE OF "id", "code", "title", "level", "parameters", "basis", "valid_from" ON "rulebook_rule" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."code" IS DISTINCT FROM NEW."code" OR OLD."title" IS DISTINCT FROM NEW."title" OR OLD."level" IS DISTINCT FROM NEW."level" OR OLD."parameters" IS DISTINCT FROM NEW."parameters" OR OLD."basis" IS DISTINCT FROM NEW."basis" OR OLD."valid_from" IS DISTINCT FROM NEW."valid_from") EXECUTE FUNCTION refuse_change();

DROP TRIGGER job_no_update ON "job";

CREATE TRIGGER job_no_update BEFORE UPDATE OF "id", "kind", "arguments", "max_attempts", "created_by_id", "actor", "created_at" ON "job" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."arguments" IS DISTINCT FROM NEW."arguments" OR OLD."max_attempts" IS DISTINCT FROM NEW."max_attempts" OR OLD."created_by_id" IS DISTINCT FROM NEW."created_by_id" OR OLD."actor" IS DISTINCT FROM NEW."actor" OR OLD."created_at" IS DISTINCT FROM NEW."created_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER meeting_no_update ON "meeting";

CREATE TRIGGER meeting_no_update BEFORE UPDATE OF "id", "number", "held_on", "place", "called_by_id", "called_at" ON "meeting" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."held_on" IS DISTINCT FROM NEW."held_on" OR OLD."place" IS DISTINCT FROM NEW."place" OR OLD."called_by_id" IS DISTINCT FROM NEW."called_by_id" OR OLD."called_at" IS DISTINCT FROM NEW."called_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER posting_request_no_update ON "posting_request";

CREATE TRIGGER posting_request_no_update BEFORE UPDATE OF "id", "key", "action", "body_hash", "actor_id", "at" ON "posting_request" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."key" IS DISTINCT FROM NEW."key" OR OLD."action" IS DISTINCT FROM NEW."action" OR OLD."body_hash" IS DISTINCT FROM NEW."body_hash" OR OLD."actor_id" IS DISTINCT FROM NEW."actor_id" OR OLD."at" IS DISTINCT FROM NEW."at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER year_closing_no_update ON "year_closing";

CREATE TRIGGER year_closing_no_update BEFORE UPDATE OF "id", "year" ON "year_closing" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."year" IS DISTINCT FROM NEW."year") EXECUTE FUNCTION refuse_change();

DROP TRIGGER import_batch_no_update ON "import_batch";

CREATE TRIGGER import_batch_no_update BEFORE UPDATE OF "id", "kind", "organisation_id", "document_id", "sha256", "acceptance_id", "about", "made_by_id", "made_at" ON "import_batch" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."organisation_id" IS DISTINCT FROM NEW."organisation_id" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."sha256" IS DISTINCT FROM NEW."sha256" OR OLD."acceptance_id" IS DISTINCT FROM NEW."acceptance_id" OR OLD."about" IS DISTINCT FROM NEW."about" OR OLD."made_by_id" IS DISTINCT FROM NEW."made_by_id" OR OLD."made_at" IS DISTINCT FROM NEW."made_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER plan_item_no_update ON "plan_item";

CREATE TRIGGER plan_item_no_update BEFORE UPDATE OF "id", "plan_id", "group_id", "code", "revision", "name", "seed_text", "verbatim", "counts_1162", "sector_id", "cluster_id", "origin", "note", "reason", "valid_from" ON "plan_item" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."plan_id" IS DISTINCT FROM NEW."plan_id" OR OLD."group_id" IS DISTINCT FROM NEW."group_id" OR OLD."code" IS DISTINCT FROM NEW."code" OR OLD."revision" IS DISTINCT FROM NEW."revision" OR OLD."name" IS DISTINCT FROM NEW."name" OR OLD."seed_text" IS DISTINCT FROM NEW."seed_text" OR OLD."verbatim" IS DISTINCT FROM NEW."verbatim" OR OLD."counts_1162" IS DISTINCT FROM NEW."counts_1162" OR OLD."sector_id" IS DISTINCT FROM NEW."sector_id" OR OLD."cluster_id" IS DISTINCT FROM NEW."cluster_id" OR OLD."origin" IS DISTINCT FROM NEW."origin" OR OLD."note" IS DISTINCT FROM NEW."note" OR OLD."reason" IS DISTINCT FROM NEW."reason" OR OLD."valid_from" IS DISTINCT FROM NEW."valid_from") EXECUTE FUNCTION refuse_change();

DROP TRIGGER plan_selection_no_update ON "plan_selection";

CREATE TRIGGER plan_selection_no_update BEFORE UPDATE OF "id", "year", "title", "reason", "method", "value", "projects", "candidates", "shares", "bound", "solver", "rulebook_day", "made_by_id", "made_at" ON "plan_selection" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."title" IS DISTINCT FROM NEW."title" OR OLD."reason" IS DISTINCT FROM NEW."reason" OR OLD."method" IS DISTINCT FROM NEW."method" OR OLD."value" IS DISTINCT FROM NEW."value" OR OLD."projects" IS DISTINCT FROM NEW."projects" OR OLD."candidates" IS DISTINCT FROM NEW."candidates" OR OLD."shares" IS DISTINCT FROM NEW."shares" OR OLD."bound" IS DISTINCT FROM NEW."bound" OR OLD."solver" IS DISTINCT FROM NEW."solver" OR OLD."rulebook_day" IS DISTINCT FROM NEW."rulebook_day" OR OLD."made_by_id" IS DISTINCT FROM NEW."made_by_id" OR OLD."made_at" IS DISTINCT FROM NEW."made_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER annual_plan_row_no_update ON "annual_plan_row";

CREATE TRIGGER annual_plan_row_no_update BEFORE UPDATE OF "id", "project_id", "year", "source", "revision" ON "annual_plan_row" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."source" IS DISTINCT FROM NEW."source" OR OLD."revision" IS DISTINCT FROM NEW."revision") EXECUTE FUNCTION refuse_change();

DROP TRIGGER budget_line_no_update ON "budget_line";

CREATE TRIGGER budget_line_no_update BEFORE UPDATE OF "id", "project_id", "system_id", "year", "source", "level", "method", "document_number", "functional_code", "economic_code" ON "budget_line" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."system_id" IS DISTINCT FROM NEW."system_id" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."source" IS DISTINCT FROM NEW."source" OR OLD."level" IS DISTINCT FROM NEW."level" OR OLD."method" IS DISTINCT FROM NEW."method" OR OLD."document_number" IS DISTINCT FROM NEW."document_number" OR OLD."functional_code" IS DISTINCT FROM NEW."functional_code" OR OLD."economic_code" IS DISTINCT FROM NEW."economic_code") EXECUTE FUNCTION refuse_change();

DROP TRIGGER counterpart_receipt_no_update ON "counterpart_receipt";

CREATE TRIGGER counterpart_receipt_no_update BEFORE UPDATE OF "id", "project_id", "source", "year", "amount", "received_on", "payer", "number", "document_id", "recorded_by_id", "recorded_at" ON "counterpart_receipt" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."source" IS DISTINCT FROM NEW."source" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."received_on" IS DISTINCT FROM NEW."received_on" OR OLD."payer" IS DISTINCT FROM NEW."payer" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."recorded_by_id" IS DISTINCT FROM NEW."recorded_by_id" OR OLD."recorded_at" IS DISTINCT FROM NEW."recorded_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER evaluation_no_update ON "evaluation";

CREATE TRIGGER evaluation_no_update BEFORE UPDATE OF "id", "project_id", "system_id", "kind", "year", "subject_key", "instrument", "unit_id", "evaluator_id", "opened_by_id", "opened_at" ON "evaluation" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."system_id" IS DISTINCT FROM NEW."system_id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."subject_key" IS DISTINCT FROM NEW."subject_key" OR OLD."instrument" IS DISTINCT FROM NEW."instrument" OR OLD."unit_id" IS DISTINCT FROM NEW."unit_id" OR OLD."evaluator_id" IS DISTINCT FROM NEW."evaluator_id" OR OLD."opened_by_id" IS DISTINCT FROM NEW."opened_by_id" OR OLD."opened_at" IS DISTINCT FROM NEW."opened_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER inherited_evidence_no_update ON "inherited_evidence";

CREATE TRIGGER inherited_evidence_no_update BEFORE UPDATE OF "id", "project_id", "stage", "numbers", "document_id", "estimate", "recorded_by_id", "recorded_at" ON "inherited_evidence" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."stage" IS DISTINCT FROM NEW."stage" OR OLD."numbers" IS DISTINCT FROM NEW."numbers" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."estimate" IS DISTINCT FROM NEW."estimate" OR OLD."recorded_by_id" IS DISTINCT FROM NEW."recorded_by_id" OR OLD."recorded_at" IS DISTINCT FROM NEW."recorded_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER project_document_no_update ON "project_document";

CREATE TRIGGER project_document_no_update BEFORE UPDATE OF "id", "project_id", "document_id", "kind", "archive_class", "title", "added_by_id", "added_at" ON "project_document" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."archive_class" IS DISTINCT FROM NEW."archive_class" OR OLD."title" IS DISTINCT FROM NEW."title" OR OLD."added_by_id" IS DISTINCT FROM NEW."added_by_id" OR OLD."added_at" IS DISTINCT FROM NEW."added_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER submission_no_update ON "submission";

CREATE TRIGGER submission_no_update BEFORE UPDATE OF "id", "project_id", "stage", "kind", "number", "snapshot", "sha256", "findings", "cover_number", "rulebook_day", "submitted_by_id", "on_behalf_of_id", "submitted_at" ON "submission" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."stage" IS DISTINCT FROM NEW."stage" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."snapshot" IS DISTINCT FROM NEW."snapshot" OR OLD."sha256" IS DISTINCT FROM NEW."sha256" OR OLD."findings" IS DISTINCT FROM NEW."findings" OR OLD."cover_number" IS DISTINCT FROM NEW."cover_number" OR OLD."rulebook_day" IS DISTINCT FROM NEW."rulebook_day" OR OLD."submitted_by_id" IS DISTINCT FROM NEW."submitted_by_id" OR OLD."on_behalf_of_id" IS DISTINCT FROM NEW."on_behalf_of_id" OR OLD."submitted_at" IS DISTINCT FROM NEW."submitted_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER evaluation_score_no_update ON "evaluation_score";

CREATE TRIGGER evaluation_score_no_update BEFORE UPDATE OF "id", "evaluation_id", "position", "code", "weight" ON "evaluation_score" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."evaluation_id" IS DISTINCT FROM NEW."evaluation_id" OR OLD."position" IS DISTINCT FROM NEW."position" OR OLD."code" IS DISTINCT FROM NEW."code" OR OLD."weight" IS DISTINCT FROM NEW."weight") EXECUTE FUNCTION refuse_change();

DROP TRIGGER supplement_no_update ON "supplement";

CREATE TRIGGER supplement_no_update BEFORE UPDATE OF "id", "contract_id", "number", "amount", "reason", "instalments", "document_id", "drafted_by_id", "drafted_at" ON "supplement" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."contract_id" IS DISTINCT FROM NEW."contract_id" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."reason" IS DISTINCT FROM NEW."reason" OR OLD."instalments" IS DISTINCT FROM NEW."instalments" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."drafted_by_id" IS DISTINCT FROM NEW."drafted_by_id" OR OLD."drafted_at" IS DISTINCT FROM NEW."drafted_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER decision_condition_no_update ON "decision_condition";

CREATE TRIGGER decision_condition_no_update BEFORE UPDATE OF "id", "decision_id", "project_id", "text", "owner_id", "due_on", "gate" ON "decision_condition" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."decision_id" IS DISTINCT FROM NEW."decision_id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."text" IS DISTINCT FROM NEW."text" OR OLD."owner_id" IS DISTINCT FROM NEW."owner_id" OR OLD."due_on" IS DISTINCT FROM NEW."due_on" OR OLD."gate" IS DISTINCT FROM NEW."gate") EXECUTE FUNCTION refuse_change();

DROP TRIGGER meeting_item_no_update ON "meeting_item";

CREATE TRIGGER meeting_item_no_update BEFORE UPDATE OF "id", "meeting_id", "position", "submission_id" ON "meeting_item" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."meeting_id" IS DISTINCT FROM NEW."meeting_id" OR OLD."position" IS DISTINCT FROM NEW."position" OR OLD."submission_id" IS DISTINCT FROM NEW."submission_id") EXECUTE FUNCTION refuse_change();

DROP TRIGGER payment_application_no_update ON "payment_application";

CREATE TRIGGER payment_application_no_update BEFORE UPDATE OF "id", "organisation_id", "line_id", "instalment_id", "direct_cost_id", "amount", "invoice_id", "acceptance_id", "note", "applied_by_id", "applied_at" ON "payment_application" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."organisation_id" IS DISTINCT FROM NEW."organisation_id" OR OLD."line_id" IS DISTINCT FROM NEW."line_id" OR OLD."instalment_id" IS DISTINCT FROM NEW."instalment_id" OR OLD."direct_cost_id" IS DISTINCT FROM NEW."direct_cost_id" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."invoice_id" IS DISTINCT FROM NEW."invoice_id" OR OLD."acceptance_id" IS DISTINCT FROM NEW."acceptance_id" OR OLD."note" IS DISTINCT FROM NEW."note" OR OLD."applied_by_id" IS DISTINCT FROM NEW."applied_by_id" OR OLD."applied_at" IS DISTINCT FROM NEW."applied_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER funds_order_no_update ON "funds_order";

CREATE TRIGGER funds_order_no_update BEFORE UPDATE OF "id", "kind", "line_id", "counter_line_id", "amount", "document_number", "note", "corrects_id", "drafted_by_id", "drafted_at" ON "funds_order" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."line_id" IS DISTINCT FROM NEW."line_id" OR OLD."counter_line_id" IS DISTINCT FROM NEW."counter_line_id" OR OLD."amount" IS DISTINCT FROM NEW."amount" OR OLD."document_number" IS DISTINCT FROM NEW."document_number" OR OLD."note" IS DISTINCT FROM NEW."note" OR OLD."corrects_id" IS DISTINCT FROM NEW."corrects_id" OR OLD."drafted_by_id" IS DISTINCT FROM NEW."drafted_by_id" OR OLD."drafted_at" IS DISTINCT FROM NEW."drafted_at") EXECUTE FUNCTION refuse_change();

DROP TRIGGER reconciliation_no_update ON "reconciliation";

CREATE TRIGGER reconciliation_no_update BEFORE UPDATE OF "id", "statement_id", "line_id" ON "reconciliation" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."statement_id" IS DISTINCT FROM NEW."statement_id" OR OLD."line_id" IS DISTINCT FROM NEW."line_id") EXECUTE FUNCTION refuse_change();
