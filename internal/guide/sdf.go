package guide

import (
	"fmt"
	"strings"
)

// sdf writes the role as an object of a SuiteCloud project, to be put into
// Objects/ and deployed. Advised permissions are comments to be opened.
func (r *NetSuiteRole) sdf() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<customrole scriptid=\"customrole_%s\">\n", strings.ToLower(r.Name))
	fmt.Fprintf(&b, "  <name>%s</name>\n", r.Name)
	b.WriteString("  <centertype>BASIC</centertype>\n")
	// A Web Services Only role could call no RESTlet and could not be asked who it is.
	b.WriteString("  <iswebservicesonlyrole>F</iswebservicesonlyrole>\n  <permissions>\n")
	for _, g := range r.Grants {
		fmt.Fprintf(&b, "    <!-- %s -->\n    <permission>\n      <permkey>%s</permkey>\n      <permlevel>%s</permlevel>\n    </permission>\n",
			comment(g.Name+": "+strings.Join(g.For, "; ")), g.ID, strings.ToUpper(string(g.Level)))
	}
	for _, g := range r.Advised {
		fmt.Fprintf(&b, "    <!-- %s. If NetSuite refuses records or leaves rows out, add:\n    <permission>\n      <permkey>%s</permkey>\n      <permlevel>%s</permlevel>\n    </permission> -->\n",
			comment(g.Name+": "+strings.Join(g.For, "; ")), g.ID, strings.ToUpper(string(g.Level)))
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&b, "    <!-- The permission for %s is not known here (%s): look it up and add it. -->\n", comment(u.Name), comment(u.For))
	}
	b.WriteString("  </permissions>\n</customrole>\n")
	return b.String()
}

// comment makes text fit for an XML comment, which may not hold two dashes.
func comment(text string) string {
	for strings.Contains(text, "--") {
		text = strings.ReplaceAll(text, "--", "- -")
	}
	return strings.TrimSuffix(text, "-")
}

// checklist writes the role as text to tick off, in the order of the role page.
func (r *NetSuiteRole) checklist() string {
	var b strings.Builder
	line := func(list []Grant) {
		tab := ""
		for _, g := range list {
			if g.Tab != tab {
				tab = g.Tab
				fmt.Fprintf(&b, "Permissions > %s\n", tab)
			}
			fmt.Fprintf(&b, "  [ ] %s: %s (%s)\n", g.Name, g.Level, strings.Join(g.For, "; "))
		}
	}
	line(r.Grants)
	if len(r.Advised) > 0 {
		b.WriteString("Where NetSuite refuses records or leaves rows out:\n")
		line(r.Advised)
	}
	for _, u := range r.Unknown {
		fmt.Fprintf(&b, "Look up the permission for %s (%s).\n", u.Name, u.For)
	}
	return b.String()
}
