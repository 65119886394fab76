package security

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

const treasure = "made-up-treasure-outside-of-the-folder"

// raw sends a path as it stands: http.Client would clean it.
func (s *server) raw(path string) reply {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.Addr().String())
	must(s.t, err)
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n", path)
	must(s.t, err)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(s.t, err)
	defer func() { _ = resp.Body.Close() }()
	var body strings.Builder
	_, err = bufio.NewReader(resp.Body).WriteTo(&body)
	must(s.t, err)
	return reply{resp, body.String()}
}

// TestPathsOfPages asks the UI and the API for files of the server.
func TestPathsOfPages(t *testing.T) {
	s := start(t)
	key, err := os.ReadFile(filepath.Join(s.dir, "key.json"))
	must(t, err)
	for _, path := range []string{"/../key.json", "/assets/../../key.json", "/..%2fkey.json", "/%2e%2e/key.json", "/assets/..%5c..%5ckey.json", "//key.json", "/./../../../../../../etc/passwd",
		"/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/assets/%2e%2e/%2e%2e/%2e%2e/etc/passwd", filepath.Join(s.dir, "key.json"), "/" + url.PathEscape(filepath.Join(s.dir, "key.json")), "/\x00/key.json"} {
		got := s.raw(path)
		if strings.Contains(got.body, string(key[:40])) || strings.Contains(got.body, "root:x:") {
			t.Errorf("%s answers with a file of the server", path)
		}
		if loc := got.Header.Get("Location"); strings.HasPrefix(loc, "//") || strings.Contains(loc, "\\") {
			t.Errorf("%s leads to %s", path, loc)
		}
	}
}

// TestNamesOfThings uses paths as the names of flows, connections and the like.
func TestNamesOfThings(t *testing.T) {
	s, folder := start(t), t.TempDir()
	before, err := filepath.Glob(filepath.Join(filepath.Dir(s.dir), "*"))
	must(t, err)
	for _, name := range []string{"../x", "..", ".", "a/b", `a\b`, "/etc/passwd", "a\x00b", "x\nname: y", "con%2e", strings.Repeat("n", 5000), ""} {
		text := fmt.Sprintf("name: %q\nexport:\n  connection: c\n  csv:\n    path: a.csv\nsteps: []\n", name)
		if _, err := s.local.PutFlow(t.Context(), url.PathEscape(name), client.FlowText{Text: text}); err == nil {
			t.Errorf("a flow is called %q", name)
		}
		if _, err := s.local.Apply(t.Context(), client.FileSet{Flows: []client.FlowFile{{Path: name, Text: text}}}); err == nil {
			t.Errorf("a flow file is called %q", name)
		}
		if _, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: name, Kind: sluice.KindFiles, Settings: map[string]string{"dir": folder}}); err == nil {
			t.Errorf("a connection is called %q", name)
		}
	}
	if after, err := filepath.Glob(filepath.Join(filepath.Dir(s.dir), "*")); err != nil || len(after) != len(before) {
		t.Errorf("beside the data folder there is %v, %v", after, err)
	}
}

// A files connection reaches nothing outside of its folder. To see it fail, let the
// connector open files with os.Open instead of an os.Root.
func TestFilesStayInTheirFolder(t *testing.T) {
	s := start(t)
	outside, inside := t.TempDir(), t.TempDir()
	must(t, os.WriteFile(filepath.Join(outside, "secret.csv"), []byte("id,text\n1,"+treasure+"\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(inside, "good.csv"), []byte("id,text\n1,here\n"), 0o600))
	for link, to := range map[string]string{"link.csv": filepath.Join(outside, "secret.csv"), "folder": outside, "up": "..", "hop.csv": "folder/secret.csv"} {
		must(t, os.Symlink(to, filepath.Join(inside, link)))
	}
	_, err := s.local.CreateConnection(t.Context(), client.ConnectionInput{Name: "files", Kind: sluice.KindFiles, Settings: map[string]string{"dir": inside}})
	must(t, err)
	preview := func(path string) (string, error) {
		got, err := s.local.PreviewText(t.Context(), client.PreviewText{Text: fmt.Sprintf("name: f\nexport:\n  connection: files\n  csv:\n    path: %q\n  key: [id]\nsteps: []\n", path)})
		return fmt.Sprintf("%+v", got), err
	}
	if text, err := preview("good.csv"); err != nil || !strings.Contains(text, "here") {
		t.Fatalf("a file within: %v, %s", err, text)
	}
	for _, path := range []string{"link.csv", "hop.csv", "folder/secret.csv", "../" + filepath.Base(outside) + "/secret.csv", filepath.Join(outside, "secret.csv"), "./../../" + filepath.Base(outside) + "/secret.csv",
		"up/" + filepath.Base(outside) + "/secret.csv", "sub/../../secret.csv"} {
		text, err := preview(path)
		if strings.Contains(text, treasure) || strings.Contains(fmt.Sprint(err), treasure) {
			t.Errorf("%s reads outside of the folder", path)
		}
		if err == nil && !strings.Contains(text, "Code") {
			t.Errorf("%s is not refused: %s", path, text)
		}
		imported := fmt.Sprintf("name: f\nexport:\n  connection: files\n  csv:\n    path: good.csv\n  key: [id]\nsteps:\n  - import:\n      connection: files\n      operation: append\n      csv:\n        path: %q\n", strings.Replace(path, "secret", "written", 1))
		if _, err := s.local.PutFlow(t.Context(), "f", client.FlowText{Text: imported}); err == nil {
			run, err := s.local.StartRun(t.Context(), "f")
			must(t, err)
			s.ended(run.ID)
		}
	}
	if found, err := filepath.Glob(filepath.Join(outside, "*written*")); err != nil || len(found) > 0 {
		t.Errorf("written outside of the folder: %v, %v", found, err)
	}
}

// ended waits until a run is over.
func (s *server) ended(id int64) {
	s.t.Helper()
	for {
		run, err := s.local.GetRun(s.t.Context(), id)
		must(s.t, err)
		if sluice.RunState(run.State).Ended() {
			return
		}
		<-time.After(5 * time.Millisecond) // the engine works; nothing tells us when it is done
	}
}
