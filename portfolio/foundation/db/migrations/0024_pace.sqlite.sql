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
    || 'CONSTRAINT ck_entry_move CHECK (amount > 0 AND (kind || ''.'' || measure IN (''allot.allotted'', ''adjust.allotted'', ''virement.allotted'', ''carry_over.carried_in'', ''carry_over.carried_out'', ''release.released'', ''commit.committed'', ''pay.paid'', ''refund.returned'') OR kind IN (''opening'', ''reverse'')) OR amount < 0 AND (kind || ''.'' || measure IN (''adjust.allotted'', ''virement.allotted'', ''recall.carried_in'', ''recall.allotted'', ''recall.released'', ''carry_over.released'', ''carry_over.committed'', ''decommit.committed'', ''refund.paid'') OR kind IN (''reverse''))),
    ' || SUBSTR(sql, INSTR(sql, 'CONSTRAINT ck_entry_people '))
WHERE type = 'table' AND name = 'entry';

PRAGMA writable_schema = RESET;

-- A trigger that holds most columns of a row sleeps while only the others are written.
DROP TRIGGER rulebook_rule_no_update;

CREATE TRIGGER rulebook_rule_no_update BEFORE UPDATE OF "id", "code", "title", "level", "parameters", "basis", "valid_from" ON "rulebook_rule" WHEN OLD."id" IS NOT NEW."id" OR OLD."code" IS NOT NEW."code" OR OLD."title" IS NOT NEW."title" OR OLD."level" IS NOT NEW."level" OR OLD."parameters" IS NOT NEW."parameters" OR OLD."basis" IS NOT NEW."basis" OR OLD."valid_from" IS NOT NEW."valid_from" BEGIN SELECT RAISE(ABORT, 'append_only: rulebook_rule'); END;

DROP TRIGGER job_no_update;

CREATE TRIGGER job_no_update BEFORE UPDATE OF "id", "kind", "arguments", "max_attempts", "created_by_id", "actor", "created_at" ON "job" WHEN OLD."id" IS NOT NEW."id" OR OLD."kind" IS NOT NEW."kind" OR OLD."arguments" IS NOT NEW."arguments" OR OLD."max_attempts" IS NOT NEW."max_attempts" OR OLD."created_by_id" IS NOT NEW."created_by_id" OR OLD."actor" IS NOT NEW."actor" OR OLD."created_at" IS NOT NEW."created_at" BEGIN SELECT RAISE(ABORT, 'append_only: job'); END;

DROP TRIGGER meeting_no_update;

CREATE TRIGGER meeting_no_update BEFORE UPDATE OF "id", "number", "held_on", "place", "called_by_id", "called_at" ON "meeting" WHEN OLD."id" IS NOT NEW."id" OR OLD."number" IS NOT NEW."number" OR OLD."held_on" IS NOT NEW."held_on" OR OLD."place" IS NOT NEW."place" OR OLD."called_by_id" IS NOT NEW."called_by_id" OR OLD."called_at" IS NOT NEW."called_at" BEGIN SELECT RAISE(ABORT, 'append_only: meeting'); END;

DROP TRIGGER posting_request_no_update;

CREATE TRIGGER posting_request_no_update BEFORE UPDATE OF "id", "key", "action", "body_hash", "actor_id", "at" ON "posting_request" WHEN OLD."id" IS NOT NEW."id" OR OLD."key" IS NOT NEW."key" OR OLD."action" IS NOT NEW."action" OR OLD."body_hash" IS NOT NEW."body_hash" OR OLD."actor_id" IS NOT NEW."actor_id" OR OLD."at" IS NOT NEW."at" BEGIN SELECT RAISE(ABORT, 'append_only: posting_request'); END;

DROP TRIGGER year_closing_no_update;

CREATE TRIGGER year_closing_no_update BEFORE UPDATE OF "id", "year" ON "year_closing" WHEN OLD."id" IS NOT NEW."id" OR OLD."year" IS NOT NEW."year" BEGIN SELECT RAISE(ABORT, 'append_only: year_closing'); END;

DROP TRIGGER import_batch_no_update;

CREATE TRIGGER import_batch_no_update BEFORE UPDATE OF "id", "kind", "organisation_id", "document_id", "sha256", "acceptance_id", "about", "made_by_id", "made_at" ON "import_batch" WHEN OLD."id" IS NOT NEW."id" OR OLD."kind" IS NOT NEW."kind" OR OLD."organisation_id" IS NOT NEW."organisation_id" OR OLD."document_id" IS NOT NEW."document_id" OR OLD."sha256" IS NOT NEW."sha256" OR OLD."acceptance_id" IS NOT NEW."acceptance_id" OR OLD."about" IS NOT NEW."about" OR OLD."made_by_id" IS NOT NEW."made_by_id" OR OLD."made_at" IS NOT NEW."made_at" BEGIN SELECT RAISE(ABORT, 'append_only: import_batch'); END;

DROP TRIGGER plan_item_no_update;

CREATE TRIGGER plan_item_no_update BEFORE UPDATE OF "id", "plan_id", "group_id", "code", "revision", "name", "seed_text", "verbatim", "counts_1162", "sector_id", "cluster_id", "origin", "note", "reason", "valid_from" ON "plan_item" WHEN OLD."id" IS NOT NEW."id" OR OLD."plan_id" IS NOT NEW."plan_id" OR OLD."group_id" IS NOT NEW."group_id" OR OLD."code" IS NOT NEW."code" OR OLD."revision" IS NOT NEW."revision" OR OLD."name" IS NOT NEW."name" OR OLD."seed_text" IS NOT NEW."seed_text" OR OLD."verbatim" IS NOT NEW."verbatim" OR OLD."counts_1162" IS NOT NEW."counts_1162" OR OLD."sector_id" IS NOT NEW."sector_id" OR OLD."cluster_id" IS NOT NEW."cluster_id" OR OLD."origin" IS NOT NEW."origin" OR OLD."note" IS NOT NEW."note" OR OLD."reason" IS NOT NEW."reason" OR OLD."valid_from" IS NOT NEW."valid_from" BEGIN SELECT RAISE(ABORT, 'append_only: plan_item'); END;

DROP TRIGGER plan_selection_no_update;

CREATE TRIGGER plan_selection_no_update BEFORE UPDATE OF "id", "year", "title", "reason", "method", "value", "projects", "candidates", "shares", "bound", "solver", "rulebook_day", "made_by_id", "made_at" ON "plan_selection" WHEN OLD."id" IS NOT NEW."id" OR OLD."year" IS NOT NEW."year" OR OLD."title" IS NOT NEW."title" OR OLD."reason" IS NOT NEW."reason" OR OLD."method" IS NOT NEW."method" OR OLD."value" IS NOT NEW."value" OR OLD."projects" IS NOT NEW."projects" OR OLD."candidates" IS NOT NEW."candidates" OR OLD."shares" IS NOT NEW."shares" OR OLD."bound" IS NOT NEW."bound" OR OLD."solver" IS NOT NEW."solver" OR OLD."rulebook_day" IS NOT NEW."rulebook_day" OR OLD."made_by_id" IS NOT NEW."made_by_id" OR OLD."made_at" IS NOT NEW."made_at" BEGIN SELECT RAISE(ABORT, 'append_only: plan_selection'); END;

DROP TRIGGER annual_plan_row_no_update;

CREATE TRIGGER annual_plan_row_no_update BEFORE UPDATE OF "id", "project_id", "year", "source", "revision" ON "annual_plan_row" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."year" IS NOT NEW."year" OR OLD."source" IS NOT NEW."source" OR OLD."revision" IS NOT NEW."revision" BEGIN SELECT RAISE(ABORT, 'append_only: annual_plan_row'); END;

DROP TRIGGER budget_line_no_update;

CREATE TRIGGER budget_line_no_update BEFORE UPDATE OF "id", "project_id", "system_id", "year", "source", "level", "method", "document_number", "functional_code", "economic_code" ON "budget_line" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."system_id" IS NOT NEW."system_id" OR OLD."year" IS NOT NEW."year" OR OLD."source" IS NOT NEW."source" OR OLD."level" IS NOT NEW."level" OR OLD."method" IS NOT NEW."method" OR OLD."document_number" IS NOT NEW."document_number" OR OLD."functional_code" IS NOT NEW."functional_code" OR OLD."economic_code" IS NOT NEW."economic_code" BEGIN SELECT RAISE(ABORT, 'append_only: budget_line'); END;

DROP TRIGGER counterpart_receipt_no_update;

CREATE TRIGGER counterpart_receipt_no_update BEFORE UPDATE OF "id", "project_id", "source", "year", "amount", "received_on", "payer", "number", "document_id", "recorded_by_id", "recorded_at" ON "counterpart_receipt" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."source" IS NOT NEW."source" OR OLD."year" IS NOT NEW."year" OR OLD."amount" IS NOT NEW."amount" OR OLD."received_on" IS NOT NEW."received_on" OR OLD."payer" IS NOT NEW."payer" OR OLD."number" IS NOT NEW."number" OR OLD."document_id" IS NOT NEW."document_id" OR OLD."recorded_by_id" IS NOT NEW."recorded_by_id" OR OLD."recorded_at" IS NOT NEW."recorded_at" BEGIN SELECT RAISE(ABORT, 'append_only: counterpart_receipt'); END;

DROP TRIGGER evaluation_no_update;

CREATE TRIGGER evaluation_no_update BEFORE UPDATE OF "id", "project_id", "system_id", "kind", "year", "subject_key", "instrument", "unit_id", "evaluator_id", "opened_by_id", "opened_at" ON "evaluation" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."system_id" IS NOT NEW."system_id" OR OLD."kind" IS NOT NEW."kind" OR OLD."year" IS NOT NEW."year" OR OLD."subject_key" IS NOT NEW."subject_key" OR OLD."instrument" IS NOT NEW."instrument" OR OLD."unit_id" IS NOT NEW."unit_id" OR OLD."evaluator_id" IS NOT NEW."evaluator_id" OR OLD."opened_by_id" IS NOT NEW."opened_by_id" OR OLD."opened_at" IS NOT NEW."opened_at" BEGIN SELECT RAISE(ABORT, 'append_only: evaluation'); END;

DROP TRIGGER inherited_evidence_no_update;

CREATE TRIGGER inherited_evidence_no_update BEFORE UPDATE OF "id", "project_id", "stage", "numbers", "document_id", "estimate", "recorded_by_id", "recorded_at" ON "inherited_evidence" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."stage" IS NOT NEW."stage" OR OLD."numbers" IS NOT NEW."numbers" OR OLD."document_id" IS NOT NEW."document_id" OR OLD."estimate" IS NOT NEW."estimate" OR OLD."recorded_by_id" IS NOT NEW."recorded_by_id" OR OLD."recorded_at" IS NOT NEW."recorded_at" BEGIN SELECT RAISE(ABORT, 'append_only: inherited_evidence'); END;

DROP TRIGGER project_document_no_update;

CREATE TRIGGER project_document_no_update BEFORE UPDATE OF "id", "project_id", "document_id", "kind", "archive_class", "title", "added_by_id", "added_at" ON "project_document" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."document_id" IS NOT NEW."document_id" OR OLD."kind" IS NOT NEW."kind" OR OLD."archive_class" IS NOT NEW."archive_class" OR OLD."title" IS NOT NEW."title" OR OLD."added_by_id" IS NOT NEW."added_by_id" OR OLD."added_at" IS NOT NEW."added_at" BEGIN SELECT RAISE(ABORT, 'append_only: project_document'); END;

DROP TRIGGER submission_no_update;

CREATE TRIGGER submission_no_update BEFORE UPDATE OF "id", "project_id", "stage", "kind", "number", "snapshot", "sha256", "findings", "cover_number", "rulebook_day", "submitted_by_id", "on_behalf_of_id", "submitted_at" ON "submission" WHEN OLD."id" IS NOT NEW."id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."stage" IS NOT NEW."stage" OR OLD."kind" IS NOT NEW."kind" OR OLD."number" IS NOT NEW."number" OR OLD."snapshot" IS NOT NEW."snapshot" OR OLD."sha256" IS NOT NEW."sha256" OR OLD."findings" IS NOT NEW."findings" OR OLD."cover_number" IS NOT NEW."cover_number" OR OLD."rulebook_day" IS NOT NEW."rulebook_day" OR OLD."submitted_by_id" IS NOT NEW."submitted_by_id" OR OLD."on_behalf_of_id" IS NOT NEW."on_behalf_of_id" OR OLD."submitted_at" IS NOT NEW."submitted_at" BEGIN SELECT RAISE(ABORT, 'append_only: submission'); END;

DROP TRIGGER evaluation_score_no_update;

CREATE TRIGGER evaluation_score_no_update BEFORE UPDATE OF "id", "evaluation_id", "position", "code", "weight" ON "evaluation_score" WHEN OLD."id" IS NOT NEW."id" OR OLD."evaluation_id" IS NOT NEW."evaluation_id" OR OLD."position" IS NOT NEW."position" OR OLD."code" IS NOT NEW."code" OR OLD."weight" IS NOT NEW."weight" BEGIN SELECT RAISE(ABORT, 'append_only: evaluation_score'); END;

DROP TRIGGER supplement_no_update;

CREATE TRIGGER supplement_no_update BEFORE UPDATE OF "id", "contract_id", "number", "amount", "reason", "instalments", "document_id", "drafted_by_id", "drafted_at" ON "supplement" WHEN OLD."id" IS NOT NEW."id" OR OLD."contract_id" IS NOT NEW."contract_id" OR OLD."number" IS NOT NEW."number" OR OLD."amount" IS NOT NEW."amount" OR OLD."reason" IS NOT NEW."reason" OR OLD."instalments" IS NOT NEW."instalments" OR OLD."document_id" IS NOT NEW."document_id" OR OLD."drafted_by_id" IS NOT NEW."drafted_by_id" OR OLD."drafted_at" IS NOT NEW."drafted_at" BEGIN SELECT RAISE(ABORT, 'append_only: supplement'); END;

DROP TRIGGER decision_condition_no_update;

CREATE TRIGGER decision_condition_no_update BEFORE UPDATE OF "id", "decision_id", "project_id", "text", "owner_id", "due_on", "gate" ON "decision_condition" WHEN OLD."id" IS NOT NEW."id" OR OLD."decision_id" IS NOT NEW."decision_id" OR OLD."project_id" IS NOT NEW."project_id" OR OLD."text" IS NOT NEW."text" OR OLD."owner_id" IS NOT NEW."owner_id" OR OLD."due_on" IS NOT NEW."due_on" OR OLD."gate" IS NOT NEW."gate" BEGIN SELECT RAISE(ABORT, 'append_only: decision_condition'); END;

DROP TRIGGER meeting_item_no_update;

CREATE TRIGGER meeting_item_no_update BEFORE UPDATE OF "id", "meeting_id", "position", "submission_id" ON "meeting_item" WHEN OLD."id" IS NOT NEW."id" OR OLD."meeting_id" IS NOT NEW."meeting_id" OR OLD."position" IS NOT NEW."position" OR OLD."submission_id" IS NOT NEW."submission_id" BEGIN SELECT RAISE(ABORT, 'append_only: meeting_item'); END;

DROP TRIGGER payment_application_no_update;

CREATE TRIGGER payment_application_no_update BEFORE UPDATE OF "id", "organisation_id", "line_id", "instalment_id", "direct_cost_id", "amount", "invoice_id", "acceptance_id", "note", "applied_by_id", "applied_at" ON "payment_application" WHEN OLD."id" IS NOT NEW."id" OR OLD."organisation_id" IS NOT NEW."organisation_id" OR OLD."line_id" IS NOT NEW."line_id" OR OLD."instalment_id" IS NOT NEW."instalment_id" OR OLD."direct_cost_id" IS NOT NEW."direct_cost_id" OR OLD."amount" IS NOT NEW."amount" OR OLD."invoice_id" IS NOT NEW."invoice_id" OR OLD."acceptance_id" IS NOT NEW."acceptance_id" OR OLD."note" IS NOT NEW."note" OR OLD."applied_by_id" IS NOT NEW."applied_by_id" OR OLD."applied_at" IS NOT NEW."applied_at" BEGIN SELECT RAISE(ABORT, 'append_only: payment_application'); END;

DROP TRIGGER funds_order_no_update;

CREATE TRIGGER funds_order_no_update BEFORE UPDATE OF "id", "kind", "line_id", "counter_line_id", "amount", "document_number", "note", "corrects_id", "drafted_by_id", "drafted_at" ON "funds_order" WHEN OLD."id" IS NOT NEW."id" OR OLD."kind" IS NOT NEW."kind" OR OLD."line_id" IS NOT NEW."line_id" OR OLD."counter_line_id" IS NOT NEW."counter_line_id" OR OLD."amount" IS NOT NEW."amount" OR OLD."document_number" IS NOT NEW."document_number" OR OLD."note" IS NOT NEW."note" OR OLD."corrects_id" IS NOT NEW."corrects_id" OR OLD."drafted_by_id" IS NOT NEW."drafted_by_id" OR OLD."drafted_at" IS NOT NEW."drafted_at" BEGIN SELECT RAISE(ABORT, 'append_only: funds_order'); END;

DROP TRIGGER reconciliation_no_update;

CREATE TRIGGER reconciliation_no_update BEFORE UPDATE OF "id", "statement_id", "line_id" ON "reconciliation" WHEN OLD."id" IS NOT NEW."id" OR OLD."statement_id" IS NOT NEW."statement_id" OR OLD."line_id" IS NOT NEW."line_id" BEGIN SELECT RAISE(ABORT, 'append_only: reconciliation'); END;
