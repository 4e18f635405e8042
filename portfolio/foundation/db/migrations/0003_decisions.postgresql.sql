CREATE TABLE "evaluation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT,
    "system_id" BIGINT,
    "kind" TEXT NOT NULL,
    "year" INTEGER,
    "subject_key" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "unit_id" BIGINT NOT NULL,
    "evaluator_id" BIGINT,
    "assessor_id" BIGINT,
    "state" TEXT NOT NULL,
    "as_of" DATE,
    "texts" TEXT NOT NULL,
    "submitted_by_id" BIGINT,
    "submitted_at" TIMESTAMP,
    "reply" TEXT,
    "reply_by_id" BIGINT,
    "reply_at" TIMESTAMP,
    "total" INTEGER,
    "grade" TEXT,
    "number" TEXT,
    "opened_by_id" BIGINT NOT NULL,
    "opened_at" TIMESTAMP NOT NULL,
    "finalised_by_id" BIGINT,
    "finalised_at" TIMESTAMP,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("system_id") REFERENCES "system" ("id"),
    FOREIGN KEY ("unit_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("evaluator_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("assessor_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("submitted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("reply_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("opened_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("finalised_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_evaluation_subject UNIQUE ("subject_key"),
    CONSTRAINT uq_evaluation_number UNIQUE ("number"),
    CONSTRAINT uq_evaluation_of_project UNIQUE ("id", "project_id"),
    CONSTRAINT ck_evaluation_subject CHECK ((project_id IS NULL) <> (system_id IS NULL)),
    CONSTRAINT ck_evaluation_subject_key CHECK (subject_key = COALESCE('project:' || project_id, 'system:' || system_id) || ':' || kind || ':' || COALESCE(year, 0)),
    CONSTRAINT ck_evaluation_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_evaluation_year_kind CHECK (kind = 'evaluation' OR (kind = 'annual_self') = (year IS NOT NULL)),
    CONSTRAINT ck_evaluation_evaluator CHECK ((kind = 'evaluation') = (evaluator_id IS NOT NULL)),
    CONSTRAINT ck_evaluation_independent CHECK (evaluator_id <> unit_id),
    CONSTRAINT ck_evaluation_assessor CHECK (assessor_id IS NULL OR kind = 'evaluation'),
    CONSTRAINT ck_evaluation_submitted CHECK ((state = 'draft') = (submitted_at IS NULL) AND (submitted_at IS NULL) = (submitted_by_id IS NULL)),
    CONSTRAINT ck_evaluation_exchange_kind CHECK (state <> 'exchanged' OR kind = 'evaluation'),
    CONSTRAINT ck_evaluation_exchanged CHECK (NOT (state = 'exchanged' OR (state = 'final' AND kind = 'evaluation')) OR (COALESCE(reply, '') <> '' AND reply_by_id IS NOT NULL AND reply_at IS NOT NULL)),
    CONSTRAINT ck_evaluation_final CHECK (state <> 'final' OR (total IS NOT NULL AND grade IS NOT NULL AND as_of IS NOT NULL AND finalised_by_id IS NOT NULL AND finalised_at IS NOT NULL)),
    CONSTRAINT ck_evaluation_not_final CHECK (state = 'final' OR (total IS NULL AND grade IS NULL AND number IS NULL AND finalised_by_id IS NULL AND finalised_at IS NULL)),
    CONSTRAINT ck_evaluation_number CHECK (state <> 'final' OR kind <> 'evaluation' OR COALESCE(number, '') <> ''),
    CONSTRAINT ck_evaluation_two_sides CHECK (finalised_by_id <> reply_by_id),
    CONSTRAINT ck_evaluation_total CHECK (total BETWEEN 0 AND 10000),
    CONSTRAINT ck_evaluation_grade_of_total CHECK (grade = CASE WHEN total >= 9000 THEN 'excellent' WHEN total >= 8000 THEN 'good' WHEN total >= 6000 THEN 'fair' WHEN total >= 0 THEN 'poor' END),
    CONSTRAINT ck_evaluation_version CHECK (version >= 1),
    CONSTRAINT ck_evaluation_kind CHECK ("kind" IN ('annual_self', 'post_report', 'evaluation')),
    CONSTRAINT ck_evaluation_state CHECK ("state" IN ('draft', 'submitted', 'exchanged', 'final')),
    CONSTRAINT ck_evaluation_grade CHECK ("grade" IN ('excellent', 'good', 'fair', 'poor'))
);

CREATE INDEX "evaluation_project_id" ON "evaluation" ("project_id");

CREATE INDEX "evaluation_system_id" ON "evaluation" ("system_id");

CREATE INDEX "evaluation_unit_id" ON "evaluation" ("unit_id");

CREATE INDEX "evaluation_evaluator_id" ON "evaluation" ("evaluator_id");

CREATE INDEX "evaluation_assessor_id" ON "evaluation" ("assessor_id");

CREATE INDEX "evaluation_submitted_by_id" ON "evaluation" ("submitted_by_id");

CREATE INDEX "evaluation_reply_by_id" ON "evaluation" ("reply_by_id");

CREATE INDEX "evaluation_opened_by_id" ON "evaluation" ("opened_by_id");

CREATE INDEX "evaluation_finalised_by_id" ON "evaluation" ("finalised_by_id");

CREATE TRIGGER evaluation_no_update BEFORE UPDATE ON "evaluation" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."system_id" IS DISTINCT FROM NEW."system_id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."year" IS DISTINCT FROM NEW."year" OR OLD."subject_key" IS DISTINCT FROM NEW."subject_key" OR OLD."instrument" IS DISTINCT FROM NEW."instrument" OR OLD."unit_id" IS DISTINCT FROM NEW."unit_id" OR OLD."evaluator_id" IS DISTINCT FROM NEW."evaluator_id" OR OLD."opened_by_id" IS DISTINCT FROM NEW."opened_by_id" OR OLD."opened_at" IS DISTINCT FROM NEW."opened_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER evaluation_no_delete BEFORE DELETE ON "evaluation" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER evaluation_no_truncate BEFORE TRUNCATE ON "evaluation" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER evaluation_frozen BEFORE UPDATE ON "evaluation" FOR EACH ROW WHEN (OLD."state" = 'final') EXECUTE FUNCTION refuse_change();

CREATE TABLE "filing_report" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "year" INTEGER NOT NULL,
    "quarter" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "reported_by_id" BIGINT NOT NULL,
    "reported_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("reported_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_filing_report UNIQUE ("project_id", "year", "quarter", "revision"),
    CONSTRAINT ck_filing_report_quarter CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT ck_filing_report_revision CHECK (revision >= 1)
);

CREATE INDEX "filing_report_reported_by_id" ON "filing_report" ("reported_by_id");

CREATE TRIGGER filing_report_no_update BEFORE UPDATE ON "filing_report" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER filing_report_no_delete BEFORE DELETE ON "filing_report" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER filing_report_no_truncate BEFORE TRUNCATE ON "filing_report" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "inherited_evidence" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "stage" TEXT NOT NULL,
    "numbers" TEXT NOT NULL,
    "document_id" BIGINT NOT NULL,
    "estimate" BIGINT,
    "recorded_by_id" BIGINT NOT NULL,
    "recorded_at" TIMESTAMP NOT NULL,
    "confirmed" BOOLEAN NOT NULL,
    "confirmed_by_id" BIGINT,
    "confirmed_at" TIMESTAMP,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("recorded_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("confirmed_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_inherited_evidence UNIQUE ("id", "project_id", "stage", "confirmed"),
    CONSTRAINT ck_inherited_evidence_confirmed CHECK ((confirmed AND confirmed_by_id IS NOT NULL AND confirmed_at IS NOT NULL) OR (NOT confirmed AND confirmed_by_id IS NULL AND confirmed_at IS NULL)),
    CONSTRAINT ck_inherited_evidence_two CHECK (confirmed_by_id <> recorded_by_id),
    CONSTRAINT ck_inherited_evidence_stage_evidenced CHECK (stage NOT IN ('registered', 'filed', 'reporting', 'closed')),
    CONSTRAINT ck_inherited_evidence_estimate CHECK (estimate > 0),
    CONSTRAINT ck_inherited_evidence_stage CHECK ("stage" IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed', 'registered', 'filed', 'reporting'))
);

CREATE INDEX "inherited_evidence_project_id" ON "inherited_evidence" ("project_id");

CREATE INDEX "inherited_evidence_document_id" ON "inherited_evidence" ("document_id");

CREATE INDEX "inherited_evidence_recorded_by_id" ON "inherited_evidence" ("recorded_by_id");

CREATE INDEX "inherited_evidence_confirmed_by_id" ON "inherited_evidence" ("confirmed_by_id");

CREATE UNIQUE INDEX "uq_inherited_evidence_confirmed" ON "inherited_evidence" ("project_id") WHERE "confirmed";

CREATE TRIGGER inherited_evidence_no_update BEFORE UPDATE ON "inherited_evidence" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."stage" IS DISTINCT FROM NEW."stage" OR OLD."numbers" IS DISTINCT FROM NEW."numbers" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."estimate" IS DISTINCT FROM NEW."estimate" OR OLD."recorded_by_id" IS DISTINCT FROM NEW."recorded_by_id" OR OLD."recorded_at" IS DISTINCT FROM NEW."recorded_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER inherited_evidence_no_delete BEFORE DELETE ON "inherited_evidence" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER inherited_evidence_no_truncate BEFORE TRUNCATE ON "inherited_evidence" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "rule_override" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "stage" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "granted_by_id" BIGINT NOT NULL,
    "on_behalf_of_id" BIGINT,
    "granted_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("granted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("on_behalf_of_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_rule_override UNIQUE ("project_id", "stage", "rule"),
    CONSTRAINT ck_rule_override_reason CHECK (reason <> ''),
    CONSTRAINT ck_rule_override_stage CHECK ("stage" IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed', 'registered', 'filed', 'reporting'))
);

CREATE INDEX "rule_override_project_id" ON "rule_override" ("project_id");

CREATE INDEX "rule_override_granted_by_id" ON "rule_override" ("granted_by_id");

CREATE INDEX "rule_override_on_behalf_of_id" ON "rule_override" ("on_behalf_of_id");

CREATE TRIGGER rule_override_no_update BEFORE UPDATE ON "rule_override" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER rule_override_no_delete BEFORE DELETE ON "rule_override" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER rule_override_no_truncate BEFORE TRUNCATE ON "rule_override" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "submission" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "stage" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "snapshot" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "findings" TEXT NOT NULL,
    "cover_number" TEXT NOT NULL,
    "rulebook_day" DATE NOT NULL,
    "state" TEXT NOT NULL,
    "submitted_by_id" BIGINT NOT NULL,
    "on_behalf_of_id" BIGINT,
    "submitted_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("submitted_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("on_behalf_of_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_submission_number UNIQUE ("project_id", "stage", "number"),
    CONSTRAINT uq_submission_of_project UNIQUE ("id", "project_id"),
    CONSTRAINT ck_submission_number CHECK (number >= 1),
    CONSTRAINT ck_submission_sha256 CHECK (LENGTH(sha256) = 64),
    CONSTRAINT ck_submission_stage CHECK ("stage" IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed', 'registered', 'filed', 'reporting')),
    CONSTRAINT ck_submission_kind CHECK ("kind" IN ('proposal', 'combined_study', 'feasibility_study', 'preliminary_design', 'start_application', 'change', 'preliminary_acceptance', 'final_acceptance', 'filing')),
    CONSTRAINT ck_submission_state CHECK ("state" IN ('in_review', 'returned', 'deferred', 'approved', 'rejected', 'withdrawn'))
);

CREATE INDEX "submission_project_id" ON "submission" ("project_id");

CREATE INDEX "submission_submitted_by_id" ON "submission" ("submitted_by_id");

CREATE INDEX "submission_on_behalf_of_id" ON "submission" ("on_behalf_of_id");

CREATE TRIGGER submission_no_update BEFORE UPDATE ON "submission" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."stage" IS DISTINCT FROM NEW."stage" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."number" IS DISTINCT FROM NEW."number" OR OLD."snapshot" IS DISTINCT FROM NEW."snapshot" OR OLD."sha256" IS DISTINCT FROM NEW."sha256" OR OLD."findings" IS DISTINCT FROM NEW."findings" OR OLD."cover_number" IS DISTINCT FROM NEW."cover_number" OR OLD."rulebook_day" IS DISTINCT FROM NEW."rulebook_day" OR OLD."submitted_by_id" IS DISTINCT FROM NEW."submitted_by_id" OR OLD."on_behalf_of_id" IS DISTINCT FROM NEW."on_behalf_of_id" OR OLD."submitted_at" IS DISTINCT FROM NEW."submitted_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER submission_no_delete BEFORE DELETE ON "submission" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER submission_no_truncate BEFORE TRUNCATE ON "submission" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "appraisal" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "submission_id" BIGINT,
    "mode" TEXT NOT NULL,
    "experts" INTEGER NOT NULL,
    "experts_needed" INTEGER NOT NULL,
    "mean" BIGINT,
    "spread" BIGINT,
    "pass_mark" BIGINT,
    "conclusion" TEXT NOT NULL,
    "passed" BOOLEAN NOT NULL,
    "approved_investment" BIGINT,
    "number" TEXT NOT NULL,
    "document_id" BIGINT,
    "decided_by_id" BIGINT NOT NULL,
    "on_behalf_of_id" BIGINT,
    "decided_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("submission_id") REFERENCES "submission" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("decided_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("on_behalf_of_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_appraisal_evidence UNIQUE ("id", "project_id", "passed"),
    CONSTRAINT fk_appraisal_submission FOREIGN KEY ("submission_id", "project_id") REFERENCES "submission" ("id", "project_id"),
    CONSTRAINT ck_appraisal_conclusion CHECK (conclusion <> ''),
    CONSTRAINT ck_appraisal_approved CHECK (NOT passed OR (COALESCE(approved_investment, 0) > 0 AND number <> '')),
    CONSTRAINT ck_appraisal_panel CHECK (mode <> 'panel' OR (mean IS NOT NULL AND spread IS NOT NULL AND pass_mark IS NOT NULL)),
    CONSTRAINT ck_appraisal_passed CHECK (NOT passed OR mode <> 'panel' OR (experts >= experts_needed AND mean >= pass_mark)),
    CONSTRAINT ck_appraisal_source CHECK ((mode = 'upper_level' AND document_id IS NOT NULL) OR (mode <> 'upper_level' AND submission_id IS NOT NULL)),
    CONSTRAINT ck_appraisal_mode CHECK ("mode" IN ('panel', 'technical_review', 'upper_level'))
);

CREATE INDEX "appraisal_project_id" ON "appraisal" ("project_id");

CREATE INDEX "appraisal_submission_id" ON "appraisal" ("submission_id");

CREATE INDEX "appraisal_document_id" ON "appraisal" ("document_id");

CREATE INDEX "appraisal_decided_by_id" ON "appraisal" ("decided_by_id");

CREATE INDEX "appraisal_on_behalf_of_id" ON "appraisal" ("on_behalf_of_id");

CREATE TRIGGER appraisal_no_update BEFORE UPDATE ON "appraisal" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER appraisal_no_delete BEFORE DELETE ON "appraisal" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER appraisal_no_truncate BEFORE TRUNCATE ON "appraisal" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "decision" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "submission_id" BIGINT NOT NULL,
    "stage" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "tier" TEXT,
    "outcome" TEXT NOT NULL,
    "positive" BOOLEAN NOT NULL,
    "plan_item_id" BIGINT,
    "amount" BIGINT,
    "number" TEXT NOT NULL,
    "minutes" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "decided_by_id" BIGINT NOT NULL,
    "on_behalf_of_id" BIGINT,
    "decided_at" TIMESTAMP NOT NULL,
    "paper_id" BIGINT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("submission_id") REFERENCES "submission" ("id"),
    FOREIGN KEY ("plan_item_id") REFERENCES "plan_item" ("id"),
    FOREIGN KEY ("decided_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("on_behalf_of_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("paper_id") REFERENCES "document" ("id"),
    CONSTRAINT uq_decision_evidence UNIQUE ("id", "project_id", "plan_item_id", "stage", "positive"),
    CONSTRAINT uq_decision_of_project UNIQUE ("id", "project_id"),
    CONSTRAINT fk_decision_submission FOREIGN KEY ("submission_id", "project_id") REFERENCES "submission" ("id", "project_id"),
    CONSTRAINT ck_decision_positive CHECK ((positive AND outcome IN ('approve', 'approve_with_conditions')) OR (NOT positive AND outcome IN ('return_for_revision', 'defer', 'reject'))),
    CONSTRAINT ck_decision_reason CHECK (positive OR reason <> ''),
    CONSTRAINT ck_decision_plan_item CHECK (NOT positive OR stage <> 'initiation' OR plan_item_id IS NOT NULL),
    CONSTRAINT ck_decision_number CHECK (number <> ''),
    CONSTRAINT ck_decision_amount CHECK (amount >= 0),
    CONSTRAINT ck_decision_stage CHECK ("stage" IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed', 'registered', 'filed', 'reporting')),
    CONSTRAINT ck_decision_mode CHECK ("mode" IN ('joint', 'leading_group', 'reply', 'acceptance', 'final_accounts', 'filing', 'change')),
    CONSTRAINT ck_decision_tier CHECK ("tier" IN ('small', 'ordinary', 'major')),
    CONSTRAINT ck_decision_outcome CHECK ("outcome" IN ('approve', 'approve_with_conditions', 'return_for_revision', 'defer', 'reject', 'dissent'))
);

CREATE INDEX "decision_project_id" ON "decision" ("project_id");

CREATE INDEX "decision_submission_id" ON "decision" ("submission_id");

CREATE INDEX "decision_plan_item_id" ON "decision" ("plan_item_id");

CREATE INDEX "decision_decided_by_id" ON "decision" ("decided_by_id");

CREATE INDEX "decision_on_behalf_of_id" ON "decision" ("on_behalf_of_id");

CREATE INDEX "decision_paper_id" ON "decision" ("paper_id");

CREATE UNIQUE INDEX "uq_decision_once" ON "decision" ("submission_id", "mode") WHERE "outcome" <> 'defer';

CREATE TRIGGER decision_no_update BEFORE UPDATE ON "decision" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER decision_no_delete BEFORE DELETE ON "decision" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER decision_no_truncate BEFORE TRUNCATE ON "decision" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "evaluation_score" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "evaluation_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "weight" INTEGER NOT NULL,
    "computed_value" BIGINT,
    "computed_score" INTEGER,
    "computed_note" TEXT NOT NULL,
    "computed_evidence" TEXT NOT NULL,
    "self_score" INTEGER,
    "self_reason" TEXT NOT NULL,
    "self_evidence" TEXT NOT NULL,
    "self_by_id" BIGINT,
    "self_at" TIMESTAMP,
    "evaluator_score" INTEGER,
    "reason" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "scored_by_id" BIGINT,
    "scored_at" TIMESTAMP,
    "settled" BOOLEAN NOT NULL,
    FOREIGN KEY ("evaluation_id") REFERENCES "evaluation" ("id"),
    FOREIGN KEY ("self_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("scored_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_evaluation_score_code UNIQUE ("evaluation_id", "code"),
    CONSTRAINT uq_evaluation_score_position UNIQUE ("evaluation_id", "position"),
    CONSTRAINT ck_evaluation_score_weight CHECK (weight BETWEEN 1 AND 10000),
    CONSTRAINT ck_evaluation_score_computed CHECK (computed_score BETWEEN 0 AND weight),
    CONSTRAINT ck_evaluation_score_self CHECK (self_score BETWEEN 0 AND weight),
    CONSTRAINT ck_evaluation_score_evaluator CHECK (evaluator_score BETWEEN 0 AND weight),
    CONSTRAINT ck_evaluation_score_self_by CHECK ((self_score IS NULL) = (self_by_id IS NULL) AND (self_score IS NULL) = (self_at IS NULL)),
    CONSTRAINT ck_evaluation_score_scored_by CHECK ((evaluator_score IS NULL) = (scored_by_id IS NULL) AND (evaluator_score IS NULL) = (scored_at IS NULL)),
    CONSTRAINT ck_evaluation_score_self_reason CHECK (self_score IS NULL OR self_reason <> '' OR COALESCE(self_score = computed_score, 1 = 0)),
    CONSTRAINT ck_evaluation_score_reason CHECK (evaluator_score IS NULL OR reason <> '' OR COALESCE(evaluator_score = computed_score, 1 = 0)),
    CONSTRAINT ck_evaluation_score_settled CHECK (NOT settled OR self_score IS NOT NULL OR evaluator_score IS NOT NULL)
);

CREATE INDEX "evaluation_score_self_by_id" ON "evaluation_score" ("self_by_id");

CREATE INDEX "evaluation_score_scored_by_id" ON "evaluation_score" ("scored_by_id");

CREATE TRIGGER evaluation_score_no_update BEFORE UPDATE ON "evaluation_score" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."evaluation_id" IS DISTINCT FROM NEW."evaluation_id" OR OLD."position" IS DISTINCT FROM NEW."position" OR OLD."code" IS DISTINCT FROM NEW."code" OR OLD."weight" IS DISTINCT FROM NEW."weight") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER evaluation_score_no_delete BEFORE DELETE ON "evaluation_score" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER evaluation_score_no_truncate BEFORE TRUNCATE ON "evaluation_score" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER evaluation_score_frozen BEFORE UPDATE ON "evaluation_score" FOR EACH ROW WHEN (OLD."settled") EXECUTE FUNCTION refuse_change();

CREATE TABLE "expert_score" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "submission_id" BIGINT NOT NULL,
    "expert_id" BIGINT NOT NULL,
    "score" INTEGER,
    "opinion" TEXT NOT NULL,
    "conflict" BOOLEAN NOT NULL,
    "scored_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("submission_id") REFERENCES "submission" ("id"),
    FOREIGN KEY ("expert_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_expert_score UNIQUE ("submission_id", "expert_id"),
    CONSTRAINT ck_expert_score_range CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT ck_expert_score_conflict CHECK ((conflict AND score IS NULL) OR (NOT conflict AND score IS NOT NULL)),
    CONSTRAINT ck_expert_score_opinion CHECK (opinion <> '')
);

CREATE INDEX "expert_score_submission_id" ON "expert_score" ("submission_id");

CREATE INDEX "expert_score_expert_id" ON "expert_score" ("expert_id");

CREATE TRIGGER expert_score_no_update BEFORE UPDATE ON "expert_score" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER expert_score_no_delete BEFORE DELETE ON "expert_score" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER expert_score_no_truncate BEFORE TRUNCATE ON "expert_score" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "step" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "submission_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "round" INTEGER NOT NULL,
    "organisation_id" BIGINT,
    "assignee_id" BIGINT,
    "state" TEXT NOT NULL,
    "opened_at" TIMESTAMP NOT NULL,
    "due_on" DATE NOT NULL,
    "actor_id" BIGINT,
    "on_behalf_of_id" BIGINT,
    "done_at" TIMESTAMP,
    "outcome" TEXT,
    "opinion" TEXT NOT NULL,
    "demands" TEXT,
    "paper_id" BIGINT,
    FOREIGN KEY ("submission_id") REFERENCES "submission" ("id"),
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("assignee_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("actor_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("on_behalf_of_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("paper_id") REFERENCES "document" ("id"),
    CONSTRAINT ck_step_done CHECK ((state = 'done' AND actor_id IS NOT NULL AND done_at IS NOT NULL AND outcome IS NOT NULL) OR (state <> 'done' AND actor_id IS NULL AND done_at IS NULL AND outcome IS NULL)),
    CONSTRAINT ck_step_dissent CHECK (outcome <> 'dissent' OR opinion <> ''),
    CONSTRAINT ck_step_return CHECK (outcome <> 'return_for_revision' OR opinion <> ''),
    CONSTRAINT ck_step_round CHECK (round >= 1),
    CONSTRAINT ck_step_kind CHECK ("kind" IN ('endorse', 'accept', 'review', 'panel', 'score', 'countersign', 'coordinate', 'decide', 'reply', 'fix', 'preliminary_acceptance', 'final_acceptance', 'final_accounts', 'file', 'change')),
    CONSTRAINT ck_step_role CHECK ("role" IN ('applicant', 'cio', 'unit_finance', 'informatization', 'investment', 'finance', 'secretary', 'member', 'expert', 'assessor', 'auditor', 'admin')),
    CONSTRAINT ck_step_state CHECK ("state" IN ('open', 'done', 'void')),
    CONSTRAINT ck_step_outcome CHECK ("outcome" IN ('approve', 'approve_with_conditions', 'return_for_revision', 'defer', 'reject', 'dissent'))
);

CREATE INDEX "step_submission_id" ON "step" ("submission_id");

CREATE INDEX "step_organisation_id" ON "step" ("organisation_id");

CREATE INDEX "step_assignee_id" ON "step" ("assignee_id");

CREATE INDEX "step_actor_id" ON "step" ("actor_id");

CREATE INDEX "step_on_behalf_of_id" ON "step" ("on_behalf_of_id");

CREATE INDEX "step_paper_id" ON "step" ("paper_id");

CREATE UNIQUE INDEX "uq_step_role" ON "step" ("submission_id", "kind", "role", "round") WHERE "assignee_id" IS NULL;

CREATE UNIQUE INDEX "uq_step_assignee" ON "step" ("submission_id", "kind", "assignee_id", "round") WHERE "assignee_id" IS NOT NULL;

CREATE INDEX "ix_step_open" ON "step" ("role", "due_on") WHERE "state" = 'open';

CREATE TABLE "approval_case" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "track" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "side_state" TEXT NOT NULL,
    "review_on" DATE,
    "tier" TEXT,
    "combined" BOOLEAN NOT NULL,
    "rulebook_day" DATE,
    "submission_id" BIGINT,
    "stage_key" TEXT NOT NULL,
    "holds" BOOLEAN NOT NULL,
    "plan_item_id" BIGINT,
    "decision_id" BIGINT,
    "appraisal_id" BIGINT,
    "estimate_fix_id" BIGINT,
    "annual_plan_row_id" BIGINT,
    "budget_line_id" BIGINT,
    "inherited_id" BIGINT,
    "inherited_stage" TEXT,
    "completed_on" DATE,
    "launched_on" DATE,
    "opened_by_id" BIGINT NOT NULL,
    "opened_at" TIMESTAMP NOT NULL,
    "version" INTEGER NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("submission_id") REFERENCES "submission" ("id"),
    FOREIGN KEY ("plan_item_id") REFERENCES "plan_item" ("id"),
    FOREIGN KEY ("decision_id") REFERENCES "decision" ("id"),
    FOREIGN KEY ("appraisal_id") REFERENCES "appraisal" ("id"),
    FOREIGN KEY ("estimate_fix_id") REFERENCES "estimate_fix" ("id"),
    FOREIGN KEY ("annual_plan_row_id") REFERENCES "annual_plan_row" ("id"),
    FOREIGN KEY ("budget_line_id") REFERENCES "budget_line" ("id"),
    FOREIGN KEY ("inherited_id") REFERENCES "inherited_evidence" ("id"),
    FOREIGN KEY ("opened_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_approval_case_project UNIQUE ("project_id"),
    CONSTRAINT fk_approval_case_submission FOREIGN KEY ("submission_id", "project_id") REFERENCES "submission" ("id", "project_id"),
    CONSTRAINT fk_approval_case_plan_item FOREIGN KEY ("project_id", "plan_item_id") REFERENCES "project" ("id", "plan_item_id"),
    CONSTRAINT fk_approval_case_decision FOREIGN KEY ("decision_id", "project_id", "plan_item_id", "stage_key", "holds") REFERENCES "decision" ("id", "project_id", "plan_item_id", "stage", "positive"),
    CONSTRAINT fk_approval_case_appraisal FOREIGN KEY ("appraisal_id", "project_id", "holds") REFERENCES "appraisal" ("id", "project_id", "passed"),
    CONSTRAINT fk_approval_case_estimate FOREIGN KEY ("estimate_fix_id", "project_id") REFERENCES "estimate_fix" ("id", "project_id"),
    CONSTRAINT fk_approval_case_annual_plan FOREIGN KEY ("annual_plan_row_id", "project_id") REFERENCES "annual_plan_row" ("id", "project_id"),
    CONSTRAINT fk_approval_case_line FOREIGN KEY ("budget_line_id", "project_id") REFERENCES "budget_line" ("id", "project_id"),
    CONSTRAINT fk_approval_case_inherited FOREIGN KEY ("inherited_id", "project_id", "inherited_stage", "holds") REFERENCES "inherited_evidence" ("id", "project_id", "stage", "confirmed"),
    CONSTRAINT ck_approval_case_holds CHECK (holds),
    CONSTRAINT ck_approval_case_first_stage CHECK (stage_key = 'initiation'),
    CONSTRAINT ck_approval_case_inherited CHECK ((inherited_id IS NULL) = (inherited_stage IS NULL)),
    CONSTRAINT ck_approval_case_stage_of_track CHECK ((track = 'filing' AND stage IN ('registered', 'filed', 'reporting', 'closed')) OR (track = 'government' AND stage IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed'))),
    CONSTRAINT ck_approval_case_plan_before_approval CHECK (track = 'filing' OR stage = 'initiation' OR (plan_item_id IS NOT NULL AND decision_id IS NOT NULL) OR COALESCE(inherited_stage, 'initiation') <> 'initiation'),
    CONSTRAINT ck_approval_case_appraisal_before_estimate CHECK (track = 'filing' OR stage IN ('initiation', 'appraisal') OR appraisal_id IS NOT NULL OR COALESCE(inherited_stage, 'initiation') NOT IN ('initiation', 'appraisal')),
    CONSTRAINT ck_approval_case_appraisal_before_building CHECK (track = 'filing' OR NOT (stage IN ('construction', 'acceptance', 'operation', 'post_evaluation', 'closed')) OR (estimate_fix_id IS NOT NULL AND annual_plan_row_id IS NOT NULL AND budget_line_id IS NOT NULL) OR COALESCE(inherited_stage, 'initiation') IN ('construction', 'acceptance', 'operation', 'post_evaluation', 'closed')),
    CONSTRAINT ck_approval_case_deferred CHECK ((side_state = 'deferred') = (review_on IS NOT NULL)),
    CONSTRAINT ck_approval_case_version CHECK (version >= 1),
    CONSTRAINT ck_approval_case_track CHECK ("track" IN ('government', 'filing')),
    CONSTRAINT ck_approval_case_stage CHECK ("stage" IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed', 'registered', 'filed', 'reporting')),
    CONSTRAINT ck_approval_case_phase CHECK ("phase" IN ('drafting', 'endorsing', 'accepting', 'reviewing', 'panel', 'countersigning', 'coordinating', 'deciding', 'replying', 'fixing', 'fixed', 'building', 'preliminary', 'trial', 'inspecting', 'accounting', 'accepted', 'running', 'evaluating', 'reporting', 'rejected', 'finished')),
    CONSTRAINT ck_approval_case_side_state CHECK ("side_state" IN ('active', 'suspended', 'terminated', 'deferred')),
    CONSTRAINT ck_approval_case_tier CHECK ("tier" IN ('small', 'ordinary', 'major')),
    CONSTRAINT ck_approval_case_stage_key CHECK ("stage_key" IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed', 'registered', 'filed', 'reporting')),
    CONSTRAINT ck_approval_case_inherited_stage CHECK ("inherited_stage" IN ('initiation', 'appraisal', 'estimate', 'construction', 'acceptance', 'operation', 'post_evaluation', 'closed', 'registered', 'filed', 'reporting'))
);

CREATE INDEX "approval_case_submission_id" ON "approval_case" ("submission_id");

CREATE INDEX "approval_case_plan_item_id" ON "approval_case" ("plan_item_id");

CREATE INDEX "approval_case_decision_id" ON "approval_case" ("decision_id");

CREATE INDEX "approval_case_appraisal_id" ON "approval_case" ("appraisal_id");

CREATE INDEX "approval_case_estimate_fix_id" ON "approval_case" ("estimate_fix_id");

CREATE INDEX "approval_case_annual_plan_row_id" ON "approval_case" ("annual_plan_row_id");

CREATE INDEX "approval_case_budget_line_id" ON "approval_case" ("budget_line_id");

CREATE INDEX "approval_case_inherited_id" ON "approval_case" ("inherited_id");

CREATE INDEX "approval_case_opened_by_id" ON "approval_case" ("opened_by_id");

CREATE TABLE "decision_condition" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "decision_id" BIGINT NOT NULL,
    "project_id" BIGINT NOT NULL,
    "text" TEXT NOT NULL,
    "owner_id" BIGINT NOT NULL,
    "due_on" DATE NOT NULL,
    "gate" TEXT NOT NULL,
    "evidence_id" BIGINT,
    "met_at" TIMESTAMP,
    "met_by_id" BIGINT,
    FOREIGN KEY ("decision_id") REFERENCES "decision" ("id"),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("owner_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("evidence_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("met_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_decision_condition_text CHECK (text <> ''),
    CONSTRAINT ck_decision_condition_met CHECK ((met_at IS NULL AND met_by_id IS NULL AND evidence_id IS NULL) OR (met_at IS NOT NULL AND met_by_id IS NOT NULL AND evidence_id IS NOT NULL)),
    CONSTRAINT ck_decision_condition_gate CHECK ("gate" IN ('plan', 'appraisal', 'conclusion', 'estimate', 'annual_plan', 'build', 'preliminary', 'acceptance', 'final_accounts', 'operation', 'closing', 'filing'))
);

CREATE INDEX "decision_condition_decision_id" ON "decision_condition" ("decision_id");

CREATE INDEX "decision_condition_project_id" ON "decision_condition" ("project_id");

CREATE INDEX "decision_condition_owner_id" ON "decision_condition" ("owner_id");

CREATE INDEX "decision_condition_evidence_id" ON "decision_condition" ("evidence_id");

CREATE INDEX "decision_condition_met_by_id" ON "decision_condition" ("met_by_id");

CREATE TRIGGER decision_condition_no_update BEFORE UPDATE ON "decision_condition" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."decision_id" IS DISTINCT FROM NEW."decision_id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."text" IS DISTINCT FROM NEW."text" OR OLD."owner_id" IS DISTINCT FROM NEW."owner_id" OR OLD."due_on" IS DISTINCT FROM NEW."due_on" OR OLD."gate" IS DISTINCT FROM NEW."gate") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER decision_condition_no_delete BEFORE DELETE ON "decision_condition" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER decision_condition_no_truncate BEFORE TRUNCATE ON "decision_condition" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "final_accounts" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "decision_id" BIGINT NOT NULL,
    "project_id" BIGINT NOT NULL,
    "estimate" BIGINT NOT NULL,
    "contracted" BIGINT NOT NULL,
    "direct" BIGINT NOT NULL,
    "paid" BIGINT NOT NULL,
    "received" BIGINT NOT NULL,
    "final_cost" BIGINT NOT NULL,
    "remaining_works" BIGINT NOT NULL,
    "surplus" BIGINT NOT NULL,
    FOREIGN KEY ("decision_id") REFERENCES "decision" ("id"),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_final_accounts_project UNIQUE ("project_id"),
    CONSTRAINT uq_final_accounts_decision UNIQUE ("decision_id"),
    CONSTRAINT fk_final_accounts_decision FOREIGN KEY ("decision_id", "project_id") REFERENCES "decision" ("id", "project_id"),
    CONSTRAINT ck_final_accounts_books CHECK (final_cost = contracted + direct),
    CONSTRAINT ck_final_accounts_estimate CHECK (final_cost + remaining_works <= estimate),
    CONSTRAINT ck_final_accounts_surplus CHECK (surplus = received - final_cost - remaining_works),
    CONSTRAINT ck_final_accounts_positive CHECK (contracted >= 0 AND direct >= 0 AND paid >= 0 AND received >= 0 AND remaining_works >= 0),
    CONSTRAINT ck_final_accounts_paid CHECK (paid <= final_cost)
);

CREATE TRIGGER final_accounts_no_update BEFORE UPDATE ON "final_accounts" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER final_accounts_no_delete BEFORE DELETE ON "final_accounts" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER final_accounts_no_truncate BEFORE TRUNCATE ON "final_accounts" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
