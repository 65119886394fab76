package connection

import (
	"context"
	"fmt"
	"slices"

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
		if !asked(kind, f, in) {
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

// holds reports whether all conditions hold for what is given so far.
func holds(k client.Kind, conditions []client.Condition, in *client.ConnectionInput) bool {
	for _, when := range conditions {
		have := in.Settings[when.Field]
		if i := slices.IndexFunc(k.Fields, func(o client.Field) bool { return o.Name == when.Field }); have == "" && i >= 0 {
			have = k.Fields[i].Default
		}
		if !slices.Contains(when.Values, have) {
			return false
		}
	}
	return true
}

// asked reports whether a person has to say what the field is.
func asked(k client.Kind, f client.Field, in *client.ConnectionInput) bool {
	obtained := len(f.Obtained) > 0 && holds(k, f.Obtained, in)
	return f.Required && holds(k, f.When, in) && !obtained && in.Settings[f.Name] == "" && in.Secrets[f.Name] == ""
}

// choices are the options that can still be chosen.
func choices(f client.Field) []huh.Option[string] {
	var list []huh.Option[string]
	for _, o := range f.Options {
		if !o.Retired {
			list = append(list, huh.NewOption(o.Label, o.Value))
		}
	}
	return list
}

func (p *program) askField(ctx context.Context, f client.Field) (string, error) {
	answer := f.Default
	var field huh.Field
	if len(f.Options) > 0 {
		field = huh.NewSelect[string]().Title(f.Label).Description(f.Help).Options(choices(f)...).Value(&answer)
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
	form := huh.NewForm(huh.NewGroup(field)).WithInput(p.In).WithOutput(p.Err)
	return answer, form.RunWithContext(ctx)
}
