package connector

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluicehq/sluice"
)

func TestConnectionsGoToTheirKind(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f.csv"), []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := New(Options{TempDir: t.TempDir()})
	files := &sluice.Connection{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": dir}}
	if e := c.Test(t.Context(), files); !e.OK || e.Message != sluice.WorkingGreat || len(e.Facts) == 0 || e.At.IsZero() {
		t.Errorf("%+v", e)
	}
	r, err := c.OpenExport(t.Context(), files, &sluice.Export{CSV: &sluice.CSVExport{Path: "f.csv"}}, sluice.ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if batch, err := r.Next(t.Context(), 9); err != nil || len(batch.Items) != 1 {
		t.Errorf("%v, %v", batch, err)
	}
	if _, err := r.Next(t.Context(), 9); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
	w, err := c.OpenImport(t.Context(), files, &sluice.Import{JSONLines: &sluice.JSONLinesImport{Path: "o.jsonl"}}, sluice.ImportOptions{RunID: 1})
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
}

func TestMisfits(t *testing.T) {
	c := New(Options{})
	files := &sluice.Connection{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}}
	base := &sluice.Connection{Name: "base", Kind: sluice.KindSQLite, Settings: map[string]string{"path": filepath.Join(t.TempDir(), "none.db")}}
	suite := &sluice.Connection{Name: "suite", Kind: sluice.KindNetSuite}
	sql, csv := &sluice.Export{SQL: &sluice.SQLExport{Query: "SELECT 1"}}, &sluice.Export{CSV: &sluice.CSVExport{Path: "f.csv"}}
	for _, tt := range []struct {
		connection *sluice.Connection
		export     *sluice.Export
		code       string
	}{{files, sql, "flow.export_kind"}, {base, csv, "flow.export_kind"}, {base, sql, "connection.no_database"}, {files, csv, "source.missing_file"}, {suite, sql, "connection.unknown_kind"}} {
		if _, err := c.OpenExport(t.Context(), tt.connection, tt.export, sluice.ExportOptions{}); sluice.ErrorCode(err) != tt.code {
			t.Errorf("%s: %v, want %s", tt.connection.Name, err, tt.code)
		}
	}
	_, err := c.OpenImport(t.Context(), files, &sluice.Import{SQL: &sluice.SQLImport{Table: "t"}}, sluice.ImportOptions{})
	if sluice.ErrorCode(err) != "flow.import_kind" {
		t.Errorf("SQL into files: %v", err)
	}
	for _, conn := range []*sluice.Connection{base, suite, {Name: "files", Kind: sluice.KindFiles}} {
		if e := c.Test(t.Context(), conn); e.OK || e.Error == nil || e.Message == "" {
			t.Errorf("%s: %+v", conn.Name, e)
		}
	}
}
