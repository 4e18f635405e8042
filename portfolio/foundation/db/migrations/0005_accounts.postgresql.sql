ALTER TABLE "user_account" ADD COLUMN "language" TEXT
    CONSTRAINT ck_user_account_language CHECK ("language" IN ('zh', 'en'));

ALTER TABLE "user_account" ADD COLUMN "password_changed_at" TIMESTAMP;

ALTER TABLE "user_account" ADD COLUMN "tf_primary_method" TEXT;

ALTER TABLE "user_account" ADD COLUMN "tf_totp_secret" TEXT;

ALTER TABLE "user_account" ADD COLUMN "tf_last_counter" BIGINT;

CREATE TABLE "login_try" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "username" TEXT NOT NULL,
    "tries" INTEGER NOT NULL,
    "last_at" TIMESTAMP NOT NULL,
    "locked_until" TIMESTAMP,
    CONSTRAINT ck_login_try_tries CHECK (tries >= 0)
);

CREATE UNIQUE INDEX "login_try_username" ON "login_try" ("username");

CREATE INDEX "login_try_last_at" ON "login_try" ("last_at");

CREATE TABLE "login_session" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "user_id" BIGINT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "began_at" TIMESTAMP NOT NULL,
    "ended_at" TIMESTAMP,
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id")
);

CREATE INDEX "login_session_user_id" ON "login_session" ("user_id");

CREATE UNIQUE INDEX "login_session_key_hash" ON "login_session" ("key_hash");
