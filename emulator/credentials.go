package emulator

import (
	"crypto/x509"
	"encoding/pem"

	"github.com/sluicehq/sluice/emulator/account"
)

// Credentials are what a client needs to log in as the seeded integration user.
type Credentials struct {
	Account        string `json:"account"`
	BaseURL        string `json:"base_url"`
	ConsumerKey    string `json:"consumer_key"`
	ConsumerSecret string `json:"consumer_secret"`
	TokenID        string `json:"token_id"`
	TokenSecret    string `json:"token_secret"`
}

// Admin is the administrator's login at the pages of the account. It is made up.
type Admin struct {
	Email    string `json:"admin_email"`
	Password string `json:"admin_password"`
}

// Admin returns the seeded administrator's login. The password is empty where it
// was changed.
func (e *Emulator) Admin() Admin {
	var a Admin
	if x := e.account.Setup().Employee(account.AdministratorUser); x != nil {
		a.Email = x.Email
		if x.CheckPassword(account.SeedPassword) {
			a.Password = account.SeedPassword
		}
	}
	return a
}

// M2MCredentials log the same user in by OAuth 2.0 client credentials.
type M2MCredentials struct {
	ClientID      string `json:"client_id"`
	CertificateID string `json:"certificate_id"`
	PrivateKey    string `json:"private_key"` // PEM, PKCS #8, P-256: sign with ES256
}

// Credentials returns the seeded TBA credentials as they are now: after a reset
// of the integration's credentials, the new ones. Fields are empty for what was
// deleted.
func (e *Emulator) Credentials() Credentials {
	s := e.account.Setup()
	c := Credentials{Account: s.ID, BaseURL: e.URL()}
	if i := s.Integration(account.SeedIntegration); i != nil {
		c.ConsumerKey, c.ConsumerSecret = i.ConsumerKey, i.ConsumerSecret
	}
	if t := s.Token(account.SeedToken); t != nil {
		c.TokenID, c.TokenSecret = t.Token, t.Secret
	}
	return c
}

// M2M returns the seeded OAuth 2.0 client credentials.
func (e *Emulator) M2M() M2MCredentials {
	der, err := x509.MarshalPKCS8PrivateKey(account.SeedKey(e.seed.Load()))
	if err != nil {
		panic(err) // a P-256 key always marshals
	}
	return M2MCredentials{
		ClientID: e.Credentials().ConsumerKey, CertificateID: account.SeedCertificate,
		PrivateKey: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	}
}
