-- Shipments that wait for their seller's choice after a revocation: few, and found without reading all.
CREATE INDEX shipments_revoked ON shipments (order_id, position) WHERE authority_deadline IS NOT NULL;
