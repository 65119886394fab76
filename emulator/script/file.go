// Package script runs SuiteScript 2.1 files as RESTlets of the account: the
// modules that they define, and N/record, N/search, N/query, N/log, N/runtime,
// N/error, N/format and N/util over the account's records and the permissions of
// the role that calls.
package script

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/dop251/goja"
)

// maxSource is the largest script file.
const maxSource = 1 << 20

// maxFiles is how many files a folder of scripts may have.
const maxFiles = 2000

// file is a script file, compiled. A folder may hold files that are no SuiteScript
// at all: what is wrong with one matters when it is deployed or loaded.
type file struct {
	path    string // in the File Cabinet: /SuiteScripts/orders.js
	program *goja.Program
	problem error             // why there is no program
	tags    map[string]string // NApiVersion, NScriptType … in lower case, as written
}

var (
	docComment = regexp.MustCompile(`(?s)/\*\*.*?\*/`)
	docTag     = regexp.MustCompile(`@([A-Za-z]+)[ \t]+([^\s*]+)`)
)

// parse compiles a file and reads the tags of its JSDoc comments, the first of
// each name.
func parse(name, source string) *file {
	f := &file{path: name, tags: map[string]string{}}
	if len(source) > maxSource {
		f.problem = fmt.Errorf("%s: a script file has at most 1 MB", name)
		return f
	}
	var err error
	if f.program, err = goja.Compile(name, source, false); err != nil {
		f.problem = fmt.Errorf("%s: %w", name, err)
	}
	for _, comment := range docComment.FindAllString(source, -1) {
		for _, tag := range docTag.FindAllStringSubmatch(comment, -1) {
			if key := strings.ToLower(tag[1]); f.tags[key] == "" {
				f.tags[key] = tag[2]
			}
		}
	}
	return f
}

// isRESTlet reports whether the file says that it is the entry point of a RESTlet.
func (f *file) isRESTlet() bool { return strings.EqualFold(f.tags["nscripttype"], "restlet") }

// checkVersion refuses what another engine of NetSuite would run.
func (f *file) checkVersion() error {
	switch v := strings.ToLower(f.tags["napiversion"]); v {
	case "2.1", "2.x":
		return nil
	case "":
		return fmt.Errorf("%s: the tag @NApiVersion is missing", f.path)
	default:
		return fmt.Errorf("%s: @NApiVersion %s; this account runs SuiteScript 2.1", f.path, v)
	}
}

// Library is a set of script files that can load each other. It is not changed
// once made.
type Library struct{ files map[string]*file }

// cabinet is the folder of the File Cabinet in which scripts lie.
const cabinet = "/SuiteScripts/"

// cabinetPath is where a file of a folder lies in the File Cabinet: below
// FileCabinet where the folder is a project of the SuiteCloud Development
// Framework, else below /SuiteScripts.
func cabinetPath(name string) string {
	if _, below, ok := strings.Cut("/"+name, "/FileCabinet/"); ok {
		return "/" + below
	}
	return cabinet + name
}

// find returns the file that a module's name means, as seen from a file.
func (l *Library) find(name, from string) (*file, string) {
	full := name
	switch {
	case strings.HasPrefix(name, "./") || strings.HasPrefix(name, "../"):
		full = path.Join(path.Dir(from), name)
	case !strings.HasPrefix(name, "/"):
		full = "/" + name
	}
	full = path.Clean(full)
	if !strings.HasSuffix(full, ".js") {
		full += ".js"
	}
	return l.files[full], full
}

// readFolder reads all script files and deployments of a folder.
func readFolder(folder fs.FS) (*Library, []object, error) {
	l, objects := &Library{files: map[string]*file{}}, []object(nil)
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || len(entry.Name()) > 1 && strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		switch path.Ext(name) {
		case ".js":
			return l.add(folder, name)
		case ".xml":
			o, err := readObject(folder, name)
			if o != nil {
				objects = append(objects, *o)
			}
			return err
		}
		return nil
	})
	return l, objects, err
}

func (l *Library) add(folder fs.FS, name string) error {
	if len(l.files) >= maxFiles {
		return fmt.Errorf("more than %d script files", maxFiles)
	}
	source, err := fs.ReadFile(folder, name)
	if err != nil {
		return err
	}
	f := parse(cabinetPath(name), string(source))
	l.files[f.path] = f
	return nil
}
