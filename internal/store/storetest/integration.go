package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func integration(name string, connections ...string) *sluice.Integration {
	return &sluice.Integration{ID: "id-of-" + name, Name: name, Title: "Shopify – NetSuite", Description: "Orders", Application: "shopify",
		Connections: append([]string{}, connections...), CreatedAt: Noon, UpdatedAt: Noon}
}

// IntegrationKeptAsGiven checks integrations from their making to their end.
func IntegrationKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx, i, other := t.Context(), integration("shop"), integration("another")
	must(t, s.CreateIntegration(ctx, i))
	must(t, s.CreateIntegration(ctx, other))
	same(t, "by name", get[*sluice.Integration](t)(s.Integration(ctx, "shop")), i)
	same(t, "by ID", get[*sluice.Integration](t)(s.Integration(ctx, i.ID)), i)
	same(t, "all, by name", get[[]*sluice.Integration](t)(s.Integrations(ctx)), []*sluice.Integration{other, i})
	again := integration("shop")
	again.ID = ""
	wantCode(t, s.CreateIntegration(ctx, again), sluice.CodeConflict)

	i.Name, i.Title, i.Description, i.Application, i.UpdatedAt = "renamed", "", "Orders and customers", "", minutes(2)
	must(t, s.UpdateIntegration(ctx, i))
	same(t, "changed", get[*sluice.Integration](t)(s.Integration(ctx, i.ID)), i)
	clash := *i
	clash.Name = other.Name
	wantCode(t, s.UpdateIntegration(ctx, &clash), sluice.CodeConflict)

	must(t, s.DeleteIntegration(ctx, i.ID))
	_, err := s.Integration(ctx, "renamed")
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.UpdateIntegration(ctx, i), sluice.CodeNotFound)
	wantCode(t, s.DeleteIntegration(ctx, i.ID), sluice.CodeNotFound)
}

// IntegrationRegisters checks that registrations follow a connection: through a
// change of name, into the trash and back, and to its end.
func IntegrationRegisters(t *testing.T, s sluice.Store) {
	ctx, a, b, c := t.Context(), sealedConnection("a"), sealedConnection("b"), sealedConnection("c")
	for _, connection := range []*sluice.SealedConnection{a, b, c} {
		must(t, s.CreateConnection(ctx, connection))
	}
	i := integration("shop", "b", "a", "a")
	must(t, s.CreateIntegration(ctx, i))
	registered := func(want ...string) {
		t.Helper()
		same(t, "registered", get[*sluice.Integration](t)(s.Integration(ctx, i.ID)).Connections, want)
		same(t, "registered in the list", get[[]*sluice.Integration](t)(s.Integrations(ctx))[0].Connections, want)
	}
	registered("a", "b")
	i.Connections = []string{"a", "c", "absent"}
	wantCode(t, s.UpdateIntegration(ctx, i), sluice.CodeNotFound)
	registered("a", "b")
	i.Connections = []string{"a", "c"}
	must(t, s.UpdateIntegration(ctx, i))
	registered("a", "c")
	a.Name = "z"
	must(t, s.UpdateConnection(ctx, a))
	registered("c", "z")

	must(t, s.TrashConnection(ctx, deletedConnection(c, minutes(1), minutes(60))))
	registered("z")
	i.Connections = []string{"z", "b"}
	must(t, s.UpdateIntegration(ctx, i))
	must(t, s.RestoreConnection(ctx, c.ID, "c"))
	registered("b", "c", "z")
	must(t, s.DeleteConnection(ctx, c.ID))
	must(t, s.CreateConnection(ctx, c))
	registered("b", "z")
}
