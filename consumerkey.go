package sluice

import "time"

// ConsumerKey is the consumer key and secret of one NetSuite integration record,
// labelled iClient. Connections name it, so that it is rotated in one place.
type ConsumerKey struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Account is the account that the integration record is in, in any spelling.
	// Empty means that it is not known, or that the record is in several accounts.
	Account string `json:"account,omitempty"`
	// Application is the name of the integration record in NetSuite.
	Application string    `json:"application,omitempty"`
	Key         Secret    `json:"consumer_key"`    // shown as a fingerprint
	Secret      Secret    `json:"consumer_secret"` // shown as a fingerprint
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"` // when it was last changed or rotated
}

// SealedConsumerKey is a consumer key as the store sees it: Key and Secret are
// empty, Sealed holds their ciphertexts under consumer_key and consumer_secret.
type SealedConsumerKey struct {
	ConsumerKey
	Sealed map[string][]byte
}

// Check says everything that is wrong with the consumer key.
func (k *ConsumerKey) Check() []Problem {
	problems := CheckName("name", k.Name)
	const remedy = "Copy it from the page that NetSuite shows once when the integration record is saved (Setup > Integration > Manage Integrations)"
	if k.Key.Empty() {
		problems = append(problems, Problem{Code: "consumer_key.missing_field", Path: "consumer_key", Message: "the consumer key is missing", Remedy: remedy})
	}
	if k.Secret.Empty() {
		problems = append(problems, Problem{Code: "consumer_key.missing_field", Path: "consumer_secret", Message: "the consumer secret is missing", Remedy: remedy})
	}
	return problems
}
