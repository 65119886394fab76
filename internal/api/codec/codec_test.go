package codec_test

import (
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/api/codec"
)

func TestReadSaysWhere(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"{\n  \"a\": 1,\n  \"ä\": x\n}", "line 3, column 8:"},
		{"{\"a\": ", "line 1, column 7: the text ends too early"},
		{"", "line 1, column 1: the text ends too early"},
		{"[\n1]", "line 1, column 1:"},
		{"{\"a\": 1,}", "line 1, column 9:"},
	} {
		var v map[string]any
		err := codec.Read([]byte(tt.text), &v)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %s", tt.text, err, tt.want)
		}
	}
}
