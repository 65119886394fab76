package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice/internal/licence"
)

// linked is a package of the program, as go list tells it.
type linked struct {
	ImportPath string
	Dir        string
	Module     *module
}

type module struct {
	Path, Version, Dir string
	Main               bool
	Replace            *module
}

// named are the files in which licences and what has to be told with them stand.
var named = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|unlicense|patents)([-.].*)?$`)

// collect returns the modules of a program, and those of which no licence is found.
func collect(program string) (*licence.Book, []string, error) {
	list, err := packages(program)
	if err != nil {
		return nil, nil, err
	}
	b, lacking := &licence.Book{Texts: map[string]string{}}, []string(nil)
	modules, dirs := map[string]*module{}, map[string]map[string]bool{}
	for _, p := range list {
		m := p.Module
		switch {
		case m == nil:
			continue
		case m.Main:
			if b.Own.Name == "" {
				if b.Own, err = describe(b, m, map[string]bool{m.Dir: true}); err != nil {
					return nil, nil, err
				}
			}
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		modules[m.Path] = m
		if dirs[m.Path] == nil {
			dirs[m.Path] = map[string]bool{}
		}
		// A package may hold a part with a licence of its own; so may a folder above it.
		for dir := p.Dir; ; dir = filepath.Dir(dir) {
			dirs[m.Path][dir] = true
			if dir == m.Dir || len(dir) < len(m.Dir) {
				break
			}
		}
	}
	if err := standard(b); err != nil {
		return nil, nil, err
	}
	for _, m := range modules {
		part, err := describe(b, m, dirs[m.Path])
		if err != nil {
			return nil, nil, err
		}
		if part.Text == "" || part.Licence == "" {
			lacking = append(lacking, m.Path+"@"+m.Version)
		}
		b.Parts = append(b.Parts, part)
	}
	slices.Sort(lacking)
	slices.SortFunc(b.Parts, func(a, b licence.Part) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return b, lacking, nil
}

func packages(program string) ([]linked, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Module", program)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var list []linked
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p linked
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
}

// describe reads a module's licences: of its folder first, then of those within that
// are linked, each text once.
func describe(b *licence.Book, m *module, dirs map[string]bool) (licence.Part, error) {
	var files []string
	for dir := range dirs {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return licence.Part{}, err
		}
		for _, e := range entries {
			if e.Type().IsRegular() && named.MatchString(e.Name()) && !strings.HasSuffix(e.Name(), ".go") {
				files = append(files, filepath.Join(dir, e.Name()))
			}
		}
	}
	slices.SortFunc(files, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(filepath.Dir(a)), len(filepath.Dir(b))), cmp.Compare(a, b))
	})
	var ids, texts []string
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			return licence.Part{}, err
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(raw), "\r\n", "\n"))
		if slices.Contains(texts, text) {
			continue
		}
		texts = append(texts, text)
		for _, id := range licence.Identify(text) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return licence.Part{Name: m.Path, Version: m.Version, Licence: strings.Join(ids, " AND "), Text: keep(b, texts)}, nil
}

// keep puts texts into the book, as one, and returns the key.
func keep(b *licence.Book, texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	whole := strings.Join(texts, "\n\n"+strings.Repeat("-", 72)+"\n\n")
	sum := sha256.Sum256([]byte(whole))
	key := hex.EncodeToString(sum[:8])
	b.Texts[key] = whole
	return key
}

// standard adds Go's own library.
func standard(b *licence.Book) error {
	out, err := exec.Command("go", "env", "GOROOT", "GOVERSION").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	root, version, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	part, err := describe(b, &module{Path: "Go standard library", Version: version}, map[string]bool{root: true})
	if err == nil && part.Text == "" {
		err = fmt.Errorf("the licence of Go is not in %s", root)
	}
	b.Parts = append(b.Parts, part)
	return err
}
