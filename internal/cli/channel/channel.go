// Package channel has the commands round channels, which tell people and programs
// outside what has happened.
package channel

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/internal/cli/page"
	"github.com/sluicehq/sluice/internal/cli/shell"
	"github.com/sluicehq/sluice/internal/client"
)

type program struct{ *shell.Shell }

// Command is sluice channel.
func Command(s *shell.Shell) *cobra.Command {
	p := &program{s}
	return shell.Group("channel", "Webhooks and e-mail that tell what has happened", p.list(), p.show(), p.create(), p.edit(), p.remove(), p.test(), p.log())
}

func (p *program) list() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List channels", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListChannels(ctx)
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid {
				g := &shell.Grid{Header: []string{"name", "kind", "to", "events", "quiet"}, Empty: "There is no channel. Make one: sluice channel create NAME --kind webhook --url URL --secret env:VARIABLE"}
				for i := range list.Items {
					ch := &list.Items[i]
					g.Add(ch.Name, ch.Kind, target(ch), orAll(ch.Events), quiet(ch))
				}
				return g
			})
		})
	}}
}

func target(ch *client.Channel) string {
	if ch.Kind == "email" {
		return strings.Join(ch.To, ", ")
	}
	return ch.URL
}

func quiet(ch *client.Channel) string {
	if ch.Quiet == "" {
		return "1h"
	}
	return ch.Quiet
}

func orAll(list []string) string {
	if len(list) == 0 {
		return "all"
	}
	return strings.Join(list, ", ")
}

func (p *program) show() *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show a channel; its secret as a fingerprint", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			ch, err := c.GetChannel(ctx, args[0])
			if err != nil {
				return err
			}
			return p.Show(ch, func() *shell.Grid { return grid(ch) })
		})
	}}
}

func grid(ch *client.Channel) *shell.Grid {
	server := ""
	if ch.Host != "" {
		server = fmt.Sprintf("%s:%d, %s", ch.Host, ch.Port, ch.TLS)
	}
	state := "on"
	if ch.Disabled {
		state = "off"
	}
	return shell.Pairs("channel", ch.Name, "kind", ch.Kind, "to", target(ch), "server", server, "user", ch.User, "from", ch.From, "secret", ch.Secret,
		"events", orAll(ch.Events), "integrations", orAll(ch.Integrations), "quiet", quiet(ch), "digest", ch.Digest, "state", state)
}

// flags are those by which a channel is given.
type flags struct {
	in     client.Channel
	secret string
}

func (f *flags) add(c *cobra.Command) {
	s, in := c.Flags(), &f.in
	s.StringVar(&in.URL, "url", "", "where a webhook is sent")
	s.StringVar(&in.Host, "host", "", "e-mail server")
	s.Int64Var(&in.Port, "port", 587, "its port")
	s.StringVar(&in.TLS, "tls", "starttls", "tls, starttls or none")
	s.StringVar(&in.User, "user", "", "whom to log in as, where the e-mail server wants that")
	s.StringVar(&in.From, "from", "", "sender's address")
	s.StringSliceVar(&in.To, "to", nil, "addresses that get the messages")
	s.StringVar(&f.secret, "secret", "", "what webhooks are signed with, or the e-mail password: env:VARIABLE, @FILE or - for standard input")
	s.StringSliceVar(&in.Events, "event", nil, "codes to tell of; all without it")
	s.StringSliceVar(&in.Integrations, "integration", nil, "integrations that it is for; all without it")
	s.StringVar(&in.Quiet, "quiet", "", "how long the same event is only counted once it was told; 1h without it")
	s.StringVar(&in.Digest, "digest", "", "collect events and tell them together once in so long, such as 24h")
	s.BoolVar(&in.Disabled, "off", false, "tell nothing for now")
}

func (p *program) readSecret(f *flags) (err error) {
	if f.secret != "" {
		f.in.Secret, err = p.ReadSecret("secret", f.secret)
	}
	return err
}

func (p *program) create() *cobra.Command {
	var f flags
	c := &cobra.Command{Use: "create NAME --kind webhook|email", Short: "Create a channel", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		if err := p.readSecret(&f); err != nil {
			return err
		}
		if f.in.Name = args[0]; f.in.Kind != "email" {
			f.in.Port, f.in.TLS = 0, ""
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			ch, err := c.CreateChannel(ctx, f.in)
			if err != nil {
				return err
			}
			p.Say("Created. Try it: sluice channel test %s", ch.Name)
			return p.Show(ch, func() *shell.Grid { return grid(ch) })
		})
	}}
	f.add(c)
	c.Flags().StringVar(&f.in.Kind, "kind", "", "webhook or email")
	_ = c.MarkFlagRequired("kind") // the flag is there
	return c
}

func (p *program) edit() *cobra.Command {
	var f flags
	c := &cobra.Command{Use: "edit NAME", Short: "Change a channel; what is not given stays", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		if err := p.readSecret(&f); err != nil {
			return err
		}
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			ch, err := c.GetChannel(ctx, args[0])
			if err != nil {
				return err
			}
			ch, err = c.UpdateChannel(ctx, args[0], merged(cmd, *ch, f.in))
			if err != nil {
				return err
			}
			return p.Show(ch, func() *shell.Grid { return grid(ch) })
		})
	}}
	f.add(c)
	c.Flags().StringVar(&f.in.Name, "name", "", "a new name")
	return c
}

// merged returns the channel with what was given on the command line.
func merged(cmd *cobra.Command, ch, in client.Channel) client.Channel {
	for flag, set := range map[string]func(){
		"name": func() { ch.Name = in.Name }, "url": func() { ch.URL = in.URL }, "host": func() { ch.Host = in.Host }, "port": func() { ch.Port = in.Port },
		"tls": func() { ch.TLS = in.TLS }, "user": func() { ch.User = in.User }, "from": func() { ch.From = in.From }, "to": func() { ch.To = in.To },
		"secret": func() { ch.Secret = in.Secret }, "event": func() { ch.Events = in.Events }, "integration": func() { ch.Integrations = in.Integrations },
		"quiet": func() { ch.Quiet = in.Quiet }, "digest": func() { ch.Digest = in.Digest }, "off": func() { ch.Disabled = in.Disabled },
	} {
		if cmd.Flags().Changed(flag) {
			set()
		}
	}
	return ch
}

func (p *program) remove() *cobra.Command {
	return &cobra.Command{Use: "delete NAME", Short: "Delete a channel with what it has still to tell", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			if err := c.DeleteChannel(ctx, args[0]); err != nil {
				return err
			}
			p.Say("Deleted.")
			return nil
		})
	}}
}

func (p *program) test() *cobra.Command {
	return &cobra.Command{Use: "test NAME", Short: "Send a test message through a channel now", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			sent, err := c.TestChannel(ctx, args[0])
			if err != nil {
				return err
			}
			p.Say("Sent to %s.", sent.To)
			return p.Show(sent, func() *shell.Grid { return shell.Pairs("to", sent.To, "message", sent.Message) })
		})
	}}
}

func (p *program) log() *cobra.Command {
	var limit int64
	c := &cobra.Command{Use: "log NAME", Short: "What a channel has told and is to tell, newest first", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return p.With(cmd, func(ctx context.Context, c *client.Client) error {
			list, err := c.ListMessages(ctx, args[0], client.ListMessagesQuery{Limit: limit})
			if err != nil {
				return err
			}
			return p.Show(list.Items, func() *shell.Grid { return messages(list.Items) })
		})
	}}
	c.Flags().Int64Var(&limit, "limit", 50, "messages at most")
	return c
}

func messages(list []client.Message) *shell.Grid {
	var out strings.Builder
	for i := range list {
		m := &list[i]
		state := m.State
		if m.State == "waiting" {
			state += " until " + shell.When(m.DueAt)
		} else if m.State == "sent" {
			state += " " + shell.When(m.SentAt)
		}
		fmt.Fprintf(&out, "%d  %s, %s", m.ID, m.Event.Code, state)
		if m.Repeats > 1 {
			fmt.Fprintf(&out, ", %d times", m.Repeats)
		}
		fmt.Fprintf(&out, "\n   %s\n", page.Line(m.Event.Message))
		if m.Error != "" {
			fmt.Fprintf(&out, "   attempt %d failed: %s\n", m.Attempts, page.Line(m.Error))
		}
	}
	return &shell.Grid{Lines: out.String(), Empty: "The channel has told nothing yet."}
}
