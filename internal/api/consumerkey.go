package api

import (
	"context"
	"time"

	"github.com/sluicehq/sluice"
)

// ConsumerKeys are the rules round consumer keys. Names stand for IDs too.
type ConsumerKeys interface {
	ListConsumerKeys(ctx context.Context) ([]*sluice.ConsumerKey, error)
	ConsumerKey(ctx context.Context, name string) (*sluice.ConsumerKey, error)
	CreateConsumerKey(ctx context.Context, by Actor, in ConsumerKeyInput) (*sluice.ConsumerKey, error)
	// UpdateConsumerKey keeps what is left out, and texts that are given as their fingerprints.
	UpdateConsumerKey(ctx context.Context, by Actor, name string, in ConsumerKeyInput) (*sluice.ConsumerKey, error)
	DeleteConsumerKey(ctx context.Context, by Actor, name string) error
	// ConsumerKeyUse returns the names of the connections that use the consumer key.
	ConsumerKeyUse(ctx context.Context, name string) ([]string, error)
}

// ConsumerKeyInput is a consumer key as people write it. What the server sets may
// be sent back as it was read; it is not looked at.
type ConsumerKeyInput struct {
	Name        string        `json:"name,omitempty"`
	Account     *string       `json:"account,omitempty" doc:"Account of the integration record, in any spelling; empty when it is not known, or the record is in several accounts"`
	Application *string       `json:"application,omitempty" doc:"Name of the integration record in NetSuite"`
	Key         sluice.Secret `json:"consumer_key,omitzero" doc:"Written, never read back. In a change: left out or given as the fingerprint means keep."`
	Secret      sluice.Secret `json:"consumer_secret,omitzero" doc:"Like consumer_key"`

	ID        string    `json:"id,omitempty" doc:"Set by the server"`
	CreatedAt time.Time `json:"created_at,omitzero" doc:"Set by the server"`
	UpdatedAt time.Time `json:"updated_at,omitzero" doc:"Set by the server"`
}

type consumerKeyChange struct {
	NamePath
	Body ConsumerKeyInput
}

func (a *API) consumerKeyRoutes() []route {
	const t, view, edit, root = tagConsumerKeys, sluice.PermView, sluice.PermEditConnections, "/api/v1/consumer-keys"
	return []route{
		{"GET", root, view, false, "listConsumerKeys", t, "List consumer keys (iClients)", operation(a.listConsumerKeys)},
		{"POST", root, edit, false, "createConsumerKey", t, "Create a consumer key", operation(a.createConsumerKey)},
		{"GET", root + "/{name}", view, false, "getConsumerKey", t, "Show a consumer key; its texts as fingerprints", operation(a.getConsumerKey)},
		{"PUT", root + "/{name}", edit, false, "updateConsumerKey", t, "Change or rotate a consumer key for all connections that use it; what is left out stays", operation(a.updateConsumerKey)},
		{"DELETE", root + "/{name}", edit, false, "deleteConsumerKey", t, "Delete a consumer key that no connection uses", operation(a.deleteConsumerKey)},
		{"GET", root + "/{name}/connections", view, false, "consumerKeyUse", t, "Connections that use the consumer key", operation(a.consumerKeyUse)},
	}
}

func (a *API) listConsumerKeys(ctx context.Context, _ *noInput) (*reply[List[*sluice.ConsumerKey]], error) {
	return listing(a.services.ConsumerKeys.ListConsumerKeys(ctx))
}

func (a *API) getConsumerKey(ctx context.Context, in *NamePath) (*reply[*sluice.ConsumerKey], error) {
	return answer(a.services.ConsumerKeys.ConsumerKey(ctx, in.Name))
}

func (a *API) createConsumerKey(ctx context.Context, in *struct{ Body ConsumerKeyInput }) (*reply[*sluice.ConsumerKey], error) {
	return answer(a.services.ConsumerKeys.CreateConsumerKey(ctx, actorOf(ctx), in.Body))
}

func (a *API) updateConsumerKey(ctx context.Context, in *consumerKeyChange) (*reply[*sluice.ConsumerKey], error) {
	return answer(a.services.ConsumerKeys.UpdateConsumerKey(ctx, actorOf(ctx), in.Name, in.Body))
}

func (a *API) deleteConsumerKey(ctx context.Context, in *NamePath) (*nothing, error) {
	return done(a.services.ConsumerKeys.DeleteConsumerKey(ctx, actorOf(ctx), in.Name))
}

func (a *API) consumerKeyUse(ctx context.Context, in *NamePath) (*reply[List[string]], error) {
	return listing(a.services.ConsumerKeys.ConsumerKeyUse(ctx, in.Name))
}
