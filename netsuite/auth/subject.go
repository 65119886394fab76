package auth

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// Subject is whom an OAuth 2.0 access token stands for.
type Subject struct{ Role, Entity string } // internal IDs

// SubjectOf reads the subject of an access token, without checking the token.
// Oracle prints two samples: "role;entity" of the authorization code grant and
// "account;0;role;entity;N" of client credentials (help, section_158255317571).
// Tokens are opaque to clients, so a token of another form is nothing wrong: it
// just tells nothing.
func SubjectOf(accessToken string) (Subject, bool) {
	parts := strings.Split(accessToken, ".")
	if len(parts) != 3 {
		return Subject{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return Subject{}, false
	}
	var claims struct {
		Subject string `json:"sub"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return Subject{}, false
	}
	fields := strings.Split(claims.Subject, ";")
	var s Subject
	switch len(fields) {
	case 2:
		s = Subject{fields[0], fields[1]}
	case 5:
		s = Subject{fields[2], fields[3]}
	}
	return s, isID(s.Role) && isID(s.Entity)
}

func isID(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
