// Package web is the UI: React pages, built by npm into dist and embedded.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

//go:embed all:dist
var dist embed.FS

// policy lets the pages load nothing from elsewhere and run no inline script.
// Mantine sets colours and sizes in style attributes.
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// file is one file of the build, as it is sent.
type file struct {
	name   string
	plain  []byte
	zipped func() []byte // nil where compressing does not pay; done when first asked for
	tag    string
}

// Handler serves the UI. Every address that is no file gets the one page, which
// knows the addresses itself. It returns nil when the UI was not built.
func Handler() (http.Handler, error) {
	files, err := load()
	if err != nil {
		return nil, err
	}
	index := files["index.html"]
	if index == nil {
		return nil, nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		f := files[name]
		switch {
		case f != nil:
		case strings.Contains(r.Header.Get("Accept"), "text/html"):
			f = index
		default:
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	}), nil
}

// Licences returns the packages whose code is in the pages, with their licences, as the
// build collected them; nothing when the UI was not built.
func Licences() []byte {
	packed, err := dist.ReadFile("dist/.licences.json.gz")
	if err != nil {
		return nil // not built
	}
	return packed
}

func load() (map[string]*file, error) {
	files := map[string]*file{}
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		plain, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(plain)
		files[name] = &file{name: name, plain: plain, zipped: sync.OnceValue(func() []byte { return zip(plain) }), tag: `"` + hex.EncodeToString(sum[:8]) + `"`}
		return nil
	})
	return files, err
}

func zip(plain []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(plain); err != nil || w.Close() != nil || b.Len() > len(plain)*9/10 {
		return nil
	}
	return b.Bytes()
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Type", mime.TypeByExtension(path.Ext(f.name)))
	h.Set("ETag", f.tag)
	h.Set("Vary", "Accept-Encoding, Accept")
	// Names under assets carry a hash of their content.
	if strings.HasPrefix(f.name, "assets/") {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body := f.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if zipped := f.zipped(); zipped != nil {
			h.Set("Content-Encoding", "gzip")
			body = zipped
		}
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
