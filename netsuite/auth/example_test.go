package auth_test

import (
	"fmt"
	"log"

	"github.com/sluicehq/sluice/netsuite/auth"
)

// The base string shows what was signed, step by step.
func ExampleSignOAuth1() {
	signed, err := auth.SignOAuth1(auth.Signing{
		Method: "GET", URL: "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=10",
		Realm: "1234567", ConsumerKey: "consumer", ConsumerSecret: auth.NewSecret("made-up-secret"),
		Token: "token", TokenSecret: auth.NewSecret("made-up-secret"), Nonce: "abcdefgh", Timestamp: 1700000000,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signed.BaseString)
	// Output: GET&https%3A%2F%2F1234567.suitetalk.api.netsuite.com%2Fservices%2Frest%2Frecord%2Fv1%2Fcustomer&limit%3D10%26oauth_consumer_key%3Dconsumer%26oauth_nonce%3Dabcdefgh%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1700000000%26oauth_token%3Dtoken%26oauth_version%3D1.0
}
