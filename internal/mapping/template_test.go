package mapping

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/sluicehq/sluice"
)

func TestTemplates(t *testing.T) {
	r := sluice.Record{"id": json.Number("7"), "name": "a/b"}
	for source, want := range map[string]string{
		"/plain":                               "/plain",
		"/c/${! this.id }":                     "/c/<7>",
		"/c/${!this.name}/x?q=${! this.id }&y": "/c/<a/b>/x?q=<7>&y",
		`/${! {"a": "}\\\"}"}.a }`:             `/<}\"}>`,
		"/$${ this }":                          "/$${ this }",
		"/${! this.nothing }":                  "/<>",
	} {
		x, problems := CompileTemplate(source)
		if len(problems) > 0 {
			t.Errorf("%s: %v", source, problems)
			continue
		}
		got, err := x.Text(t.Context(), r, func(_, v string) (string, error) { return "<" + v + ">", nil })
		if err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", source, got, err, want)
		}
	}
	for source, column := range map[string]int{"/a/${! this.id": 4, "/a/${! this.( }": 14, "${! }": 5} {
		if _, problems := CompileTemplate(source); len(problems) != 1 || problems[0].Line != 1 || problems[0].Column != column {
			t.Errorf("%s: %#v, want column %d", source, problems, column)
		}
	}
	x, _ := CompileTemplate("/${! this.name }/${! this.id }")
	_, err := x.Text(t.Context(), r, func(before, v string) (string, error) {
		if before == "/[a/b]/" {
			return "", fmt.Errorf("no %s", v)
		}
		return "[" + v + "]", nil
	})
	if err == nil || err.Error() != "no 7" {
		t.Errorf("%v", err)
	}
}
