// Package search finds things of all kinds by words. It asks the store that shows whoever
// asks what they may see, and nothing around it.
package search

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/api/search"
	"github.com/sluicehq/sluice/internal/guide"
)

// Store is what is searched.
type Store interface {
	Flows(ctx context.Context) ([]*sluice.FlowRevision, error)
	Connections(ctx context.Context) ([]*sluice.SealedConnection, error)
	Integrations(ctx context.Context) ([]*sluice.Integration, error)
	ConsumerKeys(ctx context.Context) ([]*sluice.SealedConsumerKey, error)
	Run(ctx context.Context, id int64) (*sluice.Run, error)
	RecordErrors(ctx context.Context, f sluice.ErrorFilter) ([]*sluice.RecordError, error)
	Users(ctx context.Context) ([]*sluice.User, error)
}

// Search finds things.
type Search struct{ Store Store }

// Bounds of what one search looks at.
const (
	mostErrors = 10
	// shortest is how long words are for which errors are looked through.
	shortest = 2
)

// hit is a thing with how well it fits; less is better.
type hit struct {
	search.Found
	rank int
}

// hits collects what fits.
type hits struct {
	words []string
	list  []hit
}

// Search returns what fits the words best, first.
func (s *Search) Search(ctx context.Context, by api.Actor, words string, limit int) ([]search.Found, error) {
	h := &hits{words: strings.Fields(strings.ToLower(words))}
	if len(h.words) == 0 {
		return nil, nil
	}
	for _, look := range []func(context.Context, api.Actor, *hits) error{s.flows, s.connections, s.integrations, s.consumerKeys, s.runs, s.errors, s.users, guideSteps, settings} {
		if err := look(ctx, by, h); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(h.list, func(a, b hit) int { return a.rank - b.rank })
	var out []search.Found
	for _, one := range h.list[:min(limit, len(h.list))] {
		out = append(out, one.Found)
	}
	return out, nil
}

// Ranks: the title is what was entered, begins with it, has a word that does, has it, or
// something else of the thing has it. Things that are looked up, such as the help of
// settings, stand behind those that are somebody's own.
const (
	exact = iota
	beginning
	wordBeginning
	within
	elsewhere
	help = 10
)

// add adds a thing when all words stand in its title or its further texts.
func (h *hits) add(f search.Found, behind int, further ...string) {
	title := strings.ToLower(f.Title)
	all := title + "\n" + strings.ToLower(f.About+"\n"+strings.Join(further, "\n"))
	rank := exact
	for _, w := range h.words {
		switch i := strings.Index(title, w); {
		case title == w:
		case i == 0:
			rank = max(rank, beginning)
		case i > 0 && strings.ContainsRune(" -_./@", rune(title[i-1])):
			rank = max(rank, wordBeginning)
		case i > 0:
			rank = max(rank, within)
		case strings.Contains(all, w):
			rank = max(rank, elsewhere)
		default:
			return
		}
	}
	h.list = append(h.list, hit{f, rank + behind})
}

func at(page, name string) string { return page + url.PathEscape(name) }

func (s *Search) flows(ctx context.Context, _ api.Actor, h *hits) error {
	list, err := s.Store.Flows(ctx)
	for _, f := range list {
		h.add(search.Found{Kind: "flow", Title: f.Flow.Name, About: f.Flow.Description, To: at("/flows/", f.Flow.Name)}, 0, f.FlowID)
	}
	return err
}

func (s *Search) connections(ctx context.Context, _ api.Actor, h *hits) error {
	list, err := s.Store.Connections(ctx)
	for _, c := range list {
		kind, _ := sluice.KindOf(c.Kind)
		h.add(search.Found{Kind: "connection", Title: c.Name, About: kind.Label, To: at("/connections/", c.Name)}, 0, c.ID, c.Settings["account"], c.Settings["base_url"], c.Settings["host"])
	}
	return err
}

func (s *Search) integrations(ctx context.Context, _ api.Actor, h *hits) error {
	list, err := s.Store.Integrations(ctx)
	for _, i := range list {
		title := i.Title
		if title == "" {
			title = i.Name
		}
		h.add(search.Found{Kind: "integration", Title: title, About: i.Description, To: at("/integrations/", i.Name)}, 0, i.Name, i.Application)
	}
	return err
}

func (s *Search) consumerKeys(ctx context.Context, _ api.Actor, h *hits) error {
	list, err := s.Store.ConsumerKeys(ctx)
	for _, k := range list {
		h.add(search.Found{Kind: "consumer-key", Title: k.Name, About: "Consumer key " + k.Account, To: "/consumer-keys"}, 0, k.Application)
	}
	return err
}

// runs finds a run by its number.
func (s *Search) runs(ctx context.Context, _ api.Actor, h *hits) error {
	id, err := strconv.ParseInt(strings.TrimPrefix(h.words[len(h.words)-1], "#"), 10, 64)
	if err != nil || len(h.words) > 2 || len(h.words) == 2 && h.words[0] != "run" {
		return nil
	}
	r, err := s.Store.Run(ctx, id)
	if sluice.ErrorCode(err) == sluice.CodeNotFound {
		return nil
	}
	if err == nil {
		h.list = append(h.list, hit{search.Found{Kind: "run", Title: fmt.Sprintf("Run %d", r.ID), About: r.FlowName + ", " + string(r.State), To: fmt.Sprintf("/runs/%d", r.ID)}, exact})
	}
	return err
}

// errors finds record errors by what people know the record by, and by their message.
func (s *Search) errors(ctx context.Context, _ api.Actor, h *hits) error {
	text := strings.Join(h.words, " ")
	if len(text) < shortest {
		return nil
	}
	seen, traced := map[int64]bool{}, map[string]bool{}
	for rank, f := range map[int]sluice.ErrorFilter{exact: {Named: []string{text, strings.ToUpper(text)}}, elsewhere: {Text: text}} {
		f.Limit, f.Brief = mostErrors, true
		list, err := s.Store.RecordErrors(ctx, f)
		if err != nil {
			return err
		}
		for _, e := range list {
			if seen[e.ID] {
				continue
			}
			seen[e.ID] = true
			name := e.Trace
			if name == "" {
				name = e.Key
			}
			if rank == exact && name != "" && !traced[name] {
				traced[name] = true
				h.list = append(h.list, hit{search.Found{Kind: "trace", Title: name, About: "Everything that happened to this record", To: "/trace?key=" + url.QueryEscape(name)}, exact})
			}
			h.list = append(h.list, hit{search.Found{Kind: "error", Title: e.Message, About: fmt.Sprintf("%s, %s, %s", e.FlowName, name, e.State), To: fmt.Sprintf("/errors?error=%d", e.ID)}, rank})
		}
	}
	return nil
}

// users finds people, for who may see them.
func (s *Search) users(ctx context.Context, by api.Actor, h *hits) error {
	if !by.May(sluice.PermPeople) {
		return nil
	}
	list, err := s.Store.Users(ctx)
	for _, u := range list {
		title := u.Name
		if title == "" {
			title = u.Email
		}
		h.add(search.Found{Kind: "user", Title: title, About: u.Email, To: "/users"}, 0)
	}
	return err
}

func guideSteps(_ context.Context, _ api.Actor, h *hits) error {
	g, err := guide.For(guide.Options{})
	if err != nil {
		return err
	}
	for _, step := range g.Steps {
		h.add(search.Found{Kind: "guide", Title: step.Title, About: fmt.Sprintf("Step %d of the set-up guide", step.Number), To: "/guide#step-" + step.ID}, help, slices.Concat([]string{step.Why}, step.Menus, step.Actions, step.Traps)...)
	}
	return nil
}

// settings finds what the fields of connections mean.
func settings(_ context.Context, by api.Actor, h *hits) error {
	if !by.MaySomewhere(sluice.PermEditConnections) {
		return nil
	}
	for _, k := range sluice.Kinds() {
		for _, f := range k.Fields {
			h.add(search.Found{Kind: "setting", Title: f.Label, About: k.Label + " connection: " + f.Help, To: "/connections/new?application=" + k.ID}, help, f.Name)
		}
	}
	return nil
}
