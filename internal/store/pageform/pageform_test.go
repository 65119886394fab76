package pageform

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/sluicehq/sluice"
)

// FuzzPage feeds bytes from a damaged disk: they are refused, or hold what was stored.
func FuzzPage(f *testing.F) {
	items := []sluice.Item{{Seq: 1, Key: "a", Rows: 2, Record: sluice.Record{"n": json.Number("1.10"), "list": []any{nil, true, "x"}}}}
	stored, digest, err := Encode(items)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stored, digest)
	f.Add(stored[:len(stored)/2], digest)
	f.Add([]byte{pageForm}, digest)
	f.Add([]byte{}, []byte{})
	empty := sha256.Sum256(nil)
	f.Add([]byte{pageForm, 1, 0, 0, 0xff, 0xff}, empty[:])
	f.Fuzz(func(t *testing.T, changed, sum []byte) {
		got, err := Decode(changed, sum)
		if err != nil {
			return
		}
		if bytes.Equal(sum, digest) && !reflect.DeepEqual(got, items) {
			t.Fatalf("under the digest of %v there was %v", items, got)
		}
		again, sum, err := Encode(got)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(again, sum)
		if err != nil || !reflect.DeepEqual(back, got) {
			t.Fatalf("%v came back as %v, %v", got, back, err)
		}
	})
}
