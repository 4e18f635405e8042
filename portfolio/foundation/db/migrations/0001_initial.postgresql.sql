CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TABLE "anchor" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "chains" INTEGER NOT NULL,
    "last_entry" BIGINT NOT NULL,
    "heads_hash" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "heads" TEXT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    CONSTRAINT uq_anchor_day UNIQUE ("kind", "day")
);

CREATE TRIGGER anchor_no_update BEFORE UPDATE ON "anchor" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER anchor_no_delete BEFORE DELETE ON "anchor" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER anchor_no_truncate BEFORE TRUNCATE ON "anchor" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "audit_entry" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "subject_kind" TEXT NOT NULL,
    "subject_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "actor_id" BIGINT,
    "on_behalf_of" BIGINT,
    "action" TEXT NOT NULL,
    "at" TIMESTAMP NOT NULL,
    "data" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT uq_audit_entry_subject UNIQUE ("subject_kind", "subject_id", "number"),
    CONSTRAINT ck_audit_entry_number CHECK (number >= 1)
);

CREATE INDEX "audit_entry_at" ON "audit_entry" ("at");

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON "audit_entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON "audit_entry" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON "audit_entry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "clock_setting" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "single" INTEGER NOT NULL,
    "offset_seconds" INTEGER NOT NULL,
    CONSTRAINT ck_clock_setting_single CHECK (single = 1)
);

CREATE UNIQUE INDEX "clock_setting_single" ON "clock_setting" ("single");

CREATE TABLE "number_series" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "series" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "last" INTEGER NOT NULL,
    CONSTRAINT uq_number_series UNIQUE ("series", "year")
);

CREATE TABLE "plan" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "city" TEXT NOT NULL,
    "from_year" INTEGER NOT NULL,
    "to_year" INTEGER NOT NULL,
    CONSTRAINT uq_plan_code UNIQUE ("code"),
    CONSTRAINT ck_plan_years CHECK ("from_year" < "to_year")
);

CREATE TRIGGER plan_no_update BEFORE UPDATE ON "plan" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_no_delete BEFORE DELETE ON "plan" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_no_truncate BEFORE TRUNCATE ON "plan" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "rulebook_rule" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "parameters" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    CONSTRAINT uq_rulebook_rule UNIQUE ("code", "valid_from"),
    CONSTRAINT ck_rulebook_rule_validity CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT ck_rulebook_rule_level CHECK ("level" IN ('block', 'warn', 'inform'))
);

CREATE TRIGGER rulebook_rule_no_update BEFORE UPDATE ON "rulebook_rule" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."code" IS DISTINCT FROM NEW."code" OR OLD."title" IS DISTINCT FROM NEW."title" OR OLD."level" IS DISTINCT FROM NEW."level" OR OLD."parameters" IS DISTINCT FROM NEW."parameters" OR OLD."basis" IS DISTINCT FROM NEW."basis" OR OLD."valid_from" IS DISTINCT FROM NEW."valid_from") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER rulebook_rule_no_delete BEFORE DELETE ON "rulebook_rule" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER rulebook_rule_no_truncate BEFORE TRUNCATE ON "rulebook_rule" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "zone" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL
);

CREATE UNIQUE INDEX "zone_code" ON "zone" ("code");

CREATE TABLE "clause" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    "requirement" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    CONSTRAINT uq_clause_code UNIQUE ("plan_id", "code")
);

CREATE TRIGGER clause_no_update BEFORE UPDATE ON "clause" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER clause_no_delete BEFORE DELETE ON "clause" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER clause_no_truncate BEFORE TRUNCATE ON "clause" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "cluster" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    CONSTRAINT uq_cluster_code UNIQUE ("plan_id", "code"),
    CONSTRAINT uq_cluster_of_plan UNIQUE ("id", "plan_id")
);

CREATE TRIGGER cluster_no_update BEFORE UPDATE ON "cluster" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER cluster_no_delete BEFORE DELETE ON "cluster" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER cluster_no_truncate BEFORE TRUNCATE ON "cluster" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "indicator" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "base_year" INTEGER NOT NULL,
    "base" BIGINT,
    "target_year" INTEGER NOT NULL,
    "target" BIGINT NOT NULL,
    "growth_printed" BIGINT,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "part_of_id" BIGINT,
    "note" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    FOREIGN KEY ("part_of_id") REFERENCES "indicator" ("id"),
    CONSTRAINT uq_indicator_code UNIQUE ("plan_id", "code"),
    CONSTRAINT uq_indicator_of_plan UNIQUE ("id", "plan_id"),
    CONSTRAINT fk_indicator_part_of_plan FOREIGN KEY ("part_of_id", "plan_id") REFERENCES "indicator" ("id", "plan_id"),
    CONSTRAINT ck_indicator_years CHECK ("base_year" < "target_year"),
    CONSTRAINT ck_indicator_base CHECK ("path" = 'none' OR "base" IS NOT NULL),
    CONSTRAINT ck_indicator_growth CHECK ("path" <> 'geometric' OR ("base" > 0 AND "target" > 0)),
    CONSTRAINT ck_indicator_kind CHECK ("kind" IN ('预期性', '约束性')),
    CONSTRAINT ck_indicator_path CHECK ("path" IN ('geometric', 'linear', 'none'))
);

CREATE INDEX "indicator_part_of_id" ON "indicator" ("part_of_id");

CREATE TRIGGER indicator_no_update BEFORE UPDATE ON "indicator" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER indicator_no_delete BEFORE DELETE ON "indicator" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER indicator_no_truncate BEFORE TRUNCATE ON "indicator" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "organisation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "short_name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "zone_id" BIGINT,
    "vertical" BOOLEAN NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    "successor_id" BIGINT,
    FOREIGN KEY ("zone_id") REFERENCES "zone" ("id"),
    FOREIGN KEY ("successor_id") REFERENCES "organisation" ("id"),
    CONSTRAINT ck_organisation_validity CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT ck_organisation_kind CHECK ("kind" IN ('department', 'district', 'park', 'office', 'leading_group', 'agency'))
);

CREATE UNIQUE INDEX "organisation_code" ON "organisation" ("code");

CREATE INDEX "organisation_zone_id" ON "organisation" ("zone_id");

CREATE INDEX "organisation_successor_id" ON "organisation" ("successor_id");

CREATE TABLE "plan_task" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "subheads" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    CONSTRAINT uq_plan_task_code UNIQUE ("plan_id", "code"),
    CONSTRAINT uq_plan_task_of_plan UNIQUE ("id", "plan_id")
);

CREATE TRIGGER plan_task_no_update BEFORE UPDATE ON "plan_task" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_task_no_delete BEFORE DELETE ON "plan_task" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_task_no_truncate BEFORE TRUNCATE ON "plan_task" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "sector" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "includes" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    CONSTRAINT uq_sector_code UNIQUE ("plan_id", "code"),
    CONSTRAINT uq_sector_of_plan UNIQUE ("id", "plan_id")
);

CREATE TRIGGER sector_no_update BEFORE UPDATE ON "sector" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER sector_no_delete BEFORE DELETE ON "sector" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER sector_no_truncate BEFORE TRUNCATE ON "sector" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "goal" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "target" BIGINT NOT NULL,
    "same_as_id" BIGINT,
    "quote" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    FOREIGN KEY ("same_as_id") REFERENCES "indicator" ("id"),
    CONSTRAINT uq_goal_code UNIQUE ("plan_id", "code"),
    CONSTRAINT fk_goal_same_plan FOREIGN KEY ("same_as_id", "plan_id") REFERENCES "indicator" ("id", "plan_id"),
    CONSTRAINT ck_goal_measure CHECK ("measure" IN ('total', 'level', 'sectors', 'clusters'))
);

CREATE INDEX "goal_same_as_id" ON "goal" ("same_as_id");

CREATE TRIGGER goal_no_update BEFORE UPDATE ON "goal" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER goal_no_delete BEFORE DELETE ON "goal" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER goal_no_truncate BEFORE TRUNCATE ON "goal" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "plan_box" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "task_id" BIGINT NOT NULL,
    "item_count" INTEGER NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    FOREIGN KEY ("task_id") REFERENCES "plan_task" ("id"),
    CONSTRAINT uq_plan_box_code UNIQUE ("plan_id", "code"),
    CONSTRAINT uq_plan_box_of_plan UNIQUE ("id", "plan_id"),
    CONSTRAINT fk_plan_box_task_of_plan FOREIGN KEY ("task_id", "plan_id") REFERENCES "plan_task" ("id", "plan_id"),
    CONSTRAINT ck_plan_box_item_count CHECK ("item_count" >= 0)
);

CREATE INDEX "plan_box_task_id" ON "plan_box" ("task_id");

CREATE TRIGGER plan_box_no_update BEFORE UPDATE ON "plan_box" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_box_no_delete BEFORE DELETE ON "plan_box" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_box_no_truncate BEFORE TRUNCATE ON "plan_box" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "text_target" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "comparison" TEXT NOT NULL,
    "base_year" INTEGER NOT NULL,
    "base" BIGINT,
    "target_year" INTEGER NOT NULL,
    "target" BIGINT,
    "upper" BIGINT,
    "same_as_id" BIGINT,
    "quote" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    FOREIGN KEY ("same_as_id") REFERENCES "indicator" ("id"),
    CONSTRAINT uq_text_target_code UNIQUE ("plan_id", "code"),
    CONSTRAINT fk_text_target_same_plan FOREIGN KEY ("same_as_id", "plan_id") REFERENCES "indicator" ("id", "plan_id"),
    CONSTRAINT ck_text_target_years CHECK ("base_year" < "target_year"),
    CONSTRAINT ck_text_target_target CHECK (("target" IS NULL) = ("comparison" = 'completed')),
    CONSTRAINT ck_text_target_upper CHECK (("upper" IS NULL) = ("comparison" <> 'between')),
    CONSTRAINT ck_text_target_range CHECK ("upper" IS NULL OR "upper" > "target"),
    CONSTRAINT ck_text_target_comparison CHECK ("comparison" IN ('at_least', 'between', 'completed'))
);

CREATE INDEX "text_target_same_as_id" ON "text_target" ("same_as_id");

CREATE TRIGGER text_target_no_update BEFORE UPDATE ON "text_target" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER text_target_no_delete BEFORE DELETE ON "text_target" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER text_target_no_truncate BEFORE TRUNCATE ON "text_target" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "user_account" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "username" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "password" TEXT,
    "active" BOOLEAN NOT NULL,
    "fs_uniquifier" TEXT NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id")
);

CREATE UNIQUE INDEX "user_account_username" ON "user_account" ("username");

CREATE UNIQUE INDEX "user_account_email" ON "user_account" ("email");

CREATE UNIQUE INDEX "user_account_fs_uniquifier" ON "user_account" ("fs_uniquifier");

CREATE INDEX "user_account_organisation_id" ON "user_account" ("organisation_id");

CREATE TABLE "delegation" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "principal_id" BIGINT NOT NULL,
    "delegate_id" BIGINT NOT NULL,
    "role" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "granted_by_id" BIGINT NOT NULL,
    FOREIGN KEY ("principal_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("delegate_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("granted_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_delegation_validity CHECK (valid_to >= valid_from),
    CONSTRAINT ck_delegation_other CHECK (principal_id <> delegate_id),
    CONSTRAINT ck_delegation_role CHECK ("role" IN ('applicant', 'cio', 'unit_finance', 'informatization', 'investment', 'finance', 'secretary', 'member', 'expert', 'assessor', 'auditor', 'admin'))
);

CREATE INDEX "delegation_principal_id" ON "delegation" ("principal_id");

CREATE INDEX "delegation_delegate_id" ON "delegation" ("delegate_id");

CREATE INDEX "delegation_granted_by_id" ON "delegation" ("granted_by_id");

CREATE TABLE "document" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "sha256" TEXT NOT NULL,
    "size_bytes" BIGINT NOT NULL,
    "media_type" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "uploaded_by_id" BIGINT,
    "uploaded_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("uploaded_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_document_sha256 CHECK (LENGTH(sha256) = 64),
    CONSTRAINT ck_document_size CHECK (size_bytes > 0),
    CONSTRAINT ck_document_name CHECK (LENGTH(file_name) BETWEEN 1 AND 200),
    CONSTRAINT ck_document_category CHECK (category <> ''),
    CONSTRAINT ck_document_media_type CHECK ("media_type" IN ('application/pdf', 'application/ofd', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/msword', 'application/vnd.ms-excel', 'image/png', 'image/jpeg', 'image/tiff', 'text/plain', 'text/csv'))
);

CREATE INDEX "document_sha256" ON "document" ("sha256");

CREATE INDEX "document_uploaded_by_id" ON "document" ("uploaded_by_id");

CREATE TRIGGER document_no_update BEFORE UPDATE ON "document" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER document_no_delete BEFORE DELETE ON "document" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER document_no_truncate BEFORE TRUNCATE ON "document" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "job" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "arguments" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "max_attempts" INTEGER NOT NULL,
    "progress_done" INTEGER NOT NULL,
    "progress_total" INTEGER,
    "checkpoint" TEXT,
    "wake_at" TIMESTAMP NOT NULL,
    "lease_until" TIMESTAMP,
    "leased_by" TEXT,
    "error" TEXT,
    "error_detail" TEXT,
    "result" TEXT,
    "created_by_id" BIGINT,
    "actor" TEXT,
    "created_at" TIMESTAMP NOT NULL,
    "started_at" TIMESTAMP,
    "finished_at" TIMESTAMP,
    "dedupe" TEXT,
    FOREIGN KEY ("created_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_job_dedupe UNIQUE ("dedupe"),
    CONSTRAINT ck_job_lease CHECK ((state = 'running') = (lease_until IS NOT NULL AND leased_by IS NOT NULL)),
    CONSTRAINT ck_job_lease_whole CHECK ((lease_until IS NULL) = (leased_by IS NULL)),
    CONSTRAINT ck_job_started CHECK (state NOT IN ('running', 'done') OR started_at IS NOT NULL),
    CONSTRAINT ck_job_finished CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CONSTRAINT ck_job_failed CHECK (state <> 'failed' OR error IS NOT NULL),
    CONSTRAINT ck_job_result CHECK (state = 'done' OR result IS NULL),
    CONSTRAINT ck_job_attempts CHECK (attempts >= 0 AND max_attempts >= 1 AND attempts <= max_attempts),
    CONSTRAINT ck_job_progress CHECK (progress_done >= 0 AND (progress_total IS NULL OR progress_done <= progress_total)),
    CONSTRAINT ck_job_dedupe CHECK (dedupe IS NULL OR state NOT IN ('failed', 'cancelled')),
    CONSTRAINT ck_job_actor CHECK ((created_by_id IS NULL) = (actor IS NULL)),
    CONSTRAINT ck_job_state CHECK ("state" IN ('queued', 'running', 'done', 'failed', 'cancelled'))
);

CREATE INDEX "job_created_by_id" ON "job" ("created_by_id");

CREATE INDEX "job_state_wake_at" ON "job" ("state", "wake_at");

CREATE INDEX "job_state_lease_until" ON "job" ("state", "lease_until");

CREATE TRIGGER job_no_update BEFORE UPDATE ON "job" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."arguments" IS DISTINCT FROM NEW."arguments" OR OLD."max_attempts" IS DISTINCT FROM NEW."max_attempts" OR OLD."created_by_id" IS DISTINCT FROM NEW."created_by_id" OR OLD."actor" IS DISTINCT FROM NEW."actor" OR OLD."created_at" IS DISTINCT FROM NEW."created_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER job_no_delete BEFORE DELETE ON "job" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER job_no_truncate BEFORE TRUNCATE ON "job" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "plan_group" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "box_id" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "quote" TEXT NOT NULL,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    FOREIGN KEY ("box_id") REFERENCES "plan_box" ("id"),
    CONSTRAINT uq_plan_group_code UNIQUE ("plan_id", "code"),
    CONSTRAINT uq_plan_group_of_plan UNIQUE ("id", "plan_id"),
    CONSTRAINT fk_plan_group_box_of_plan FOREIGN KEY ("box_id", "plan_id") REFERENCES "plan_box" ("id", "plan_id")
);

CREATE INDEX "plan_group_box_id" ON "plan_group" ("box_id");

CREATE TRIGGER plan_group_no_update BEFORE UPDATE ON "plan_group" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_group_no_delete BEFORE DELETE ON "plan_group" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_group_no_truncate BEFORE TRUNCATE ON "plan_group" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "system" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "owner_id" BIGINT NOT NULL,
    "description" TEXT NOT NULL,
    "preexisting" BOOLEAN NOT NULL,
    "launched_on" DATE,
    "catalogued_on" DATE,
    "shared_on" DATE,
    "secure_on" DATE,
    "retired_on" DATE,
    "retired_reason" TEXT,
    "version" INTEGER NOT NULL,
    "created_by_id" BIGINT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("owner_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("created_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_system_code UNIQUE ("code"),
    CONSTRAINT ck_system_name CHECK (LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_system_life CHECK (retired_on >= launched_on),
    CONSTRAINT ck_system_retired CHECK ((retired_on IS NULL) = (COALESCE(retired_reason, '') = '')),
    CONSTRAINT ck_system_version CHECK (version >= 1)
);

CREATE INDEX "system_owner_id" ON "system" ("owner_id");

CREATE INDEX "system_created_by_id" ON "system" ("created_by_id");

CREATE TABLE "user_role" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "role" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_user_role UNIQUE ("user_id", "role", "valid_from"),
    CONSTRAINT ck_user_role_validity CHECK (valid_to IS NULL OR valid_to >= valid_from),
    CONSTRAINT ck_user_role_role CHECK ("role" IN ('applicant', 'cio', 'unit_finance', 'informatization', 'investment', 'finance', 'secretary', 'member', 'expert', 'assessor', 'auditor', 'admin'))
);

CREATE INDEX "user_role_user_id" ON "user_role" ("user_id");

CREATE TABLE "plan_item" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "plan_id" BIGINT NOT NULL,
    "group_id" BIGINT NOT NULL,
    "code" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "seed_text" TEXT NOT NULL,
    "verbatim" BOOLEAN NOT NULL,
    "counts_1162" BOOLEAN NOT NULL,
    "sector_id" BIGINT,
    "cluster_id" BIGINT,
    "origin" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,
    FOREIGN KEY ("plan_id") REFERENCES "plan" ("id"),
    FOREIGN KEY ("group_id") REFERENCES "plan_group" ("id"),
    FOREIGN KEY ("sector_id") REFERENCES "sector" ("id"),
    FOREIGN KEY ("cluster_id") REFERENCES "cluster" ("id"),
    CONSTRAINT uq_plan_item_revision UNIQUE ("plan_id", "code", "revision"),
    CONSTRAINT fk_plan_item_group_of_plan FOREIGN KEY ("group_id", "plan_id") REFERENCES "plan_group" ("id", "plan_id"),
    CONSTRAINT fk_plan_item_sector_of_plan FOREIGN KEY ("sector_id", "plan_id") REFERENCES "sector" ("id", "plan_id"),
    CONSTRAINT fk_plan_item_cluster_of_plan FOREIGN KEY ("cluster_id", "plan_id") REFERENCES "cluster" ("id", "plan_id"),
    CONSTRAINT ck_plan_item_name CHECK ("name" <> ''),
    CONSTRAINT ck_plan_item_revision CHECK ("revision" >= 1),
    CONSTRAINT ck_plan_item_validity CHECK ("valid_to" IS NULL OR "valid_to" >= "valid_from"),
    CONSTRAINT ck_plan_item_reason CHECK (("revision" = 1 AND "origin" = 'plan') OR "reason" <> ''),
    CONSTRAINT ck_plan_item_origin CHECK ("origin" IN ('plan', 'amendment'))
);

CREATE INDEX "plan_item_group_id" ON "plan_item" ("group_id");

CREATE INDEX "plan_item_sector_id" ON "plan_item" ("sector_id");

CREATE INDEX "plan_item_cluster_id" ON "plan_item" ("cluster_id");

CREATE UNIQUE INDEX "uq_plan_item_open" ON "plan_item" ("plan_id", "code") WHERE "valid_to" IS NULL;

CREATE TRIGGER plan_item_no_update BEFORE UPDATE ON "plan_item" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."plan_id" IS DISTINCT FROM NEW."plan_id" OR OLD."group_id" IS DISTINCT FROM NEW."group_id" OR OLD."code" IS DISTINCT FROM NEW."code" OR OLD."revision" IS DISTINCT FROM NEW."revision" OR OLD."name" IS DISTINCT FROM NEW."name" OR OLD."seed_text" IS DISTINCT FROM NEW."seed_text" OR OLD."verbatim" IS DISTINCT FROM NEW."verbatim" OR OLD."counts_1162" IS DISTINCT FROM NEW."counts_1162" OR OLD."sector_id" IS DISTINCT FROM NEW."sector_id" OR OLD."cluster_id" IS DISTINCT FROM NEW."cluster_id" OR OLD."origin" IS DISTINCT FROM NEW."origin" OR OLD."note" IS DISTINCT FROM NEW."note" OR OLD."reason" IS DISTINCT FROM NEW."reason" OR OLD."valid_from" IS DISTINCT FROM NEW."valid_from") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_item_no_delete BEFORE DELETE ON "plan_item" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER plan_item_no_truncate BEFORE TRUNCATE ON "plan_item" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "project" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "owner_id" BIGINT NOT NULL,
    "track" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "plan_item_id" BIGINT,
    "amendment_reason" TEXT NOT NULL,
    "delivery_mode" TEXT,
    "city_wide" BOOLEAN NOT NULL,
    "foundational" BOOLEAN NOT NULL,
    "public_benefit" BOOLEAN NOT NULL,
    "exemplary" BOOLEAN NOT NULL,
    "zone_id" BIGINT,
    "sector_id" BIGINT,
    "cluster_id" BIGINT,
    "need" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "goals" TEXT NOT NULL,
    "relation_to_existing" TEXT NOT NULL,
    "risks" TEXT NOT NULL,
    "sharing_plan" TEXT NOT NULL,
    "estimate_explanation" TEXT NOT NULL,
    "planned_start" DATE,
    "planned_finish" DATE,
    "locked" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "created_by_id" BIGINT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("owner_id") REFERENCES "organisation" ("id"),
    FOREIGN KEY ("plan_item_id") REFERENCES "plan_item" ("id"),
    FOREIGN KEY ("zone_id") REFERENCES "zone" ("id"),
    FOREIGN KEY ("sector_id") REFERENCES "sector" ("id"),
    FOREIGN KEY ("cluster_id") REFERENCES "cluster" ("id"),
    FOREIGN KEY ("created_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_project_code UNIQUE ("code"),
    CONSTRAINT uq_project_plan_item UNIQUE ("id", "plan_item_id"),
    CONSTRAINT ck_project_name CHECK (LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_project_schedule CHECK (planned_finish >= planned_start),
    CONSTRAINT ck_project_version CHECK (version >= 1),
    CONSTRAINT ck_project_confidential CHECK (route <> 'confidential' OR ("need" = '' AND "content" = '' AND "goals" = '' AND "relation_to_existing" = '' AND "risks" = '' AND "sharing_plan" = '')),
    CONSTRAINT ck_project_track CHECK ("track" IN ('government', 'filing')),
    CONSTRAINT ck_project_route CHECK ("route" IN ('ordinary', 'upper_level', 'urgent', 'phased', 'joint', 'confidential', 'inherited')),
    CONSTRAINT ck_project_delivery_mode CHECK ("delivery_mode" IN ('self_build', 'agent_construction', 'entrusted_management', 'outsourcing', 'cooperation'))
);

CREATE INDEX "project_owner_id" ON "project" ("owner_id");

CREATE INDEX "project_plan_item_id" ON "project" ("plan_item_id");

CREATE INDEX "project_zone_id" ON "project" ("zone_id");

CREATE INDEX "project_sector_id" ON "project" ("sector_id");

CREATE INDEX "project_cluster_id" ON "project" ("cluster_id");

CREATE INDEX "project_created_by_id" ON "project" ("created_by_id");

CREATE TABLE "alternative" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "build_amount" BIGINT NOT NULL,
    "chosen" BOOLEAN NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_alternative_name UNIQUE ("project_id", "name"),
    CONSTRAINT ck_alternative_name CHECK (LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_alternative_amount CHECK (build_amount > 0)
);

CREATE UNIQUE INDEX "uq_alternative_chosen" ON "alternative" ("project_id") WHERE "chosen";

CREATE TABLE "duplicate_answer" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "matched_project_id" BIGINT,
    "matched_system_id" BIGINT,
    "reply" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "answered_by_id" BIGINT NOT NULL,
    "answered_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("matched_project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("matched_system_id") REFERENCES "system" ("id"),
    FOREIGN KEY ("answered_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT ck_duplicate_answer_one CHECK ((matched_project_id IS NULL) <> (matched_system_id IS NULL)),
    CONSTRAINT ck_duplicate_answer_other CHECK (matched_project_id <> project_id),
    CONSTRAINT ck_duplicate_answer_text CHECK (text <> ''),
    CONSTRAINT ck_duplicate_answer_reply CHECK ("reply" IN ('merge', 'reuse', 'differs'))
);

CREATE INDEX "duplicate_answer_project_id" ON "duplicate_answer" ("project_id");

CREATE INDEX "duplicate_answer_matched_project_id" ON "duplicate_answer" ("matched_project_id");

CREATE INDEX "duplicate_answer_matched_system_id" ON "duplicate_answer" ("matched_system_id");

CREATE INDEX "duplicate_answer_answered_by_id" ON "duplicate_answer" ("answered_by_id");

CREATE TRIGGER duplicate_answer_no_update BEFORE UPDATE ON "duplicate_answer" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER duplicate_answer_no_delete BEFORE DELETE ON "duplicate_answer" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER duplicate_answer_no_truncate BEFORE TRUNCATE ON "duplicate_answer" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "estimate_line" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "part" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "category" TEXT NOT NULL,
    "item" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_estimate_line UNIQUE ("project_id", "part", "position"),
    CONSTRAINT ck_estimate_line_amount CHECK (amount > 0),
    CONSTRAINT ck_estimate_line_item CHECK (LENGTH(item) BETWEEN 1 AND 200),
    CONSTRAINT ck_estimate_line_part CHECK ("part" IN ('proposal', 'feasibility', 'design')),
    CONSTRAINT ck_estimate_line_category CHECK ("category" IN ('civil_works', 'hardware', 'system_software', 'application_software', 'integration', 'management', 'consulting', 'design', 'tendering', 'supervision', 'training', 'contingency', 'other'))
);

CREATE TABLE "funding_line" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "part" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "year" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_funding_line UNIQUE ("project_id", "part", "source", "year"),
    CONSTRAINT ck_funding_line_amount CHECK (amount > 0),
    CONSTRAINT ck_funding_line_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_funding_line_part CHECK ("part" IN ('proposal', 'feasibility', 'design')),
    CONSTRAINT ck_funding_line_source CHECK ("source" IN ('municipal', 'district', 'central', 'enterprise', 'bank_loan', 'foreign', 'universal_service_fund', 'other'))
);

CREATE TABLE "information_resource" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "source_id" BIGINT NOT NULL,
    "sharing" TEXT NOT NULL,
    "terms" TEXT NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("source_id") REFERENCES "organisation" ("id"),
    CONSTRAINT uq_information_resource_source UNIQUE ("project_id", "name"),
    CONSTRAINT ck_information_resource_name CHECK (LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_information_resource_terms CHECK (sharing = 'unconditional' OR terms <> ''),
    CONSTRAINT ck_information_resource_sharing CHECK ("sharing" IN ('unconditional', 'conditional', 'none'))
);

CREATE INDEX "information_resource_source_id" ON "information_resource" ("source_id");

CREATE TABLE "milestone" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "planned_on" DATE NOT NULL,
    "actual_on" DATE,
    "weight" INTEGER NOT NULL,
    "dropped_on" DATE,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_milestone_name UNIQUE ("project_id", "name"),
    CONSTRAINT ck_milestone_name CHECK (LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_milestone_weight CHECK (weight BETWEEN 0 AND 100),
    CONSTRAINT ck_milestone_dropped CHECK (actual_on IS NULL OR dropped_on IS NULL)
);

CREATE TABLE "participant" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "organisation_id" BIGINT NOT NULL,
    "part" TEXT NOT NULL,
    "share_percent" BIGINT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("organisation_id") REFERENCES "organisation" ("id"),
    CONSTRAINT uq_participant UNIQUE ("project_id", "organisation_id", "part"),
    CONSTRAINT ck_participant_share CHECK (share_percent BETWEEN 0 AND 1000000),
    CONSTRAINT ck_participant_part CHECK ("part" IN ('lead', 'participant', 'agent'))
);

CREATE INDEX "participant_project_id" ON "participant" ("project_id");

CREATE INDEX "participant_organisation_id" ON "participant" ("organisation_id");

CREATE UNIQUE INDEX "uq_participant_lead" ON "participant" ("project_id") WHERE "part" = 'lead';

CREATE TABLE "performance_target" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "position" INTEGER NOT NULL,
    "aspect" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "target" BIGINT,
    "target_text" TEXT NOT NULL,
    "better" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "actual" BIGINT,
    "actual_text" TEXT NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_performance_target_name UNIQUE ("project_id", "name"),
    CONSTRAINT ck_performance_target_name CHECK (LENGTH(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_performance_target_target CHECK ((target IS NULL) = (target_text <> '')),
    CONSTRAINT ck_performance_target_actual CHECK (actual IS NULL OR target IS NOT NULL),
    CONSTRAINT ck_performance_target_actual_text CHECK (actual_text = '' OR target IS NULL),
    CONSTRAINT ck_performance_target_aspect CHECK ("aspect" IN ('quantity', 'quality', 'timeliness', 'cost', 'economic', 'social', 'ecological', 'sustainable', 'satisfaction')),
    CONSTRAINT ck_performance_target_better CHECK ("better" IN ('higher', 'lower'))
);

CREATE TABLE "progress_report" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "year" INTEGER NOT NULL,
    "period" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "percent_done" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "problems" TEXT NOT NULL,
    "reported_by_id" BIGINT NOT NULL,
    "reported_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("reported_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_progress_report UNIQUE ("project_id", "year", "period", "revision"),
    CONSTRAINT ck_progress_report_year CHECK (year BETWEEN 1990 AND 2100),
    CONSTRAINT ck_progress_report_percent CHECK (percent_done BETWEEN 0 AND 100),
    CONSTRAINT ck_progress_report_revision CHECK (revision >= 1),
    CONSTRAINT ck_progress_report_text CHECK (text <> ''),
    CONSTRAINT ck_progress_report_period CHECK ("period" IN ('q1', 'q2', 'q3', 'q4', 'h1', 'h2'))
);

CREATE INDEX "progress_report_reported_by_id" ON "progress_report" ("reported_by_id");

CREATE TRIGGER progress_report_no_update BEFORE UPDATE ON "progress_report" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER progress_report_no_delete BEFORE DELETE ON "progress_report" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER progress_report_no_truncate BEFORE TRUNCATE ON "progress_report" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "project_document" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "document_id" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "archive_class" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "added_by_id" BIGINT NOT NULL,
    "added_at" TIMESTAMP NOT NULL,
    "withdrawn_by_id" BIGINT,
    "withdrawn_at" TIMESTAMP,
    "withdrawn_reason" TEXT,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("document_id") REFERENCES "document" ("id"),
    FOREIGN KEY ("added_by_id") REFERENCES "user_account" ("id"),
    FOREIGN KEY ("withdrawn_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_project_document UNIQUE ("project_id", "document_id"),
    CONSTRAINT ck_project_document_title CHECK (LENGTH(title) BETWEEN 1 AND 200),
    CONSTRAINT ck_project_document_withdrawn CHECK ((withdrawn_at IS NULL AND withdrawn_by_id IS NULL AND withdrawn_reason IS NULL) OR (withdrawn_at IS NOT NULL AND withdrawn_by_id IS NOT NULL AND COALESCE(withdrawn_reason, '') <> '')),
    CONSTRAINT ck_project_document_kind CHECK ("kind" IN ('cover_letter', 'proposal', 'feasibility_study', 'upper_reply', 'approval_reply', 'minutes', 'tender', 'contract', 'regulations', 'preliminary_design', 'estimate_book', 'start_application', 'change', 'progress', 'test_report', 'supervision', 'equipment', 'software', 'invoice', 'financial_report', 'audit_report', 'final_accounts', 'trial_operation', 'risk_assessment', 'archives_acceptance', 'preliminary_acceptance', 'final_acceptance', 'evaluation', 'other')),
    CONSTRAINT ck_project_document_archive_class CHECK ("archive_class" IN ('initiation', 'management', 'design', 'implementation', 'supervision', 'equipment', 'finance', 'acceptance'))
);

CREATE INDEX "project_document_project_id" ON "project_document" ("project_id");

CREATE INDEX "project_document_document_id" ON "project_document" ("document_id");

CREATE INDEX "project_document_added_by_id" ON "project_document" ("added_by_id");

CREATE INDEX "project_document_withdrawn_by_id" ON "project_document" ("withdrawn_by_id");

CREATE TRIGGER project_document_no_update BEFORE UPDATE ON "project_document" FOR EACH ROW WHEN (OLD."id" IS DISTINCT FROM NEW."id" OR OLD."project_id" IS DISTINCT FROM NEW."project_id" OR OLD."document_id" IS DISTINCT FROM NEW."document_id" OR OLD."kind" IS DISTINCT FROM NEW."kind" OR OLD."archive_class" IS DISTINCT FROM NEW."archive_class" OR OLD."title" IS DISTINCT FROM NEW."title" OR OLD."added_by_id" IS DISTINCT FROM NEW."added_by_id" OR OLD."added_at" IS DISTINCT FROM NEW."added_at") EXECUTE FUNCTION refuse_change();

CREATE TRIGGER project_document_no_delete BEFORE DELETE ON "project_document" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER project_document_no_truncate BEFORE TRUNCATE ON "project_document" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "served_indicator" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "project_id" BIGINT NOT NULL,
    "indicator_id" BIGINT NOT NULL,
    "contribution" BIGINT NOT NULL,
    "unit" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    FOREIGN KEY ("indicator_id") REFERENCES "indicator" ("id"),
    CONSTRAINT uq_served_indicator UNIQUE ("project_id", "indicator_id")
);

CREATE INDEX "served_indicator_indicator_id" ON "served_indicator" ("indicator_id");

CREATE TABLE "system_project" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "system_id" BIGINT NOT NULL,
    "project_id" BIGINT NOT NULL,
    FOREIGN KEY ("system_id") REFERENCES "system" ("id"),
    FOREIGN KEY ("project_id") REFERENCES "project" ("id"),
    CONSTRAINT uq_system_project UNIQUE ("system_id", "project_id")
);

CREATE INDEX "system_project_system_id" ON "system_project" ("system_id");

CREATE INDEX "system_project_project_id" ON "system_project" ("project_id");

CREATE TRIGGER system_project_no_update BEFORE UPDATE ON "system_project" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER system_project_no_delete BEFORE DELETE ON "system_project" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER system_project_no_truncate BEFORE TRUNCATE ON "system_project" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE "alternative_year" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "alternative_id" BIGINT NOT NULL,
    "year_number" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    FOREIGN KEY ("alternative_id") REFERENCES "alternative" ("id"),
    CONSTRAINT uq_alternative_year UNIQUE ("alternative_id", "year_number"),
    CONSTRAINT ck_alternative_year_number CHECK (year_number BETWEEN 1 AND 5),
    CONSTRAINT ck_alternative_year_amount CHECK (amount >= 0)
);

CREATE TABLE "milestone_baseline" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "milestone_id" BIGINT NOT NULL,
    "number" INTEGER NOT NULL,
    "planned_on" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "fixed_by_id" BIGINT NOT NULL,
    "fixed_at" TIMESTAMP NOT NULL,
    FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id"),
    FOREIGN KEY ("fixed_by_id") REFERENCES "user_account" ("id"),
    CONSTRAINT uq_milestone_baseline UNIQUE ("milestone_id", "number"),
    CONSTRAINT ck_milestone_baseline_number CHECK (number >= 1),
    CONSTRAINT ck_milestone_baseline_reason CHECK (number = 1 OR reason <> '')
);

CREATE INDEX "milestone_baseline_fixed_by_id" ON "milestone_baseline" ("fixed_by_id");

CREATE TRIGGER milestone_baseline_no_update BEFORE UPDATE ON "milestone_baseline" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER milestone_baseline_no_delete BEFORE DELETE ON "milestone_baseline" FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TRIGGER milestone_baseline_no_truncate BEFORE TRUNCATE ON "milestone_baseline" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
