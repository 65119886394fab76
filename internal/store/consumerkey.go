package store

import (
	"context"

	"github.com/sluicehq/sluice"
)

const consumerKeyColumns = "id, name, account, application, sealed, created_at, updated_at"

func scanConsumerKey(row scanner) (*sluice.SealedConsumerKey, error) {
	var k sluice.SealedConsumerKey
	err := row.Scan(&k.ID, &k.Name, (*foreign)(&k.Account), (*foreign)(&k.Application), document{&k.Sealed}, (*micros)(&k.CreatedAt), (*micros)(&k.UpdatedAt))
	return &k, err
}

// CreateConsumerKey stores a consumer key; one without ID gets one.
func (s *DB) CreateConsumerKey(ctx context.Context, k *sluice.SealedConsumerKey) error {
	if k.ID == "" {
		k.ID = newID()
	}
	return s.write(ctx, func(q querier) error {
		_, err := q.exec(ctx, "INSERT INTO consumer_keys ("+consumerKeyColumns+") VALUES (?, ?, ?, ?, ?, ?, ?)",
			k.ID, k.Name, foreign(k.Account), foreign(k.Application), document{k.Sealed}, micros(k.CreatedAt), micros(k.UpdatedAt))
		return taken(err, "consumer key", k.Name)
	})
}

// UpdateConsumerKey stores everything but the ID and the time of creation.
func (s *DB) UpdateConsumerKey(ctx context.Context, k *sluice.SealedConsumerKey) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "UPDATE consumer_keys SET name = ?, account = ?, application = ?, sealed = ?, updated_at = ? WHERE id = ?",
			k.Name, foreign(k.Account), foreign(k.Application), document{k.Sealed}, micros(k.UpdatedAt), k.ID)
		return taken(someRow(changed, err, "consumer key", k.ID), "consumer key", k.Name)
	})
}

// ConsumerKey finds a consumer key by ID or name; the ID goes first.
func (s *DB) ConsumerKey(ctx context.Context, idOrName string) (*sluice.SealedConsumerKey, error) {
	return byIDOrName(ctx, s.read(), scanConsumerKey, "consumer key", "consumer_keys", consumerKeyColumns, idOrName)
}

// ConsumerKeys returns all consumer keys by name.
func (s *DB) ConsumerKeys(ctx context.Context) ([]*sluice.SealedConsumerKey, error) {
	return all(ctx, s.read(), scanConsumerKey, "SELECT "+consumerKeyColumns+" FROM consumer_keys ORDER BY name")
}

// DeleteConsumerKey deletes a consumer key with its sealed texts.
func (s *DB) DeleteConsumerKey(ctx context.Context, id string) error {
	return s.write(ctx, func(q querier) error {
		changed, err := q.exec(ctx, "DELETE FROM consumer_keys WHERE id = ?", id)
		return someRow(changed, err, "consumer key", id)
	})
}
