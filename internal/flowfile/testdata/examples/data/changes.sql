CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, changed_at TEXT);
INSERT INTO products VALUES (1, 'Chai', '2025-11-30 08:00:00'), (2, 'Chang', '2026-01-01 08:00:00');
CREATE TABLE deleted_products (id INTEGER PRIMARY KEY, deleted_at TEXT);
INSERT INTO deleted_products VALUES (8, '2025-11-30 08:00:00'), (9, '2026-01-01 09:00:00');
