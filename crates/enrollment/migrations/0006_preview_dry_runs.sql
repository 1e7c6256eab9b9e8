-- What a dry run of an exclusion file would do to what is exportable. A table of its own: an older version reads all columns of
-- exclusion_uploads in statements that it has prepared.

CREATE TABLE exclusion_previews (
    upload_id uuid PRIMARY KEY REFERENCES exclusion_uploads,
    stopping  bigint NOT NULL,
    narrowing bigint NOT NULL,
    widening  bigint NOT NULL
);
