-- How an act reached the programme. Only added, and nullable: version 0.1.0 writes beside this one and does not know it.

ALTER TABLE authority_ledger ADD COLUMN channel text CHECK (channel IN ('REGISTRATION', 'SELLER', 'OPERATOR'));
ALTER TABLE history ADD COLUMN channel text CHECK (channel IN ('REGISTRATION', 'SELLER', 'OPERATOR'));
