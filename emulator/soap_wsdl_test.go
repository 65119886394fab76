package emulator

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

func fetch(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url) // the emulator's own address
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, res.Status, err)
	}
	return string(text)
}

var location = regexp.MustCompile(`schemaLocation="([^"]+)"`)

var imported = regexp.MustCompile(`<xsd:import [^>]*>`)

// download keeps the XSD files of a version in a folder, under the paths of their
// addresses, and returns a file that imports them all, as the WSDL does.
func download(t *testing.T, e *Emulator, version string) string {
	t.Helper()
	dir := t.TempDir()
	text := fetch(t, e.URL()+wsdl.WSDLPath(version))
	if !strings.Contains(text, `location="`+e.URL()+"/services/NetSuitePort_"+version+`"`) {
		t.Fatalf("the WSDL of %s does not name the emulator", version)
	}
	for _, m := range location.FindAllStringSubmatch(text, -1) {
		file := filepath.Join(dir, strings.TrimPrefix(m[1], e.URL()))
		if err := os.MkdirAll(path.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		xsd := strings.ReplaceAll(fetch(t, m[1]), e.URL(), dir)
		if err := os.WriteFile(file, []byte(xsd), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all := `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">` + strings.Join(imported.FindAllString(text, -1), "") + `</xsd:schema>`
	file := filepath.Join(dir, "all.xsd")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(all, e.URL(), dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestSOAPDescription validates requests and answers by the files that the
// emulator itself serves, with a validator that is not its own.
func TestSOAPDescription(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is missing: apt-get install libxml2-utils")
		}
		t.Skip("xmllint is missing: apt-get install libxml2-utils")
	}
	e := Start(t, twenty)
	c := soapTo(t, e)
	dir, body := t.TempDir(), `<m:search>`+allOrders+`</m:search>`
	_, answer := c.post("search", c.message(c.passport()+`<m:searchPreferences><m:bodyFieldsOnly>false</m:bodyFieldsOnly></m:searchPreferences>`, body))
	args := []string{"--noout", "--nonet", "--schema", download(t, e, c.version)}
	for name, text := range map[string]string{"search.xml": c.message("", body), "searchResponse.xml": string(answer)} {
		args = append(args, filepath.Join(dir, name))
		if err := os.WriteFile(args[len(args)-1], []byte(content(text)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), xmllint, args...).CombinedOutput(); err != nil {
		t.Errorf("%.4000s", out)
	}
}

var envelopeTag = regexp.MustCompile(`<\w+:Envelope([^>]*)>`)

// content returns what is in a message's body, with the declarations of the
// envelope's prefixes.
func content(message string) string {
	part := message[strings.Index(message, ":Body>")+len(":Body>"):]
	part = part[:strings.LastIndex(part, "</")]
	part = part[:strings.LastIndex(part, "</")]
	end := strings.IndexAny(part, " >")
	return part[:end] + envelopeTag.FindStringSubmatch(message)[1] + part[end:]
}
