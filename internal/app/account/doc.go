// Package account holds the rules round people: users, API tokens, passwords and
// logging in.
package account
