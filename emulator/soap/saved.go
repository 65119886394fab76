package soap

import (
	"context"

	"github.com/sluicehq/sluice/emulator/record/schema"
	"github.com/sluicehq/sluice/emulator/session"
	"github.com/sluicehq/sluice/emulator/soap/mapping"
	"github.com/sluicehq/sluice/emulator/soap/search"
	"github.com/sluicehq/sluice/emulator/soap/wsdl"
)

// AddSavedSearch stores a search that the newest version can read and that ses,
// the one of an administrator, could run.
func (s *Service) AddSavedSearch(ses *session.Session, x search.SavedSearch) error {
	all := wsdl.Versions()
	e := &search.Engine{
		Mapper: &mapping.Mapper{Shapes: s.shapes, Version: all[len(all)-1], Store: s.Store, Session: ses}, Saved: s.Saved, Now: s.Now,
	}
	if x.Type != "" {
		if err := e.Check(session.With(context.Background(), ses), x); err != nil {
			return err
		}
	}
	return s.Saved.Add(x)
}

// typeByName returns the record type of a name if SOAP serves it, or nil.
func (c *call) typeByName(name string) *schema.Type {
	t := c.Store.Type(name)
	if t == nil || c.mapper.Shape(t) == nil {
		return nil
	}
	return t
}
