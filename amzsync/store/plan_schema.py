"""The layout of what listings should be: attributes, overrides, aliases, what is wanted, actions (migration 3)."""

from __future__ import annotations

TABLES = """
-- Values of the attributes that settings name: lines "code=value".
ALTER TABLE products ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
ALTER TABLE product_views ADD COLUMN attributes TEXT NOT NULL DEFAULT '';

-- A checked configuration that was kept by an older amzsync lacks what is new.
DELETE FROM meta WHERE key = 'config';

-- The user's exceptions for single listings; NULL: taken back, and Amazon is to be sent the default.
ALTER TABLE overrides RENAME TO old_overrides;
CREATE TABLE overrides (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('price', 'handling_time', 'condition', 'seller_notes')),
  value TEXT,
  expires_at TEXT,
  run_id INTEGER NOT NULL,
  PRIMARY KEY (store_id, seller_sku, field)
) WITHOUT ROWID;
INSERT INTO overrides SELECT store_id, seller_sku, field, value, NULL, run_id FROM old_overrides;
DROP TABLE old_overrides;

-- Second seller SKUs of products that are listed already, until Amazon has them.
CREATE TABLE aliases (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  product_id INTEGER NOT NULL,
  of_sku TEXT NOT NULL,
  asin TEXT NOT NULL,
  remove_existing INTEGER NOT NULL CHECK (remove_existing IN (0, 1)),
  run_id INTEGER NOT NULL,
  PRIMARY KEY (store_id, seller_sku)
) WITHOUT ROWID;

-- Listings that the user gave another ASIN.
CREATE TABLE reassignments (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  old_asin TEXT,
  asin TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  PRIMARY KEY (store_id, seller_sku)
) WITHOUT ROWID;

-- What Amazon orders hold of the stock that Commerce does not know of yet.
CREATE TABLE pending_orders (
  store_id INTEGER NOT NULL,
  order_id TEXT NOT NULL,
  seller_sku TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  purchased_at TEXT,
  PRIMARY KEY (store_id, order_id, seller_sku)
) WITHOUT ROWID;
CREATE INDEX pending_orders_of ON pending_orders (store_id, seller_sku);

-- What a listing should be; NULL: amzsync does not say.  It holds until a day (UTC text), if not for ever.
CREATE TABLE wanted (
  listing_id INTEGER PRIMARY KEY,
  price_minor INTEGER,
  quantity INTEGER,
  holds_until TEXT
);
CREATE INDEX wanted_until ON wanted (holds_until) WHERE holds_until IS NOT NULL;

-- What a product that has no listing would be listed at.
CREATE TABLE wanted_unlisted (
  store_id INTEGER NOT NULL,
  product_id INTEGER NOT NULL,
  price_minor INTEGER,
  quantity INTEGER,
  holds_until TEXT,
  PRIMARY KEY (store_id, product_id)
) WITHOUT ROWID;

-- The plan: one row for each thing to do, the most urgent first; what it is in detail is decided anew when shown.
CREATE TABLE actions (
  store_id INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  kind TEXT NOT NULL,
  listing_id INTEGER,
  product_id INTEGER,
  hold TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (store_id, rank, seller_sku, kind)
) WITHOUT ROWID;
CREATE INDEX actions_of ON actions (store_id, seller_sku);
CREATE INDEX actions_of_listing ON actions (listing_id);
CREATE INDEX actions_of_product ON actions (product_id) WHERE listing_id IS NULL;


-- What was sent to Amazon and is not answered for yet.
CREATE TABLE in_flight (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  kind TEXT NOT NULL,
  sent_at TEXT NOT NULL,
  PRIMARY KEY (store_id, seller_sku, kind)
) WITHOUT ROWID;

-- What has changed since it was last planned.
CREATE TABLE unplanned_products (product_id INTEGER PRIMARY KEY);
CREATE TABLE unplanned_listings (listing_id INTEGER PRIMARY KEY)
"""

VIEWS = """
DROP VIEW v_products;
CREATE VIEW v_products AS
SELECT p.product_id, p.sku, p.type, p.name, p.attribute_set, p.categories, trim(p.websites, ',') AS websites,
  p.enabled, p.visibility, p.price_micros / 1000000.0 AS price, p.special_price_micros / 1000000.0 AS special_price,
  p.special_from, p.special_to, p.stock_e4 / 10000.0 AS quantity, p.in_stock, p.manage_stock, p.backorders,
  p.condition, p.identifiers, f.finished_at AS first_seen_at, m.finished_at AS missing_since, p.attributes
FROM products p JOIN runs f ON f.run_id = p.first_run LEFT JOIN runs m ON m.run_id = p.missing_run;

CREATE VIEW v_overrides AS
SELECT s.name AS store, o.seller_sku, o.field, o.value, o.expires_at, r.finished_at AS set_at
FROM overrides o JOIN stores s USING (store_id) JOIN runs r USING (run_id) WHERE o.value IS NOT NULL;

CREATE VIEW v_wanted AS
SELECT s.name AS store, l.seller_sku, l.price_minor * 1.0 / CASE s.exponent WHEN 0 THEN 1 ELSE 100 END AS price,
  w.price_minor * 1.0 / CASE s.exponent WHEN 0 THEN 1 ELSE 100 END AS wanted_price, s.currency, l.quantity,
  w.quantity AS wanted_quantity, w.holds_until
FROM wanted w JOIN listings l USING (listing_id) JOIN stores s USING (store_id);

CREATE VIEW v_actions AS
SELECT s.name AS store, a.rank, a.kind, a.seller_sku, p.sku, a.hold
FROM actions a JOIN stores s USING (store_id) LEFT JOIN products p USING (product_id)
"""
