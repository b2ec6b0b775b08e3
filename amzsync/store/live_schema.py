"""The layout of what asking Amazon itself needs: journal, documents, errors, usage plans, answers (migration 2)."""

from __future__ import annotations

TABLES = """
-- When Amazon answered; NULL for a row of a report, which is as old as its report.
ALTER TABLE report_rows ADD COLUMN asked_at TEXT;
CREATE INDEX report_rows_by_answer ON report_rows (store_id, kind, asked_at) WHERE asked_at IS NOT NULL;

-- The listings that Amazon is asked about again and again.
CREATE INDEX listings_troubled ON listings (store_id, seller_sku)
  WHERE status IN ('inactive', 'incomplete') OR missing_run IS NOT NULL;
CREATE INDEX report_rows_troubled ON report_rows (store_id, seller_sku)
  WHERE kind IN ('suppressed-listings', 'stranded-inventory');

-- A checked configuration that was kept by an older amzsync lacks what is new.
DELETE FROM meta WHERE key = 'config';

-- The journal of what was asked of Amazon: written before it is sent.
CREATE TABLE reports (
  report_no INTEGER PRIMARY KEY,
  store_id INTEGER NOT NULL REFERENCES stores,
  type TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('asking', 'waiting', 'done', 'taken', 'refused', 'cancelled', 'nothing', 'fatal', 'lost')),
  report_id TEXT,
  ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
  asked_at TEXT NOT NULL,
  created_at TEXT,
  checked_at TEXT,
  document_id TEXT,
  digest TEXT,
  size INTEGER,
  charset TEXT,
  message TEXT NOT NULL DEFAULT ''
);
CREATE INDEX reports_of ON reports (store_id, type, report_no);
CREATE UNIQUE INDEX reports_by_id ON reports (store_id, report_id) WHERE report_id IS NOT NULL;

-- Which documents a run worked on; the bytes are in the archive, under their digest.
CREATE TABLE documents (
  run_id INTEGER NOT NULL,
  store_id INTEGER NOT NULL,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  charset TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (run_id, store_id, place)
) WITHOUT ROWID;
CREATE INDEX documents_by_digest ON documents (digest);

CREATE TABLE communication_errors (
  error_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  account TEXT NOT NULL,
  store_id INTEGER,
  operation TEXT NOT NULL,
  kind TEXT NOT NULL,
  status INTEGER,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  request_id TEXT NOT NULL,
  seller_sku TEXT,
  at TEXT NOT NULL
);
CREATE INDEX communication_errors_of ON communication_errors (store_id, seller_sku);

-- Token buckets as the last run left them; moments in seconds since 1970.
CREATE TABLE rates (
  account TEXT NOT NULL,
  operation TEXT NOT NULL,
  rate REAL NOT NULL,
  burst INTEGER NOT NULL,
  tokens REAL NOT NULL,
  at REAL NOT NULL,
  PRIMARY KEY (account, operation)
) WITHOUT ROWID;

CREATE TABLE issues (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  place INTEGER NOT NULL,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  attributes TEXT NOT NULL,
  categories TEXT NOT NULL,
  actions TEXT NOT NULL,
  exemption TEXT NOT NULL,
  exempt_until TEXT,
  asked_at TEXT NOT NULL,
  PRIMARY KEY (store_id, seller_sku, place)
) WITHOUT ROWID;

-- What Amazon's catalogue says of an identifier (GTIN-14), and when; an identifier that it does not know has no items.
CREATE TABLE catalogue_searches (
  marketplace TEXT NOT NULL,
  key TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  PRIMARY KEY (marketplace, key)
) WITHOUT ROWID;

CREATE TABLE catalogue_items (
  marketplace TEXT NOT NULL,
  key TEXT NOT NULL,
  asin TEXT NOT NULL,
  title TEXT,
  product_type TEXT,
  parent INTEGER NOT NULL CHECK (parent IN (0, 1)),
  PRIMARY KEY (marketplace, key, asin)
) WITHOUT ROWID;

-- Whether an ASIN may be sold: one row with code '' where nothing stands against it.
CREATE TABLE restrictions (
  store_id INTEGER NOT NULL,
  asin TEXT NOT NULL,
  condition TEXT NOT NULL,
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  link TEXT NOT NULL,
  asked_at TEXT NOT NULL,
  PRIMARY KEY (store_id, asin, condition)
) WITHOUT ROWID
"""

VIEWS = """
CREATE VIEW v_communication_errors AS
SELECT e.error_id, e.run_id, e.account, s.name AS store, e.operation, e.kind, e.status, e.code, e.message,
  e.request_id, e.seller_sku, e.at
FROM communication_errors e LEFT JOIN stores s USING (store_id);

CREATE VIEW v_reports AS
SELECT r.report_no, s.name AS store, r.type, r.state, r.report_id, r.ours, r.asked_at, r.created_at, r.checked_at,
  r.digest, r.message
FROM reports r JOIN stores s USING (store_id);

CREATE VIEW v_issues AS
SELECT s.name AS store, i.seller_sku, i.severity, i.code, i.message, i.attributes, i.categories, i.actions,
  i.exemption, i.exempt_until, i.asked_at
FROM issues i JOIN stores s USING (store_id);

CREATE VIEW v_catalogue AS
SELECT c.marketplace, c.key, c.asked_at, i.asin, i.title, i.product_type, i.parent
FROM catalogue_searches c LEFT JOIN catalogue_items i USING (marketplace, key);

CREATE VIEW v_restrictions AS
SELECT s.name AS store, r.asin, r.condition, r.code, r.message, r.link, r.asked_at
FROM restrictions r JOIN stores s USING (store_id)
"""
