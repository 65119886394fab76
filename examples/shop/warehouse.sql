-- Tables that the flow orders-out fills.
CREATE TABLE IF NOT EXISTS orders (
  order_id    INTEGER PRIMARY KEY,
  order_no    TEXT NOT NULL,
  external_id TEXT,
  ordered_on  TEXT NOT NULL,
  customer    TEXT NOT NULL,
  total       NUMERIC NOT NULL,
  line_count  INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS order_lines (
  order_id INTEGER NOT NULL REFERENCES orders (order_id),
  line     INTEGER NOT NULL,
  item     TEXT,
  quantity NUMERIC NOT NULL,
  amount   NUMERIC NOT NULL,
  PRIMARY KEY (order_id, line)
);
