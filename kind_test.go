package sluice_test

import (
	"slices"
	"testing"

	"github.com/sluicehq/sluice"
)

// Every version from 2023.1 on is offered, the newest first, recommended and the
// default, and each with both kinds of token.
func TestWSDLVersions(t *testing.T) {
	kind, _ := sluice.KindOf(sluice.KindNetSuite)
	field, _ := kind.Field("wsdl_version")
	var offered []string
	for _, o := range field.Options {
		offered = append(offered, o.Value)
	}
	if want := []string{"2025.2", "2025.1", "2024.2", "2024.1", "2023.2", "2023.1"}; !slices.Equal(offered, want) {
		t.Errorf("offered: %v", offered)
	}
	if field.Default != sluice.LatestWSDL || field.Options[0].Label != sluice.LatestWSDL+" (recommended)" {
		t.Errorf("the newest is not recommended: %+v", field)
	}
	for _, version := range offered {
		for _, auth := range []string{sluice.AuthToken, sluice.AuthTokenAuto} {
			c := &sluice.Connection{Name: "netsuite", Kind: kind.ID, Settings: map[string]string{"account": "1234567", "type": auth, "iclient": "own", "wsdl_version": version},
				Secrets: map[string]sluice.Secret{"token_id": sluice.NewSecret("made-up"), "token_secret": sluice.NewSecret("made-up")}}
			if problems := c.Check(); len(problems) > 0 {
				t.Errorf("%s with %s: %+v", version, auth, problems)
			}
		}
	}
}
