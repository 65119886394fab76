package guide

import (
	"bytes"
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
)

const docsHead = `# Setting up NetSuite

What an administrator does in NetSuite before a connection works: where, what to tick, what to copy, what goes wrong. The same is on the
command line, for your case alone and with the role that your flows need:

` + "```sh" + `
sluice guide --type oauth2-m2m --flow orders-in --flow orders-out
sluice guide --flow orders-in --role-xml > Objects/customrole_sluiceintegration.xml
sluice guide --for shopify --bundle
` + "```" + `

This page is generated from the table that the command uses. Steps are checked by the probe that is named.
`

// Docs returns docs/setup-guide.md.
func Docs() []byte {
	var b bytes.Buffer
	b.WriteString(docsHead)
	base := sure(Options{})
	writeCase(&b, base, nil)
	writeCase(&b, sure(Options{Auth: sluice.AuthTokenAuto}), base)
	writeCase(&b, sure(Options{Auth: sluice.AuthOAuth2M2M}), base)
	b.WriteString("\n## With the Celigo bundle\n\nWhere bundle " + bundleID + " or higher is in the account, its locked roles and its integration records can be used. What differs from Token Based Auth (Manual):\n")
	writeSteps(&b, sure(Options{Bundle: true}), base)
	writeApplications(&b)
	writePermissions(&b)
	return b.Bytes()
}

// sure returns the guide for options that are right.
func sure(o Options) *Guide {
	g, err := For(o)
	if err != nil {
		panic(err) // the options are constants of this file
	}
	return g
}

func writeCase(b *bytes.Buffer, g, base *Guide) {
	fmt.Fprintf(b, "\n## %s\n", g.AuthLabel)
	if base != nil {
		b.WriteString("\nWhat differs from Token Based Auth (Manual):\n")
	}
	writeSteps(b, g, base)
}

// writeSteps writes the steps that are not the same in base.
func writeSteps(b *bytes.Buffer, g, base *Guide) {
	for i := range g.Steps {
		step := &g.Steps[i]
		if base == nil || !slices.ContainsFunc(base.Steps, func(s SetupStep) bool { return reflect.DeepEqual(s, *step) }) {
			writeStep(b, step)
		}
	}
}

func writeStep(b *bytes.Buffer, s *SetupStep) {
	fmt.Fprintf(b, "\n### %d. %s (`%s`)\n\n", s.Number, s.Title, s.ID)
	if len(s.Menus) > 0 {
		fmt.Fprintf(b, "*%s* · ", strings.Join(s.Menus, "* or *"))
	}
	fmt.Fprintf(b, "%s\n\n%s\n\n", s.Who, s.Why)
	for i, a := range s.Actions {
		fmt.Fprintf(b, "%d. %s\n", i+1, plain(a))
	}
	if len(s.Fields) > 0 {
		b.WriteString("\n| field | | |\n|---|---|---|\n")
		for _, f := range s.Fields {
			fmt.Fprintf(b, "| **%s** | %s | %s |\n", f.Label, cmp.Or(code(f.Value), f.Do), plain(f.Note))
		}
	}
	if len(s.Copies) > 0 {
		b.WriteString("\n")
	}
	for _, c := range s.Copies {
		once := ""
		if c.Once {
			once = " (shown once)"
		}
		fmt.Fprintf(b, "- Copy **%s**%s into the connection's `%s`.\n", c.Shown, once, c.Field)
	}
	b.WriteString("\nMind:\n\n")
	for _, t := range s.Traps {
		fmt.Fprintf(b, "- %s\n", plain(t))
	}
	var pages []string
	for _, h := range s.Help {
		pages = append(pages, "["+h+"]("+HelpURL(h)+")")
	}
	fmt.Fprintf(b, "\nChecked by `%s`: %s. Oracle's help: %s.\n", s.Check.Probe, s.Check.Sign, strings.Join(pages, ", "))
}

// plain keeps Markdown from reading marks in a text.
func plain(text string) string {
	return strings.NewReplacer("*", `\*`, "|", `\|`, "_", `\_`).Replace(text)
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

func writeApplications(b *bytes.Buffer) {
	b.WriteString("\n## By application\n\nWith the bundle: its role to copy, and the entry under Application Name. Without: the role that is proposed where no flow is named.\n\n")
	b.WriteString("| application | `--for` | bundle's role | bundle's application name | own role, beside login |\n|---|---|---|---|---|\n")
	for _, a := range Applications() {
		var own []string
		for _, g := range sure(Options{Application: a.ID}).Role.Grants {
			if g.ID != permLoginToken && g.ID != permREST && g.ID != permWorkbook {
				own = append(own, fmt.Sprintf("%s (%s)", g.Name, g.Level))
			}
		}
		fmt.Fprintf(b, "| %s | `%s` | %s | %s | %s |\n", a.Name, a.ID, a.BundleRole, cmp.Or(a.BundleApplication, "as the app's own instructions say"), strings.Join(own, ", "))
	}
}

func writePermissions(b *bytes.Buffer) {
	b.WriteString("\n## Permissions by record type and table\n\nAn export needs View; `add` needs Create; `update`, `upsert` and `append` need Edit; `delete` needs Full. A query needs View of each table that it names.\n\n")
	b.WriteString("| permission | tab | SDF ID | record types | tables beside those |\n|---|---|---|---|---|\n")
	for _, p := range permissions {
		g := grant(p.id, View, "")
		fmt.Fprintf(b, "| %s | %s | `%s` | %s | %s |\n", g.Name, g.Tab, g.ID, strings.Join(strings.Fields(p.records), ", "), strings.Join(strings.Fields(p.tables), ", "))
	}
	fmt.Fprintf(b, "\nEntries of custom records need %s; custom lists need %s.\n", grant(permCustRecord, View, "").Name, grant(permCustList, View, "").Name)
}
