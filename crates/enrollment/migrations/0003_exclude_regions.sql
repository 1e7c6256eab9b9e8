-- Destinations as the seller named them, regions among them, each with its grounds. Only added, and nullable: an older version
-- writes beside this one and does not know it.

-- {"named": {"DE": null, "EU27": "RISK"}, "countries": "..."}: `countries` repeats excluded_countries, for which the named
-- ones stood; where they differ an older version has replaced the list since, and the countries are what the seller named.
ALTER TABLE sellers ADD COLUMN excluded_destinations jsonb;

-- PROGRAMME: a region that a seller excluded has other members now. What is there satisfies the narrower check.
ALTER TABLE authority_ledger DROP CONSTRAINT authority_ledger_channel_check,
    ADD CONSTRAINT authority_ledger_channel_check
        CHECK (channel IN ('REGISTRATION', 'PROGRAMME', 'SELLER', 'OPERATOR')) NOT VALID;
ALTER TABLE history DROP CONSTRAINT history_channel_check,
    ADD CONSTRAINT history_channel_check
        CHECK (channel IN ('REGISTRATION', 'PROGRAMME', 'SELLER', 'OPERATOR')) NOT VALID;
