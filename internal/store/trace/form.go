// Package trace stores what imports did with records, a page and step a row. A page's
// touches are compressed together; hashes of all their names beside them tell which
// pages to look into, so that storing a record costs no index entry of its own.
package trace

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"sync"

	"github.com/sluicehq/sluice"
)

// A page's touches are stored as one byte that names the form and, in form 1, their
// JSON compressed with DEFLATE.
const form = 1

// Page is a page of touches in the form in which it is stored.
type Page struct {
	sluice.TouchPage
	names   []byte
	touches []byte
}

// compressors are kept, since making one costs more than a page.
var compressors = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(io.Discard, flate.BestSpeed) // the level is a valid one
	return w
}}

// Encode returns pages as they are stored. It is done before the transaction begins.
func Encode(pages []sluice.TouchPage) ([]Page, error) {
	out := make([]Page, len(pages))
	for i, p := range pages {
		text, err := json.Marshal(p.Touches)
		if err != nil {
			return nil, fmt.Errorf("store: encode touches: %w", err)
		}
		var b bytes.Buffer
		b.WriteByte(form)
		w := compressors.Get().(*flate.Writer)
		w.Reset(&b)
		_, err = w.Write(text)
		err = errors.Join(err, w.Close())
		compressors.Put(w)
		if err != nil {
			return nil, fmt.Errorf("store: compress touches: %w", err)
		}
		out[i] = Page{TouchPage: p, names: hashes(p.Touches), touches: b.Bytes()}
	}
	return out, nil
}

func decode(stored []byte) ([]sluice.Touch, error) {
	if len(stored) == 0 || stored[0] != form {
		return nil, errors.New("store: touches of an unknown form")
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(stored[1:])), 4*sluice.MaxPageBytes))
	if err != nil {
		return nil, fmt.Errorf("store: decompress touches: %w", err)
	}
	var list []sluice.Touch
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("store: decode touches: %w", err)
	}
	return list, nil
}

// hashes returns the hashes of all names of the touches: sorted, four bytes each.
func hashes(list []sluice.Touch) []byte {
	all := make([]uint32, 0, 2*len(list))
	for i := range list {
		t := &list[i]
		for _, name := range []string{t.Key, t.Trace, t.ExternalID, t.ID} {
			if name != "" {
				all = append(all, hash(name))
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	out := make([]byte, 0, 4*len(all))
	for _, h := range all {
		out = binary.BigEndian.AppendUint32(out, h)
	}
	return out
}

func hash(name string) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, name) // a hash takes everything
	return h.Sum32()
}

// holds reports whether one of the hashes is among the names. A page whose names have
// the same hash by chance is looked into for nothing.
func holds(names []byte, wanted []uint32) bool {
	for _, w := range wanted {
		low, high := 0, len(names)/4
		for low < high {
			middle := (low + high) / 2
			switch h := binary.BigEndian.Uint32(names[4*middle:]); {
			case h == w:
				return true
			case h < w:
				low = middle + 1
			default:
				high = middle
			}
		}
	}
	return false
}
