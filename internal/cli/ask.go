package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/huh"

	"github.com/sluicehq/sluice/internal/client"
)

// askFields asks on the terminal for the fields of a connection that are not
// given yet, as its kind describes them.
func (p *program) askFields(ctx context.Context, c *client.Client, in *client.ConnectionInput) error {
	kinds, err := c.ListKinds(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kinds.Items, func(k client.Kind) bool { return k.ID == in.Kind })
	if i < 0 {
		return nil // the server says which kinds there are
	}
	kind := kinds.Items[i]
	for _, f := range kind.Fields {
		if !applies(kind, f, in) || in.Settings[f.Name] != "" || in.Secrets[f.Name] != "" || !f.Required {
			continue
		}
		answer, err := p.askField(ctx, f)
		if err != nil {
			return err
		}
		if f.Secret {
			in.Secrets[f.Name] = answer
		} else {
			in.Settings[f.Name] = answer
		}
	}
	return nil
}

// applies reports whether the field counts, given the values of the others.
func applies(k client.Kind, f client.Field, in *client.ConnectionInput) bool {
	name, want, found := strings.Cut(f.When, "=")
	if !found {
		return true
	}
	have := in.Settings[name]
	if i := slices.IndexFunc(k.Fields, func(o client.Field) bool { return o.Name == name }); have == "" && i >= 0 {
		have = k.Fields[i].Default
	}
	return have == want
}

func (p *program) askField(ctx context.Context, f client.Field) (string, error) {
	answer := f.Default
	var field huh.Field
	if len(f.Options) > 0 {
		field = huh.NewSelect[string]().Title(f.Label).Description(f.Help).Options(huh.NewOptions(f.Options...)...).Value(&answer)
	} else {
		input := huh.NewInput().Title(f.Label).Description(f.Help).Value(&answer).Validate(func(s string) error {
			if s == "" {
				return fmt.Errorf("%s is needed", f.Label)
			}
			return nil
		})
		if f.Secret {
			input = input.EchoMode(huh.EchoModePassword)
		}
		field = input
	}
	form := huh.NewForm(huh.NewGroup(field)).WithInput(p.in).WithOutput(p.err)
	return answer, form.RunWithContext(ctx)
}
