ALTER TABLE "user_account" ADD COLUMN "language" TEXT
    CONSTRAINT ck_user_account_language CHECK ("language" IN ('zh', 'en'));

ALTER TABLE "user_account" ADD COLUMN "password_changed_at" TEXT;

ALTER TABLE "user_account" ADD COLUMN "tf_primary_method" TEXT;

ALTER TABLE "user_account" ADD COLUMN "tf_totp_secret" TEXT;

ALTER TABLE "user_account" ADD COLUMN "tf_last_counter" INTEGER;

CREATE TABLE "login_try" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "username" TEXT NOT NULL,
    "tries" INTEGER NOT NULL,
    "last_at" TEXT NOT NULL,
    "locked_until" TEXT,
    CONSTRAINT ck_login_try_tries CHECK (tries >= 0)
) STRICT;

CREATE UNIQUE INDEX "login_try_username" ON "login_try" ("username");

CREATE INDEX "login_try_last_at" ON "login_try" ("last_at");

CREATE TABLE "login_session" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "user_id" INTEGER NOT NULL,
    "key_hash" TEXT NOT NULL,
    "began_at" TEXT NOT NULL,
    "ended_at" TEXT,
    FOREIGN KEY ("user_id") REFERENCES "user_account" ("id")
) STRICT;

CREATE INDEX "login_session_user_id" ON "login_session" ("user_id");

CREATE UNIQUE INDEX "login_session_key_hash" ON "login_session" ("key_hash");
