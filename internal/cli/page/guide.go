package page

import (
	"fmt"
	"strings"

	"github.com/sluicehq/sluice/internal/client"
)

// Guide writes the guide as numbered steps.
func Guide(g *client.Guide) string {
	var w page
	w.write("", "NetSuite's side of a connection by "+g.AuthLabel+":")
	for _, n := range g.Notices {
		w.write("! ", n)
	}
	for i := range g.Steps {
		w.step(&g.Steps[i])
	}
	return w.String()
}

func (w *page) step(s *client.SetupStep) {
	title := s.Title
	if s.Optional {
		title += " (where needed)"
	}
	fmt.Fprintln(w)
	w.write(fmt.Sprintf("%2d. ", s.Number), title)
	for i, menu := range s.Menus {
		label := "    Where  "
		if i > 0 {
			label = "       or  "
		}
		w.write(label, menu)
	}
	w.write("    Who    ", s.Who)
	w.write("    Why    ", s.Why)
	for _, a := range s.Actions {
		w.write("    Do     ", a)
	}
	for _, f := range s.Fields {
		w.write("           ", fieldText(f))
	}
	for _, c := range s.Copies {
		once := ""
		if c.Once {
			once = ", which is shown once"
		}
		w.write("    Copy   ", c.Shown+once+", into the connection's "+c.Field)
	}
	for _, t := range s.Traps {
		w.write("    Mind   ", t)
	}
	w.write("    Check  ", s.Check.Probe+": "+s.Check.Sign)
	w.write("    Help   ", strings.Join(s.Help, ", "))
}

// fieldText says what to do with a field, with the mark that it then has.
func fieldText(f client.FormField) string {
	text := ""
	switch f.Do {
	case "tick":
		text = "[x] " + f.Label
	case "clear":
		text = "[ ] " + f.Label
	default:
		text = f.Label + ": " + f.Do
		if f.Value != "" {
			text = f.Label + ": " + f.Value
		}
	}
	if f.Note != "" {
		text += " (" + f.Note + ")"
	}
	return text
}
