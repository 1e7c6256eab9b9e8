-- What a description says counts for the classes of goods. An older version that runs beside this one writes offers without
-- it: a description belongs to the offer only while its version is the offer's.
ALTER TABLE items
    ADD COLUMN description text NOT NULL DEFAULT '',
    ADD COLUMN description_version bigint NOT NULL DEFAULT 0;
