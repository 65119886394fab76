// Package auth proves to NetSuite who a request comes from.
//
// [TBA] signs each request with token-based authentication (OAuth 1.0a,
// HMAC-SHA256); [ClientCredentials] carries an OAuth 2.0 access token that it
// fetches with a signed assertion. Both have the method
//
//	Authenticate(ctx context.Context, r *http.Request) error
//
// and are called once for each attempt: a TBA signature is good for one
// request, and a retry that repeats it is refused as a replay.
//
// [SignOAuth1] and [SignPassport] are the pure functions below them: what they
// return depends on their argument alone, the base string included, so that a
// refused signature can be compared step by step.
package auth
