"""The layout of competitor offers (a part of migration 3)."""

from __future__ import annotations

TABLES = """
-- The offers for an ASIN in a family of conditions (New, Used, ...), in Amazon's order, as the last answer told.
CREATE TABLE offers (
  store_id INTEGER NOT NULL,
  asin TEXT NOT NULL,
  family TEXT NOT NULL,
  place INTEGER NOT NULL,
  condition TEXT NOT NULL,
  price_minor INTEGER NOT NULL,
  shipping_minor INTEGER NOT NULL,
  fulfillment TEXT,
  feedback INTEGER,
  feedback_count INTEGER,
  ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
  buy_box INTEGER NOT NULL CHECK (buy_box IN (0, 1)),
  PRIMARY KEY (store_id, asin, family, place)
) WITHOUT ROWID;

-- When that was asked for (tried_at) and answered (asked_at; NULL: never), and what Amazon said instead of offers.
CREATE TABLE offer_answers (
  store_id INTEGER NOT NULL,
  asin TEXT NOT NULL,
  family TEXT NOT NULL,
  tried_at TEXT NOT NULL,
  asked_at TEXT,
  code TEXT NOT NULL,
  PRIMARY KEY (store_id, asin, family)
) WITHOUT ROWID
"""

VIEWS = """
CREATE VIEW v_offers AS
SELECT s.name AS store, a.asin, a.family, o.condition,
  o.price_minor * 1.0 / CASE s.exponent WHEN 0 THEN 1 ELSE 100 END AS price,
  o.shipping_minor * 1.0 / CASE s.exponent WHEN 0 THEN 1 ELSE 100 END AS shipping,
  (o.price_minor + o.shipping_minor) * 1.0 / CASE s.exponent WHEN 0 THEN 1 ELSE 100 END AS landed_price,
  s.currency, o.fulfillment, o.feedback, o.feedback_count, o.ours, o.buy_box, a.code, a.asked_at
FROM offer_answers a JOIN stores s USING (store_id) LEFT JOIN offers o USING (store_id, asin, family)
"""
