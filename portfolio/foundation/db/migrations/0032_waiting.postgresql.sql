CREATE INDEX "payment_application_waiting" ON "payment_application" ("organisation_id") WHERE "state" <> 'posted';
