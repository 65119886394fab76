package storetest

import (
	"testing"

	"github.com/sluicehq/sluice"
)

func sealedConsumerKey(name string) *sluice.SealedConsumerKey {
	return &sluice.SealedConsumerKey{
		ConsumerKey: sluice.ConsumerKey{ID: "id-of-" + name, Name: name, Account: "1234567", Application: "Celigo’s", CreatedAt: Noon, UpdatedAt: Noon},
		Sealed:      map[string][]byte{"consumer_key": {0, 1, 0xff}, "consumer_secret": []byte("sealed")},
	}
}

// ConsumerKeyKeptAsGiven checks consumer keys from their making to their end.
func ConsumerKeyKeptAsGiven(t *testing.T, s sluice.Store) {
	ctx, k, other := t.Context(), sealedConsumerKey("prod"), sealedConsumerKey("another")
	must(t, s.CreateConsumerKey(ctx, k))
	must(t, s.CreateConsumerKey(ctx, other))
	same(t, "by name", get[*sluice.SealedConsumerKey](t)(s.ConsumerKey(ctx, "prod")), k)
	same(t, "by ID", get[*sluice.SealedConsumerKey](t)(s.ConsumerKey(ctx, k.ID)), k)
	same(t, "all, by name", get[[]*sluice.SealedConsumerKey](t)(s.ConsumerKeys(ctx)), []*sluice.SealedConsumerKey{other, k})
	again := sealedConsumerKey("prod")
	again.ID = ""
	wantCode(t, s.CreateConsumerKey(ctx, again), sluice.CodeConflict)

	k.Name, k.Account, k.Application, k.Sealed, k.UpdatedAt = "renamed", "7654321", "", map[string][]byte{"consumer_key": {7}}, minutes(2)
	must(t, s.UpdateConsumerKey(ctx, k))
	same(t, "changed", get[*sluice.SealedConsumerKey](t)(s.ConsumerKey(ctx, k.ID)), k)
	clash := *k
	clash.Name = other.Name
	wantCode(t, s.UpdateConsumerKey(ctx, &clash), sluice.CodeConflict)

	must(t, s.DeleteConsumerKey(ctx, k.ID))
	_, err := s.ConsumerKey(ctx, "renamed")
	wantCode(t, err, sluice.CodeNotFound)
	wantCode(t, s.UpdateConsumerKey(ctx, k), sluice.CodeNotFound)
	wantCode(t, s.DeleteConsumerKey(ctx, k.ID), sluice.CodeNotFound)
}
