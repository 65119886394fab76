package app

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// Who stores a text that was made from an older revision is told, and nothing is stored:
// two people who edit one flow do not undo each other's changes. To see it fail, let
// flows.save leave out Base.
func TestAnOlderTextDoesNotReplaceANewerOne(t *testing.T) {
	s := start(t)
	files := client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": t.TempDir()}}
	if _, err := s.local.CreateConnection(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	put := func(description string, base int64) (*client.FlowRevision, error) {
		text := strings.Replace(copyFlow, "name: copy\n", "name: copy\ndescription: "+description+"\n", 1)
		return s.local.PutFlow(t.Context(), "copy", client.FlowText{Text: text, Base: base})
	}
	first, err := put("first", 0)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := put("mine", first.Number)
	if err != nil {
		t.Fatal(err)
	}
	_, err = put("theirs", first.Number)
	wantCode(t, err, sluice.CodeFlowChanged)
	now, err := s.local.GetFlow(t.Context(), "copy")
	if err != nil || now.Text != mine.Text || now.Number != mine.Number {
		t.Errorf("the flow is revision %d, %v", now.Number, err)
	}
	if same, err := put("mine", first.Number); err != nil || same.Number != mine.Number {
		t.Errorf("the newest text again: %+v, %v", same, err)
	}
}
