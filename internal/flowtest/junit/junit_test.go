package junit

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/sluicehq/sluice/internal/flowtest"
)

func TestWrite(t *testing.T) {
	list := []flowtest.Outcome{
		{File: "a.test.yaml", Flow: "a", Case: "one", Passed: true},
		{File: "a.test.yaml", Flow: "a", Case: "two", Line: 4, Differences: []flowtest.Difference{{Path: "cases[1].expect", Line: 9, Column: 3, Message: `want "x", got "<y>"`}}},
		{File: "b.test.yaml", Flow: "b", Case: "three", Passed: true},
	}
	var text bytes.Buffer
	if err := Write(&text, list); err != nil {
		t.Fatal(err)
	}
	var read suites
	if err := xml.Unmarshal(text.Bytes(), &read); err != nil || read.Tests != 3 || read.Failures != 1 || len(read.Suites) != 2 ||
		!strings.Contains(read.Suites[0].Cases[1].Failure.Text, `a.test.yaml:9:3: cases[1].expect: want "x", got "<y>"`) {
		t.Errorf("%+v, %v\n%s", read, err, text.String())
	}
}
