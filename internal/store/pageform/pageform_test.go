package pageform

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/json"
	"reflect"
	"strings"
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

// A page that unpacks to far more than any page holds is given up early. To see it fail, leave LimitReader out of Decode.
func TestPagesThatAreBombs(t *testing.T) {
	var b bytes.Buffer
	b.WriteByte(pageForm)
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	spaces := bytes.Repeat([]byte{' '}, 1<<20)
	for range most>>20 + 1 {
		if _, err := w.Write(spaces); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(b.Bytes(), nil); err == nil || !strings.Contains(err.Error(), "more than a page holds") {
		t.Errorf("%d bytes that unpack to %d: %v", b.Len(), most, err)
	}
}
