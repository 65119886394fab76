// Package setting has the routes of what a server keeps and how long, of how it was
// started, and of whose software is in it.
package setting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/endpoint"
)

// Rules are the rules round a server's settings.
type Rules interface {
	// Settings returns what is kept, as it counts now.
	Settings(ctx context.Context) (*Settings, error)
	// ChangeSettings changes the values that are given, unless others were changed since
	// the revision: CodeChanged.
	ChangeSettings(ctx context.Context, by endpoint.Actor, c SettingsChange) (*Settings, error)
	// Excess says what would be removed with these values in the place of those that count.
	Excess(ctx context.Context, values map[string]int) ([]Excess, error)
	// Facts says how the server was started.
	Facts(ctx context.Context) ([]ServerFact, error)
}

// Codes of refused changes: one that was made from older settings, one with bad values.
const (
	CodeChanged = "settings.changed"
	CodeInvalid = "settings.invalid"
)

// Settings are what is kept, and how long.
type Settings struct {
	Revision  int       `json:"revision" doc:"Counts changes; a change names the one that it was made from"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
	ChangedBy string    `json:"changed_by,omitempty"`
	Items     []Setting `json:"items" nullable:"false"`
}

// Setting is how long, or how much, of something is kept.
type Setting struct {
	Name    string `json:"name" doc:"As it is changed: runs.days"`
	Label   string `json:"label"`
	Help    string `json:"help" doc:"What it is about, and what stays all the same"`
	Unit    string `json:"unit" enum:"days,megabytes"`
	Value   int    `json:"value" doc:"What counts now; 0 keeps it for ever, where it may be 0"`
	Default int    `json:"default"`
	Least   int    `json:"least" doc:"The least number besides 0"`
	Most    int    `json:"most"`
	Forever bool   `json:"forever,omitempty" doc:"0 is allowed, and keeps it for ever"`
	FixedBy string `json:"fixed_by,omitempty" doc:"The flag of the command line that decides, so that it cannot be changed here"`
}

// SettingsChange changes settings.
type SettingsChange struct {
	Revision int            `json:"revision" minimum:"0" doc:"The revision that the change was made from"`
	Values   map[string]int `json:"values" doc:"By name; what is left out stays"`
}

// Excess is how much of something would be removed now.
type Excess struct {
	Name   string `json:"name" doc:"The setting by which it goes: runs.days"`
	Remove int64  `json:"remove" doc:"How many of Noun are older, or more, than is kept"`
	Stay   int64  `json:"stay,omitempty" doc:"How many are older and stay all the same, as the setting's help says"`
	Noun   string `json:"noun" doc:"What is counted"`
}

// ServerFact is something about how the server was started.
type ServerFact struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Value string `json:"value" doc:"Empty for none"`
	Flag  string `json:"flag,omitempty" doc:"The flag of sluice serve that sets it"`
}

// Tag heads the routes in the documentation.
const Tag = "Settings"

// Routes returns the rows of the route table.
func Routes(rules Rules) []endpoint.Row {
	const operate, root = sluice.PermOperate, "/api/v1/settings"
	h, t := handlers{rules}, endpoint.Table{Tag: Tag}
	t.Add("GET", root, operate, "getSettings", "What the server keeps, and how long", endpoint.Of(h.get))
	t.Add("PUT", root, operate, "putSettings", "Change how long something is kept", endpoint.Of(h.put))
	t.Add("GET", root+"/excess", operate, "getExcess", "What would be removed now, before a change is made", endpoint.Of(h.excess))
	t.Add("GET", "/api/v1/server", operate, "getServer", "How the server was started; no secrets", endpoint.Of(h.facts))
	return t.Rows
}

type handlers struct{ Rules }

func (h handlers) get(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[*Settings], error) {
	return endpoint.Answer(h.Settings(ctx))
}

type changeBody struct{ Body SettingsChange }

func (h handlers) put(ctx context.Context, in *changeBody) (*endpoint.Reply[*Settings], error) {
	return endpoint.Answer(h.ChangeSettings(ctx, endpoint.ActorOf(ctx), in.Body))
}

type excessQuery struct {
	Set string `query:"set" doc:"Values to try: runs.days=90; several with commas"`
}

func (h handlers) excess(ctx context.Context, in *excessQuery) (*endpoint.Reply[endpoint.List[Excess]], error) {
	values, err := Parse(in.Set)
	if err != nil {
		return nil, err
	}
	return endpoint.Listing(h.Excess(ctx, values))
}

func (h handlers) facts(ctx context.Context, _ *endpoint.NoInput) (*endpoint.Reply[endpoint.List[ServerFact]], error) {
	return endpoint.Listing(h.Facts(ctx))
}

// Parse reads values to try: runs.days=90,audit.days=365.
func Parse(text string) (map[string]int, error) {
	values := map[string]int{}
	var list []sluice.Problem
	for pair := range strings.SplitSeq(text, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, number, _ := strings.Cut(strings.TrimSpace(pair), "=")
		n, err := strconv.Atoi(number)
		if err != nil {
			list = append(list, sluice.Problem{Code: CodeInvalid, Path: name, Message: fmt.Sprintf("%q is no whole number", number), Remedy: "Write NAME=NUMBER, as in runs.days=90"})
			continue
		}
		values[name] = n
	}
	return values, sluice.Problems(CodeInvalid, "the values cannot be read", list)
}
