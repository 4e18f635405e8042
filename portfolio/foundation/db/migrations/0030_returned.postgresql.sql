ALTER TABLE "budget_line" DROP CONSTRAINT ck_budget_line_payment;

ALTER TABLE "budget_line" ADD CONSTRAINT ck_budget_line_payment CHECK (paid <= committed + returned);
