-- What is declared of an offer's export control. Offers that an older version writes keep what stood.
ALTER TABLE items ADD COLUMN eccn text NOT NULL DEFAULT '',
                  ADD COLUMN licence_required boolean NOT NULL DEFAULT false,
                  ADD COLUMN military boolean NOT NULL DEFAULT false;
