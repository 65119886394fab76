package dialect

import (
	"context"
	"database/sql"
)

// Table is a table or view that the connection's user may read, for people who write a
// query or choose where to import to.
type Table struct {
	Name    string // with its schema where a query has to name it
	Columns []TableColumn
}

// TableColumn is a column as the database describes it.
type TableColumn struct {
	Name, Type string
	Mandatory  bool // it is never null, and nothing gives it a value by itself
}

// maxTableColumns bounds what is read of a database with very many tables.
const maxTableColumns = 50_000

// tables reads tables by a query for table, column, type and whether the column has to
// be given, in the order in which they are shown.
func tables(ctx context.Context, db *sql.DB, query string) ([]Table, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []Table
	for n := 0; n < maxTableColumns && rows.Next(); n++ {
		var table string
		var c TableColumn
		if err := rows.Scan(&table, &c.Name, &c.Type, &c.Mandatory); err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].Name != table {
			out = append(out, Table{Name: table})
		}
		last := &out[len(out)-1]
		last.Columns = append(last.Columns, c)
	}
	return out, rows.Err()
}

// Tables leaves out SQLite's own. A column that is the whole primary key and an INTEGER
// is the row's number, which SQLite gives (https://www.sqlite.org/lang_createtable.html).
func (sqlite) Tables(ctx context.Context, db *sql.DB) ([]Table, error) {
	return tables(ctx, db, `SELECT t.name, c.name, LOWER(c.type), c."notnull" = 1 AND c.dflt_value IS NULL AND NOT (c.pk = 1 AND UPPER(c.type) = 'INTEGER')
		FROM sqlite_schema t, pragma_table_xinfo(t.name, 'main') c WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND c.hidden IN (0, 2, 3)
		ORDER BY t.name, c.cid`)
}

// Tables names those on the search path without their schema.
func (postgres) Tables(ctx context.Context, db *sql.DB) ([]Table, error) {
	return tables(ctx, db, `SELECT CASE WHEN table_schema = ANY (current_schemas(false)) THEN table_name ELSE table_schema || '.' || table_name END, column_name, data_type,
		is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'
		FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
		ORDER BY table_schema <> ALL (current_schemas(false)), table_schema, table_name, ordinal_position`)
}

// Tables lists those of the connection's database.
func (mysql) Tables(ctx context.Context, db *sql.DB) ([]Table, error) {
	return tables(ctx, db, `SELECT TABLE_NAME, COLUMN_NAME, LOWER(DATA_TYPE), IS_NULLABLE = 'NO' AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%auto_increment%' AND EXTRA NOT LIKE '%GENERATED%'
		FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION`)
}

// Tables names those of the user's own schema without it.
func (sqlServer) Tables(ctx context.Context, db *sql.DB) ([]Table, error) {
	return tables(ctx, db, `SELECT CASE WHEN s.name = SCHEMA_NAME() THEN o.name ELSE s.name + '.' + o.name END, c.name, COALESCE(TYPE_NAME(c.system_type_id), ''),
		CAST(CASE WHEN c.is_nullable = 0 AND c.default_object_id = 0 AND c.is_identity = 0 AND c.is_computed = 0 AND c.system_type_id <> 189 THEN 1 ELSE 0 END AS bit)
		FROM sys.columns c JOIN sys.objects o ON o.object_id = c.object_id JOIN sys.schemas s ON s.schema_id = o.schema_id
		WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 ORDER BY s.name, o.name, c.column_id`)
}
