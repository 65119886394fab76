// Package tap counts what passes and keeps its beginning.
package tap

import "io"

// Reader passes on what Source holds.
type Reader struct {
	Source io.Reader
	Keep   int // how many bytes to keep

	Kept  []byte
	Count int
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	n, err := r.Source.Read(p)
	r.Count += n
	if room := r.Keep - len(r.Kept); room > 0 {
		r.Kept = append(r.Kept, p[:min(n, room)]...)
	}
	return n, err
}
