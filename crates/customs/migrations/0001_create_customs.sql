-- What customs keeps: what others told it, the quotes it made, shipments with their clearance and deposit, invoices.
-- The money itself is in the schema `ledger` beside.

-- Products, as far as customs must describe and classify them.
CREATE TABLE items (
    seller_id         text NOT NULL,
    sku               text COLLATE "C" NOT NULL,
    -- A lower or equal version is ignored.
    item_version      bigint NOT NULL CHECK (item_version > 0),
    title             text NOT NULL,
    product_group     text NOT NULL CHECK (product_group IN ('OTHER', 'BOOK', 'MUSIC', 'VIDEO', 'DVD')),
    category          text NOT NULL,
    -- As declared, when it has the form of a code.
    hs_code           text CHECK (hs_code ~ '^([0-9]{6}|[0-9]{8}|[0-9]{10})$'),
    country_of_origin text CHECK (country_of_origin ~ '^[A-Z]{2}$'),
    unit_weight_mg    bigint CHECK (unit_weight_mg >= 0),
    PRIMARY KEY (seller_id, sku)
);

-- Sellers as exporters: businesses, so nothing here is personal.
CREATE TABLE exporters (
    seller_id   text PRIMARY KEY,
    legal_name  text NOT NULL,
    lines       text[] NOT NULL,
    city        text NOT NULL,
    region      text NOT NULL,
    postal_code text NOT NULL,
    country     text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    phone       text NOT NULL,
    email       text NOT NULL,
    ein         text CHECK (ein ~ '^[0-9]{9}$')
);

-- The authorities invoices are signed under.
CREATE TABLE authorities (
    authority_id  uuid PRIMARY KEY,
    seller_id     text NOT NULL,
    terms_version text NOT NULL,
    granted_at    timestamptz NOT NULL,
    -- Explicitly taken back; disabling the programme does not do that.
    revoked_at    timestamptz
);

-- Units of a currency per US dollar in a month.
CREATE TABLE exchange_rates (
    month         text NOT NULL CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    units_per_usd numeric NOT NULL CHECK (units_per_usd > 0),
    source        text NOT NULL,
    PRIMARY KEY (month, currency)
);

-- Quotes are kept: they are the evidence of what a buyer was shown.
CREATE TABLE quotes (
    quote_id         uuid PRIMARY KEY,
    seller_id        text NOT NULL,
    destination      text NOT NULL CHECK (destination ~ '^[A-Z]{2}$'),
    -- SHA-256 of the quoted lines: what an order must claim.
    basket           bytea NOT NULL CHECK (length(basket) = 32),
    -- US cents.
    deposit          bigint NOT NULL CHECK (deposit >= 0),
    quoted_at        timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    rule_set_version text NOT NULL,
    -- Lines, amounts and explanation.
    estimate         jsonb NOT NULL
);

-- Shipments. A row is made by whichever fact of a shipment arrives first, so that none is lost: `plan` is null until
-- fulfillment's plan is there.
CREATE TABLE shipments (
    shipment_id uuid PRIMARY KEY,
    order_id    text NOT NULL,
    -- Events published so far.
    version     bigint NOT NULL DEFAULT 0 CHECK (version >= 0),
    plan        jsonb,
    -- Personal data: the consignee that was screened.
    recipient   jsonb,
    state       jsonb NOT NULL DEFAULT '{}',
    -- The deposit's refund: payments answers with its id alone.
    refund_id   uuid UNIQUE
);

-- The last invoice number of a seller in a year. The row stays locked until the invoice commits: no gaps.
CREATE TABLE invoice_counters (
    seller_id text NOT NULL,
    year      smallint NOT NULL,
    last      integer NOT NULL CHECK (last > 0),
    PRIMARY KEY (seller_id, year)
);

CREATE TABLE invoices (
    invoice_number text PRIMARY KEY,
    shipment_id    uuid NOT NULL UNIQUE REFERENCES shipments,
    seller_id      text NOT NULL,
    year           smallint NOT NULL,
    number         integer NOT NULL CHECK (number > 0),
    authority_id   uuid NOT NULL,
    issued_at      timestamptz NOT NULL,
    -- Of the PDF; also its place in the document store.
    sha256         text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    total          bigint NOT NULL CHECK (total >= 0),
    incoterm       text NOT NULL CHECK (incoterm IN ('DDP', 'DAP')),
    UNIQUE (seller_id, year, number)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: an issued invoice is immutable', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'invoices_immutable';
END $$;

CREATE TRIGGER invoices_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON invoices
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
