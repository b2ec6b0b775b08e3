"""The layout of the state file: plain SQL, with checks and documented views.

Tables are ours to change by migration; the views named ``v_...`` are a promise to users' own queries.
Times are runs: a row says in which run it was written, and the run says when that was.
"""

from __future__ import annotations

VERSION = 4

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE runs (
  run_id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
  message TEXT NOT NULL DEFAULT '',
  summary TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE stores (
  store_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  marketplace TEXT NOT NULL,
  seller_id TEXT NOT NULL,
  website TEXT NOT NULL,
  currency TEXT NOT NULL,
  exponent INTEGER NOT NULL,
  first_run INTEGER
);

-- One row for each time a document was read; store_id 0 is Commerce.
CREATE TABLE sources (
  source_id INTEGER PRIMARY KEY,
  store_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  path TEXT NOT NULL,
  digest TEXT NOT NULL,
  signature TEXT NOT NULL,
  encoding TEXT NOT NULL,
  modified_at TEXT NOT NULL,
  rows_read INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  duplicates INTEGER NOT NULL,
  CHECK (rows_read = accepted + rejected + duplicates)
);
CREATE INDEX sources_of ON sources (store_id, kind, source_id);

CREATE TABLE footprints (
  store_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  lengths BLOB NOT NULL,
  digests BLOB NOT NULL,
  PRIMARY KEY (store_id, kind)
) WITHOUT ROWID;

CREATE TABLE rejects (
  source_id INTEGER NOT NULL REFERENCES sources,
  line INTEGER NOT NULL,
  key TEXT NOT NULL,
  reason TEXT NOT NULL,
  raw TEXT NOT NULL,
  PRIMARY KEY (source_id, line)
) WITHOUT ROWID;

CREATE TABLE products (
  product_id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL UNIQUE,
  type TEXT, name TEXT, attribute_set TEXT, categories TEXT, websites TEXT,
  enabled INTEGER, visibility TEXT,
  price_micros INTEGER, special_price_micros INTEGER, special_from TEXT, special_to TEXT,
  stock_e4 INTEGER, in_stock INTEGER, manage_stock INTEGER, backorders INTEGER,
  sources_e4 INTEGER,
  condition TEXT,
  identifiers TEXT NOT NULL DEFAULT '',
  digest INTEGER NOT NULL,
  first_run INTEGER NOT NULL,
  missing_run INTEGER
);

CREATE TABLE product_views (
  sku TEXT NOT NULL,
  view TEXT NOT NULL,
  name TEXT, enabled INTEGER, visibility TEXT,
  price_micros INTEGER, special_price_micros INTEGER, special_from TEXT, special_to TEXT,
  identifiers TEXT NOT NULL DEFAULT '',
  whole TEXT,
  digest INTEGER NOT NULL,
  PRIMARY KEY (sku, view)
) WITHOUT ROWID;

CREATE TABLE identifiers (
  key TEXT NOT NULL,
  product_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  weak INTEGER NOT NULL,
  PRIMARY KEY (key, product_id)
) WITHOUT ROWID;

CREATE TABLE stock (
  sku TEXT NOT NULL,
  source TEXT NOT NULL,
  stock_e4 INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  PRIMARY KEY (sku, source)
) WITHOUT ROWID;

CREATE TABLE verdicts (
  verdict_id INTEGER PRIMARY KEY,
  tab TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  next_step TEXT NOT NULL,
  UNIQUE (reason, next_step, status, tab)
);

-- What the all-listings report says (or, without one, the other reports together), and what follows from it.
CREATE TABLE listings (
  listing_id INTEGER PRIMARY KEY,
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  asin TEXT, title TEXT, condition TEXT, fulfillment TEXT,
  price_minor INTEGER, quantity INTEGER,
  status TEXT, product_ref TEXT, opened_at TEXT, problem TEXT,
  gtin TEXT,
  base TEXT NOT NULL,
  filled INTEGER NOT NULL,
  digest INTEGER,
  product_id INTEGER,
  outcome TEXT NOT NULL,
  matched_by TEXT NOT NULL,
  weak INTEGER NOT NULL,
  tab TEXT NOT NULL,
  verdict_id INTEGER NOT NULL,
  since_run INTEGER NOT NULL,
  first_run INTEGER NOT NULL,
  missing_run INTEGER,
  UNIQUE (store_id, seller_sku)
);
CREATE INDEX listings_of_product ON listings (product_id);
CREATE INDEX listings_by_tab ON listings (tab, store_id, seller_sku) WHERE tab <> 'active';

-- Rows of the other reports of a store.
CREATE TABLE report_rows (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  kind TEXT NOT NULL,
  asin TEXT, title TEXT, condition TEXT, fulfillment TEXT,
  price_minor INTEGER, quantity INTEGER,
  status TEXT, product_ref TEXT, opened_at TEXT, problem TEXT,
  digest INTEGER NOT NULL,
  PRIMARY KEY (store_id, seller_sku, kind, digest)
) WITHOUT ROWID;

CREATE TABLE candidates (
  listing_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  product_id INTEGER NOT NULL,
  PRIMARY KEY (listing_id, kind, key, product_id)
) WITHOUT ROWID;

-- Products that belong in a tab of a store though they have no listing there.
CREATE TABLE unlisted (
  store_id INTEGER NOT NULL,
  product_id INTEGER NOT NULL,
  asin TEXT,
  tab TEXT NOT NULL,
  verdict_id INTEGER NOT NULL,
  since_run INTEGER NOT NULL,
  PRIMARY KEY (store_id, product_id)
) WITHOUT ROWID;
CREATE INDEX unlisted_by_tab ON unlisted (tab, store_id);

CREATE TABLE decisions (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  sku TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('pin', 'never')),
  PRIMARY KEY (store_id, seller_sku, sku)
) WITHOUT ROWID;

CREATE TABLE ended (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  asin TEXT, title TEXT, sku TEXT,
  ended_at TEXT NOT NULL,
  PRIMARY KEY (store_id, seller_sku)
) WITHOUT ROWID;

CREATE TABLE overrides (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('price', 'handling_time', 'condition', 'seller_notes')),
  value TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  PRIMARY KEY (store_id, seller_sku, field)
) WITHOUT ROWID;

-- A field had the value "old" from from_run until run_id, which found "new".
CREATE TABLE changes (
  change_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL,
  store_id INTEGER NOT NULL,
  subject TEXT NOT NULL CHECK (subject IN ('listing', 'product', 'unlisted')),
  key TEXT NOT NULL,
  field TEXT NOT NULL,
  old, new,
  from_run INTEGER NOT NULL
);
CREATE INDEX changes_of ON changes (subject, key, store_id, field);

-- Kept up to date with every move, because counting a million rows takes longer than a quiet run may.
CREATE TABLE tab_counts (
  store_id INTEGER NOT NULL,
  tab TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows >= 0),
  PRIMARY KEY (store_id, tab)
) WITHOUT ROWID;

CREATE TABLE match_counts (
  store_id INTEGER NOT NULL,
  way TEXT NOT NULL,
  rows INTEGER NOT NULL CHECK (rows >= 0),
  PRIMARY KEY (store_id, way)
) WITHOUT ROWID;
"""

VIEWS = """
CREATE VIEW v_runs AS
SELECT run_id, command, started_at, finished_at, outcome, message FROM runs;

CREATE VIEW v_products AS
SELECT p.product_id, p.sku, p.type, p.name, p.attribute_set, p.categories, trim(p.websites, ',') AS websites,
  p.enabled, p.visibility, p.price_micros / 1000000.0 AS price, p.special_price_micros / 1000000.0 AS special_price,
  p.special_from, p.special_to, p.stock_e4 / 10000.0 AS quantity, p.in_stock, p.manage_stock, p.backorders,
  p.condition, p.identifiers, f.finished_at AS first_seen_at, m.finished_at AS missing_since
FROM products p JOIN runs f ON f.run_id = p.first_run LEFT JOIN runs m ON m.run_id = p.missing_run;

CREATE VIEW v_listings AS
SELECT s.name AS store, l.tab, v.status, v.reason, v.next_step, l.seller_sku, l.asin, p.sku,
  l.outcome AS match, l.matched_by, l.title, l.condition, l.fulfillment,
  l.price_minor * 1.0 / CASE s.exponent WHEN 0 THEN 1 ELSE 100 END AS price, s.currency, l.quantity,
  l.status AS amazon_status, p.price_micros / 1000000.0 AS commerce_price, p.stock_e4 / 10000.0 AS commerce_quantity,
  l.opened_at, r.finished_at AS since, f.finished_at AS first_seen_at, m.finished_at AS missing_since
FROM listings l JOIN stores s USING (store_id) JOIN verdicts v USING (verdict_id)
  JOIN runs r ON r.run_id = l.since_run JOIN runs f ON f.run_id = l.first_run
  LEFT JOIN runs m ON m.run_id = l.missing_run LEFT JOIN products p USING (product_id);

CREATE VIEW v_unlisted AS
SELECT s.name AS store, u.tab, v.status, v.reason, v.next_step, u.asin, p.sku, p.name AS title,
  p.price_micros / 1000000.0 AS commerce_price, p.stock_e4 / 10000.0 AS commerce_quantity, r.finished_at AS since
FROM unlisted u JOIN stores s USING (store_id) JOIN verdicts v USING (verdict_id)
  JOIN products p USING (product_id) JOIN runs r ON r.run_id = u.since_run;

CREATE VIEW v_identifiers AS
SELECT p.sku, i.kind, i.key, i.weak FROM identifiers i JOIN products p USING (product_id);

CREATE VIEW v_candidates AS
SELECT s.name AS store, l.seller_sku, l.outcome AS match, c.kind, c.key, p.sku, p.name
FROM candidates c JOIN listings l USING (listing_id) JOIN stores s USING (store_id)
  JOIN products p ON p.product_id = c.product_id;

CREATE VIEW v_changes AS
SELECT c.change_id, c.run_id, s.name AS store, c.subject,
  CASE c.subject WHEN 'listing' THEN c.key END AS seller_sku,
  CASE c.subject WHEN 'listing' THEN NULL ELSE c.key END AS sku,
  c.field, c.old, c.new, f.finished_at AS valid_from, r.finished_at AS valid_to
FROM changes c JOIN runs r ON r.run_id = c.run_id JOIN runs f ON f.run_id = c.from_run
  LEFT JOIN stores s USING (store_id);

CREATE VIEW v_sources AS
SELECT o.source_id, coalesce(s.name, 'commerce') AS store, o.kind, o.run_id, o.path, o.digest, o.encoding,
  o.modified_at, o.rows_read, o.accepted, o.rejected, o.duplicates
FROM sources o LEFT JOIN stores s USING (store_id);

CREATE VIEW v_rejects AS
SELECT coalesce(s.name, 'commerce') AS store, o.kind, o.path, j.line, j.key, j.reason, j.raw
FROM rejects j JOIN sources o USING (source_id) LEFT JOIN stores s USING (store_id);

CREATE VIEW v_tabs AS
SELECT s.name AS store, t.tab, t.rows FROM tab_counts t JOIN stores s USING (store_id);
"""
