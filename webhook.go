package sluice

import (
	"context"
	"time"
)

// WebhookExport reads what another system has sent to the flow's address.
type WebhookExport struct {
	// Records is the place of the records in a delivery's body: a JSON pointer (/data/object)
	// or names with dots. A list gives a record for each element, an object one record.
	// Empty means the body itself.
	Records string `json:"records,omitempty"`
	// Headers maps fields of the records to headers of the request.
	Headers map[string]string `json:"headers,omitempty"`
}

// HookPath is where the other system sends a flow's deliveries, on this server.
func HookPath(flow string) string { return "/hooks/" + flow }

// Values of the setting preset of a webhook connection.
const (
	PresetGeneric = "generic"
	PresetShopify = "shopify"
	PresetGitHub  = "github"
	PresetStripe  = "stripe"
)

// MaxDelivery is how large the body of a delivery may be at most, in megabytes.
const MaxDelivery = 50

// Delivery is one request that another system has sent and that was accepted. It is
// kept until its records have become pages.
type Delivery struct {
	FlowID string
	// Seq is the delivery's place in the flow's inbox, from 1. Deliveries can be seen in
	// the order of their places.
	Seq int64
	// ID is the other system's name for the delivery; empty where it gives none.
	ID         string
	ReceivedAt time.Time
	Headers    map[string]string // those that the flow reads, by header
	Body       []byte            // JSON
	// Taken is how many of its records have become pages.
	Taken int
}

// InboxMark is how far a run has read a flow's inbox: all deliveries before Seq, and
// the first Taken records of that one.
type InboxMark struct {
	Seq   int64 `json:"seq"`
	Taken int   `json:"taken"`
}

// InboxStore keeps what was delivered until it has become pages.
type InboxStore interface {
	// Receive stores a delivery, giving it Seq, and makes sure that a run is queued that
	// will read it: r, unless there is one. A delivery whose ID was received before is
	// not stored again: it reports false.
	Receive(ctx context.Context, d *Delivery, r *Run) (bool, error)
	// Waiting returns deliveries of a flow whose records are not all pages, behind a place,
	// oldest first.
	Waiting(ctx context.Context, flowID string, after int64, limit int) ([]*Delivery, error)
	// Newest returns the newest deliveries that are still there, newest first.
	Newest(ctx context.Context, flowID string, limit int) ([]*Delivery, error)
	// Inbox says how full a flow's inbox is.
	Inbox(ctx context.Context, flowID string) (InboxState, error)
	// ForgetDeliveries forgets the IDs of deliveries that a flow received before a time.
	ForgetDeliveries(ctx context.Context, flowID string, before time.Time) error
}

// InboxState is how full a flow's inbox is.
type InboxState struct {
	Waiting int64     `json:"waiting"`          // deliveries whose records are not all pages
	Last    int64     `json:"last"`             // the place of the newest delivery
	LastAt  time.Time `json:"last_at,omitzero"` // when that was received
}

func webhookKind() Kind {
	const g, adv = GroupAuthentication, GroupAdvanced
	generic := []Condition{{Field: "preset", Values: []string{PresetGeneric}}}
	return Kind{ID: KindWebhook, Label: "Webhook", Help: "Another system that sends records to this server by itself, signed with a shared secret.", Fields: []Field{
		{Name: "preset", Group: g, Label: "System", Required: true, Default: PresetGeneric, Help: "Which system sends. It decides how deliveries are signed and named.", Options: []Option{
			{Value: PresetShopify, Label: "Shopify"}, {Value: PresetGitHub, Label: "GitHub"}, {Value: PresetStripe, Label: "Stripe"}, {Value: PresetGeneric, Label: "Another one, with an HMAC signature"}}},
		{Name: "secret", Group: g, Label: "Secret", Secret: true, Required: true, Help: "The secret that signs deliveries, as the other system shows it."},
		{Name: "previous_secret", Group: g, Label: "Previous secret", Secret: true, Help: "Accepted too, while the other system changes to a new secret. Remove it afterwards."},
		{Name: "header", Group: g, Label: "Signature header", Required: true, Default: "X-Signature", When: generic, Help: "The header that has the signature."},
		{Name: "algorithm", Group: g, Label: "Algorithm", Default: "hmac-sha256", When: generic, Help: "How deliveries are signed. SHA-1 is not accepted.", Options: []Option{{Value: "hmac-sha256", Label: "HMAC-SHA256"}, {Value: "hmac-sha512", Label: "HMAC-SHA512"}}},
		{Name: "encoding", Group: g, Label: "Encoding", Default: "hex", When: generic, Help: "How the signature is written.", Options: []Option{{Value: "hex", Label: "Hexadecimal"}, {Value: "base64", Label: "Base64"}}},
		{Name: "prefix", Group: g, Label: "Prefix", When: generic, Help: "What stands before the signature in its header, such as sha256=."},
		{Name: "timestamp_header", Group: g, Label: "Timestamp header", When: generic, Help: "The header that has the time of sending, in seconds since 1970. What is signed is then the time, a dot and the body. Without it old deliveries can be sent again by whoever has seen them."},
		{Name: "tolerance", Group: g, Label: "Tolerance", Default: "5m", Format: FormatDuration, When: []Condition{{Field: "preset", Values: []string{PresetGeneric, PresetStripe}}}, Help: "How old the signed time may be, and how far ahead."},
		{Name: "delivery_header", Group: g, Label: "Delivery ID header", When: generic, Help: "The header that has the delivery's ID, by which a repeated delivery is known. Without it and without a timestamp a repeated delivery counts as another one."},
		{Name: "remember", Group: adv, Label: "Remember deliveries", Default: "30", Format: FormatInteger, Min: 1, Max: 365, Help: "For how many days a delivery's ID is remembered."},
		{Name: "max_body", Group: adv, Label: "Largest delivery", Default: "10", Format: FormatInteger, Min: 1, Max: MaxDelivery, Help: "In megabytes."},
		{Name: "rate", Group: adv, Label: "Deliveries a minute", Default: "6000", Format: FormatInteger, Min: 1, Max: 1_000_000, Help: "More are answered 429, and are sent again later."},
	}}
}
