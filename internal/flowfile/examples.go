package flowfile

import (
	"embed"
	"fmt"
	"path"
	"strings"
)

// examples are flows that together use every key of the table, which a test sees to.
//
//go:embed testdata/examples
var examples embed.FS

// exampleDocs writes the examples. They are part of the program: what cannot be read
// is a mistake in it, which the tests find.
func exampleDocs(b *strings.Builder) {
	const dir = "testdata/examples"
	files, err := examples.ReadDir(dir)
	if err != nil {
		return
	}
	b.WriteString("\n## Examples\n\nTogether they use every key. Each is checked by the tests.\n")
	for _, file := range files {
		text, err := examples.ReadFile(path.Join(dir, file.Name()))
		if err != nil {
			return
		}
		about, flow, _ := strings.Cut(string(text), "\n")
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n```yaml\n%s```\n", strings.TrimSuffix(file.Name(), ".yaml"), strings.TrimPrefix(about, "# "), flow)
	}
}
