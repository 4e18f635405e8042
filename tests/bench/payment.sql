-- The roof of P1: the rows of one payment, written by pgbench alone in one transaction.
-- Same tables, constraints and fsync; nothing is checked, hashed or explained.  :app and the :first_… are given
-- by whoever starts it; every transaction takes the next application.
\set app :app + 1
\set i (:app - :first_application) % :lines
\set line :first_line + :i
\set contract :first_contract + :i
\set instalment :first_instalment + :i
\set account :first_account + :i
BEGIN;
INSERT INTO posting_request (key, action, body_hash, answer, actor_id, at)
    VALUES ('roof-request-' || :app, 'payment.post', repeat('0', 64), '{"entry":1}', :treasury, now());
UPDATE payment_application SET state = 'posted', posted_by_id = :treasury, posted_at = now(),
    version = version + 1 WHERE id = :app;
UPDATE contract SET paid = paid + :amount WHERE id = :contract;
UPDATE instalment SET paid = paid + :amount WHERE id = :instalment;
UPDATE project_account SET paid = paid + :amount WHERE id = :account;
UPDATE budget_line SET paid = paid + :amount, entry_count = entry_count + 1, previous_head = head_hash,
    head_hash = repeat('1', 64) WHERE id = :line;
INSERT INTO entry (line_id, number, kind, measure, amount, effective_on, at, maker_id, checker_id, posted_by_id,
    document_number, note, contract_id, instalment_id, application_id, request_id, previous_hash, hash)
    SELECT :line, entry_count, 'pay', 'paid', :amount, CURRENT_DATE, now(), :maker, :checker, :treasury,
    '', '', :contract, :instalment, :app, currval('posting_request_id_seq'), previous_head, head_hash
    FROM budget_line WHERE id = :line;
COMMIT;
