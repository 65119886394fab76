package setting

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/app/licence"
	"github.com/sluicehq/sluice/internal/cli/shell"
)

// LicencesCommand is sluice licences.
func LicencesCommand(p *shell.Shell) *cobra.Command {
	var texts bool
	c := &cobra.Command{Use: "licences [NAME]", Short: "Whose software is in the program, and under which licences", Args: cobra.MaximumNArgs(1),
		Long: "Lists the Go modules of the program and the npm packages of its pages, those alone whose name has NAME in it; with --texts their licences whole.",
		RunE: func(_ *cobra.Command, args []string) error {
			book := &licence.Book{}
			all, err := book.Licences()
			if err != nil {
				return err
			}
			told := *all
			if len(args) > 0 {
				told.Items = nil
				for _, part := range all.Items {
					if strings.Contains(part.Name, args[0]) {
						told.Items = append(told.Items, part)
					}
				}
			}
			if !all.Complete {
				p.Say("This build holds not all of them: make build collects them.")
			}
			if texts {
				return printTexts(p, book, told.Items)
			}
			return p.Show(told, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"name", "version", "licence", "part"}, Empty: "Nothing here has such a name."}
				for _, part := range told.Items {
					g.Add(part.Name, part.Version, part.Licence, map[string]string{"go": "program", "npm": "pages"}[part.Kind])
				}
				return g
			})
		}}
	c.Flags().BoolVar(&texts, "texts", false, "print the licences whole")
	return c
}

func printTexts(p *shell.Shell, book *licence.Book, parts []licence.Part) error {
	for _, part := range parts {
		text, err := book.LicenceText(part.Text)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(p.Out, "%s %s (%s)\n\n%s\n\n%s\n\n", part.Name, part.Version, part.Licence, text.Text, strings.Repeat("=", 72)); err != nil {
			return err
		}
	}
	return nil
}
