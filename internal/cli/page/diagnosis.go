package page

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// Meanings lists what a code can mean.
func Meanings(list []client.CodeMeaning) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%s: %s\n  %s.\n  %s.\n", m.Protocol, m.Codes[0], m.Cause, m.Fix)
		if m.Step != "" {
			fmt.Fprintf(&b, "  step: %s\n", m.Step)
		}
	}
	return b.String()
}

// Diagnosis draws the path, lists what was asked, and ends with the verdict.
func Diagnosis(d *client.Diagnosis) string {
	var w page
	w.WriteString(pathLine(d.Path) + "\n\n")
	for _, s := range d.Path {
		for i, f := range s.Findings {
			mark := stageMarks[s.State]
			if s.State == string(sluice.StageBroken) && i < len(s.Findings)-1 {
				mark = " " // the last finding is what broke it
			}
			w.write(fmt.Sprintf("%s %-11s ", mark, s.Name), Line(f.Asked+": "+f.Answer))
		}
	}
	w.WriteString("\n")
	w.write("", Line(d.Verdict.Summary)+".")
	if len(d.Verdict.Connections) > 0 {
		w.write("", "This holds for the connections "+strings.Join(d.Verdict.Connections, ", ")+".")
	}
	for i, c := range d.Verdict.Steps {
		w.WriteString("\n")
		w.write(fmt.Sprintf("%d. ", i+1), orNothing(c.Step))
		w.write("   ", Line(c.Why)+".")
		w.write("   ", Line(c.Fix)+".")
	}
	if d.Verdict.Question != "" {
		w.WriteString("\n")
		w.write("What decides: ", Line(d.Verdict.Question))
	}
	if len(d.Verdict.Steps) > 0 {
		w.WriteString("\nMenus and fields of the steps: sluice guide\n")
	}
	return w.String()
}

func orNothing(step string) string {
	if step == "" {
		return "nothing to set up"
	}
	return step
}

// stageMarks are the marks of a stage's states.
var stageMarks = map[string]string{string(sluice.StageOK): "✓", string(sluice.StageBroken): "✗", string(sluice.StageUnknown): "?", string(sluice.StageSkipped): "·"}

// lineWidth fits every terminal.
const lineWidth = 78

// pathLine draws the path as a line, whole as far as it holds, with the broken
// link marked.
func pathLine(path []client.Stage) string {
	links := map[string]string{string(sluice.StageOK): "──", string(sluice.StageBroken): "─✗─", string(sluice.StageUnknown): "─?─", string(sluice.StageSkipped): "┄┄"}
	var b strings.Builder
	width := 0
	for i, s := range path {
		part := s.Name
		if i > 0 || s.State == string(sluice.StageBroken) {
			part = links[s.State] + " " + s.Name
		}
		if w := utf8.RuneCountInString(part); i > 0 && width+1+w > lineWidth {
			b.WriteString("\n  ")
			width = 2 + w
		} else if i > 0 {
			b.WriteString(" ")
			width += 1 + w
		} else {
			width = w
		}
		b.WriteString(part)
	}
	return b.String()
}
