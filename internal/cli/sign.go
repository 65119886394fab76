package cli

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluicehq/sluice/netsuite/auth"

	"github.com/sluicehq/sluice/internal/cli/shell"
)

const signHelp = `Prints the OAuth 1.0 base string, signature and Authorization header of a NetSuite
request (token-based authentication, HMAC-SHA256), to compare with what another
program makes. Nothing is sent.

The secrets are read from SLUICE_CONSUMER_SECRET and SLUICE_TOKEN_SECRET.
With --soap it makes the signature of a SOAP tokenPassport instead; --realm is
then the account, and --method and --url are not needed.`

// signFlags are the parts of a request that its signature depends on.
type signFlags struct {
	signing auth.Signing
	soap    bool
}

func (p *program) signCommand() *cobra.Command {
	var f signFlags
	s := &f.signing
	c := &cobra.Command{Use: "sign", Short: "Show how a NetSuite request is signed", Long: signHelp, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := f.check(); err != nil {
				return err
			}
			s.ConsumerSecret, s.TokenSecret = auth.NewSecret(p.Getenv("SLUICE_CONSUMER_SECRET")), auth.NewSecret(p.Getenv("SLUICE_TOKEN_SECRET"))
			signed, err := f.sign()
			if err != nil {
				return shell.Usagef("%v", err)
			}
			return p.Show(signed, func() *shell.Grid {
				return shell.Pairs("base string", signed.BaseString, "signature", signed.Signature, "header", signed.Header)
			})
		}}
	fl := c.Flags()
	fl.StringVar(&s.Method, "method", "", "HTTP method")
	fl.StringVar(&s.URL, "url", "", "address as it is sent, with its query")
	fl.StringVar(&s.Realm, "realm", "", "account ID in realm form: 1234567_SB1")
	fl.StringVar(&s.ConsumerKey, "consumer-key", "", "consumer key of the integration record")
	fl.StringVar(&s.Token, "token", "", "token ID")
	fl.StringVar(&s.Nonce, "nonce", "", "random text, never used before with this time")
	fl.Int64Var(&s.Timestamp, "timestamp", 0, "seconds since 1970")
	fl.StringVar(&s.Callback, "callback", "", "address of the three-step flow's first step")
	fl.StringVar(&s.Verifier, "verifier", "", "verifier of the three-step flow's last step")
	fl.StringVar(&s.Role, "role", "", "role of the three-step flow's first step")
	fl.BoolVar(&f.soap, "soap", false, "sign a SOAP tokenPassport")
	return c
}

// check names all flags that are missing.
func (f *signFlags) check() error {
	s := &f.signing
	var missing []string
	need := func(flag string, given bool) {
		if !given {
			missing = append(missing, "--"+flag)
		}
	}
	if !f.soap {
		need("method", s.Method != "")
		need("url", s.URL != "")
	}
	need("realm", s.Realm != "")
	need("consumer-key", s.ConsumerKey != "")
	need("nonce", s.Nonce != "")
	need("timestamp", s.Timestamp != 0)
	if len(missing) > 0 {
		return shell.Usagef("missing: %s", strings.Join(missing, ", "))
	}
	return nil
}

// signed is the result, as --output json prints it.
type signed struct {
	BaseString string `json:"base_string"`
	Signature  string `json:"signature"`
	Header     string `json:"header"`
}

func (f *signFlags) sign() (*signed, error) {
	if f.soap {
		return f.signPassport()
	}
	s, err := auth.SignOAuth1(f.signing)
	return &signed{s.BaseString, s.Signature, s.Header}, err
}

// signPassport signs a SOAP tokenPassport; the header is its element.
func (f *signFlags) signPassport() (*signed, error) {
	in := f.signing
	s, err := auth.SignPassport(auth.Passport{Account: in.Realm, ConsumerKey: in.ConsumerKey, ConsumerSecret: in.ConsumerSecret,
		Token: in.Token, TokenSecret: in.TokenSecret, Nonce: in.Nonce, Timestamp: in.Timestamp})
	if err != nil {
		return nil, err
	}
	element, err := passportElement(in, s)
	return &signed{s.BaseString, s.Signature, element}, err
}

// passportElement writes the tokenPassport without a namespace: that is the one of
// the SOAP version in use (urn:core_… .platform.webservices.netsuite.com).
func passportElement(in auth.Signing, s auth.SignedPassport) (string, error) {
	type signature struct {
		Algorithm string `xml:"algorithm,attr"`
		Value     string `xml:",chardata"`
	}
	data, err := xml.Marshal(struct {
		XMLName     xml.Name  `xml:"tokenPassport"`
		Account     string    `xml:"account"`
		ConsumerKey string    `xml:"consumerKey"`
		Token       string    `xml:"token"`
		Nonce       string    `xml:"nonce"`
		Timestamp   string    `xml:"timestamp"`
		Signature   signature `xml:"signature"`
	}{Account: in.Realm, ConsumerKey: in.ConsumerKey, Token: in.Token, Nonce: in.Nonce,
		Timestamp: fmt.Sprint(in.Timestamp), Signature: signature{s.Algorithm, s.Signature}})
	return string(data), err
}
