-- What the programme owes, and what it asked payments to pay.

CREATE TABLE reimbursements (
    reimbursement_id uuid        PRIMARY KEY,
    -- Return (rma_id) or lost shipment (shipment_id) it follows from: the subject of its events.
    subject          uuid        NOT NULL,
    seller_id        text        NOT NULL,
    order_id         text        NOT NULL,
    asin             text        NOT NULL,
    sku              text        NOT NULL,
    quantity         int         NOT NULL CHECK (quantity > 0),
    reason           text        NOT NULL,
    -- Price paid for the units, US cents.
    paid_minor       bigint      NOT NULL,
    state            text        NOT NULL CHECK (state IN ('UNDECIDED', 'APPROVED', 'PAID', 'FAILED')),
    amount_minor     bigint      NOT NULL DEFAULT 0,
    -- How the amount came about, or which fact is missing; a line each.
    explanation      text        NOT NULL,
    occurred_at      timestamptz NOT NULL,
    approved_at      timestamptz,
    paid_at          timestamptz,
    payout_id        uuid
);
CREATE INDEX reimbursements_by_seller ON reimbursements (seller_id, occurred_at DESC, reimbursement_id DESC);
CREATE INDEX reimbursements_by_time ON reimbursements (occurred_at DESC, reimbursement_id DESC);

-- Refunds and payouts asked of payments; final only when payments has answered.
CREATE TABLE money_requests (
    request_id   uuid   PRIMARY KEY,
    -- Return or lost shipment: the subject of its events.
    subject      uuid   NOT NULL,
    kind         text   NOT NULL CHECK (kind IN ('RETURN', 'RETURN_POSTAGE', 'PAYOUT')),
    order_id     text   NOT NULL,
    shipment_id  uuid,
    seller_id    text   NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    -- Payouts: the reimbursement.
    reference    text   NOT NULL,
    state        text   NOT NULL CHECK (state IN ('REQUESTED', 'SETTLED', 'FAILED')),
    attempts     int    NOT NULL
);
