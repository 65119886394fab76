package app

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/sluicehq/sluice/internal/client"
)

const mockFlow = `name: mock
export:
  connection: files
  csv: {path: not-there.csv}
  key: [id]
steps:
  - filter: {if: this.total != 0, reason: nothing to bill}
  - map: |
      root.number = this.id
      root.total = this.total
  - import: {connection: files, csv: {path: out.csv, columns: [number, total]}}
`

// A mapping can be shown with records that somebody has made up: the export is not read.
func TestPreviewOfGivenRecords(t *testing.T) {
	s := start(t)
	set := client.FileSet{Flows: []client.FlowFile{{Path: "mock.yaml", Text: mockFlow}}, Connections: []client.ConnectionFile{filesConnection(t.TempDir())}}
	if _, err := s.local.Apply(t.Context(), set); err != nil {
		t.Fatal(err)
	}
	records := []map[string]any{{"id": "A-1", "total": json.Number("12345678901234567890.10")}, {"id": "A-2", "total": 0}, {"total": 1}, {"id": "A-4"}, {"id": "A-5", "total": 5}, {"id": "A-6", "total": 6}}
	stored, err := s.local.PreviewFlow(t.Context(), "mock", client.PreviewOptions{Records: records})
	if err != nil {
		t.Fatal(err)
	}
	draft, err := s.local.PreviewText(t.Context(), client.PreviewText{Text: mockFlow, Records: records})
	if err != nil {
		t.Fatal(err)
	}
	for _, seen := range []*client.Preview{stored, draft} {
		if len(seen.Records) != len(records) {
			t.Fatalf("%d records", len(seen.Records))
		}
		first, last := seen.Records[0], func(n int) client.PreviewStep { return seen.Records[n].Steps[len(seen.Records[n].Steps)-1] }
		if first.Key != "A-1" || first.Origin != "given record 1" || fmt.Sprint(last(0).Record) != "map[number:A-1 total:12345678901234567890.10]" {
			t.Errorf("%+v", first)
		}
		if last(1).Outcome != "excluded" || last(2).Outcome != "failed" || last(5).Outcome != "" {
			t.Errorf("outcomes %q, %q, %q", last(1).Outcome, last(2).Outcome, last(5).Outcome)
		}
	}
	if _, err := s.local.PreviewFlow(t.Context(), "mock", client.PreviewOptions{}); err == nil {
		t.Error("without records the export is read, which is not there")
	}
}
