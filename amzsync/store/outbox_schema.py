"""The layout of what is sent to Amazon: the outbox, the feeds, what was taken back, what has ended (migration 4)."""

from __future__ import annotations

TABLES = """
-- The journal of feeds: each is written down before it is made.
CREATE TABLE feeds (
  feed_no INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES runs,
  store_id INTEGER NOT NULL REFERENCES stores,
  state TEXT NOT NULL CHECK (state IN ('making', 'asking', 'waiting', 'done', 'fatal', 'cancelled', 'lost')),
  messages INTEGER NOT NULL,
  size INTEGER NOT NULL,
  made_at TEXT NOT NULL,
  asked_at TEXT,
  document_id TEXT,
  feed_id TEXT,
  checked_at TEXT,
  message TEXT NOT NULL DEFAULT ''
);
CREATE INDEX feeds_open ON feeds (store_id, state) WHERE state IN ('making', 'asking', 'waiting');

-- The journal of actions: one row for each step of each, written before it is sent, its outcome after.
CREATE TABLE outbox (
  outbox_id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  run_id INTEGER NOT NULL REFERENCES runs,
  store_id INTEGER NOT NULL REFERENCES stores,
  seller_sku TEXT NOT NULL,
  sku TEXT,
  kind TEXT NOT NULL,
  step TEXT NOT NULL CHECK (step IN ('whole', 'zero', 'delete', 'put')),
  rank INTEGER NOT NULL,
  differences TEXT NOT NULL,
  progress TEXT NOT NULL CHECK (progress IN
    ('planned', 'sent', 'accepted', 'confirmed', 'rejected', 'unconfirmed', 'abandoned')),
  way TEXT NOT NULL CHECK (way IN ('patch', 'put', 'delete', 'feed')),
  parcel INTEGER NOT NULL,
  after INTEGER REFERENCES outbox,
  payload TEXT NOT NULL,
  feed_no INTEGER REFERENCES feeds,
  message_id INTEGER,
  written_at TEXT NOT NULL,
  sent_at TEXT,
  accepted_at TEXT,
  settled_at TEXT,
  due_at TEXT,
  looks INTEGER NOT NULL DEFAULT 0,
  submission_id TEXT,
  issues TEXT NOT NULL DEFAULT '[]',
  message TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_of ON outbox (store_id, seller_sku, outbox_id);
CREATE INDEX outbox_of_run ON outbox (run_id);
CREATE INDEX outbox_of_feed ON outbox (feed_no, message_id) WHERE feed_no IS NOT NULL;
CREATE INDEX outbox_open ON outbox (store_id, seller_sku, kind) WHERE progress IN ('planned', 'sent', 'accepted');
CREATE INDEX outbox_settled ON outbox (store_id, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX outbox_due ON outbox (store_id, due_at) WHERE due_at IS NOT NULL;

DROP TABLE in_flight;

-- Values that the user took back: they are not sent again until something else is wanted.
CREATE TABLE undone (
  store_id INTEGER NOT NULL,
  seller_sku TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  run_id INTEGER NOT NULL,
  PRIMARY KEY (store_id, seller_sku, field)
) WITHOUT ROWID;

-- NULL: it stands in the user's own list of ended listings; else the run that ended it.
ALTER TABLE ended ADD COLUMN run_id INTEGER
"""

VIEWS = """
CREATE VIEW v_in_process AS
SELECT o.store_id, s.name AS store, o.seller_sku, o.kind, coalesce(o.sent_at, o.written_at) AS sent_at
FROM outbox o JOIN stores s USING (store_id)
WHERE o.progress IN ('planned', 'sent', 'accepted') AND (o.progress <> 'planned' OR o.after IS NOT NULL);

CREATE VIEW v_outbox AS
SELECT o.outbox_id, o.run_id, s.name AS store, o.seller_sku, o.sku, o.kind, o.step, o.differences, o.progress, o.way,
  o.payload, f.feed_id, o.written_at, o.sent_at, o.accepted_at, o.settled_at, o.due_at, o.submission_id, o.issues, o.message
FROM outbox o JOIN stores s USING (store_id) LEFT JOIN feeds f USING (feed_no);

CREATE VIEW v_feeds AS
SELECT f.feed_no, f.run_id, s.name AS store, f.state, f.messages, f.size, f.made_at, f.asked_at, f.feed_id, f.checked_at,
  f.message
FROM feeds f JOIN stores s USING (store_id)
"""
