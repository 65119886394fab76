package doctor

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/guide/release"
	"github.com/sluicehq/sluice/netsuite"
	"github.com/sluicehq/sluice/netsuite/auth"
)

// keyShape is the form of all keys and tokens in Oracle's help and in what
// people publish: 64 hex digits. It is a habit and no rule, so another form is a
// suspicion: the login is tried, and decides.
var keyShape = regexp.MustCompile(`^[0-9A-Fa-f]{64}$`)

// field is a value that people copy, with the step that it comes from.
type field struct{ name, label, step string }

func fieldsOf(conn *sluice.Connection) []field {
	if conn.Get("type") == sluice.AuthOAuth2M2M {
		return []field{{"client_id", "client ID", stepIntegration}, {"private_key", "private key", stepCertificate}}
	}
	return []field{{"consumer_key", "consumer key", stepIntegration}, {"consumer_secret", "consumer secret", stepIntegration},
		{"token_id", "token ID", stepToken}, {"token_secret", "token secret", stepToken}}
}

// stepOfField returns the step that a field's value comes from.
func stepOfField(conn *sluice.Connection, name string) string {
	for _, f := range fieldsOf(conn) {
		if f.name == name {
			return f.step
		}
	}
	switch name {
	case "account":
		return stepAccount
	case "certificate_id":
		return stepCertificate
	case "base_url", "suitetalk_url", "restlet_url", "app_url":
		return stepBaseURL
	case "concurrency":
		return stepConcurrency
	}
	return ""
}

// checkSettings looks at the settings as they are written. It asks nobody.
func (e *examination) checkSettings() {
	s := e.stage("settings")
	s.State = sluice.StageOK
	for _, look := range []func() *sluice.Verdict{e.lookForGaps, e.lookAtAccount, e.lookForMixUps, e.lookAtKey, e.lookAtBaseURL} {
		if v := look(); v != nil {
			e.broken(s, *v)
			return
		}
	}
	e.suspicions = e.lookAtShapes()
	for _, c := range e.suspicions {
		s.note("the form of the values", c.Why)
	}
	if outdated := release.Outdated(release.At(e.clock()), e.conn); outdated != "" {
		s.note("WSDL version "+e.conn.Get("wsdl_version"), outdated+"; choose "+sluice.LatestWSDL)
	}
	s.note("account ID", fmt.Sprintf("%s, a %s account, host form %s", e.account.Realm(), e.account.Environment(), e.account.HostLabel()))
}

// lookForGaps reports what the kind of connection itself refuses.
func (e *examination) lookForGaps() *sluice.Verdict {
	problems := e.conn.Check()
	if len(problems) == 0 && !e.conn.Authorized() {
		return decided("connection.not_authorized", "The connection has not been authorized yet", stepToken,
			"There is no token: Token Based Auth (Automatic) gets it when somebody logs in to NetSuite and allows it", "Save & authorize the connection: sluice connection authorize "+e.conn.Name)
	}
	if len(problems) == 0 {
		return nil
	}
	v := sluice.Verdict{Code: "connection.invalid", Summary: "The connection is not complete: " + problems[0].Message}
	for _, p := range problems {
		_, name, _ := strings.Cut(p.Path, ".")
		step := stepOfField(e.conn, name)
		if !slices.ContainsFunc(v.Steps, func(c sluice.Candidate) bool { return c.Step == step }) {
			v.Steps = append(v.Steps, sluice.Candidate{Step: step, Why: p.Message, Fix: p.Remedy})
		}
	}
	return &v
}

func (e *examination) lookAtAccount() *sluice.Verdict {
	account, err := netsuite.ParseAccountID(e.conn.Get("account"))
	if err != nil {
		return decided("connection.account_id", "The account ID cannot be one", stepAccount, strings.TrimPrefix(err.Error(), "netsuite: "),
			"Copy it from Setup > Company > Company Information, as 1234567 or 1234567_SB1")
	}
	e.account = account
	return nil
}

// lookForMixUps finds values that cannot be right whatever NetSuite would say.
func (e *examination) lookForMixUps() *sluice.Verdict {
	seen := map[string]string{e.conn.Get("certificate_id"): "certificate ID"}
	for _, f := range fieldsOf(e.conn) {
		value := e.conn.Secrets[f.name].Reveal()
		if f.name != "private_key" && strings.ContainsAny(value, " \t\r\n\"'") {
			return decided("connection.value_shape", "The "+f.label+" holds white space or quotes", f.step,
				fmt.Sprintf("The %s has %d characters, white space or quotes among them: they came along when it was copied", f.label, len(value)), "Set the "+f.label+" again, without them")
		}
		if other, twice := seen[value]; twice {
			return decided("connection.value_shape", "The same value is in two fields", f.step,
				fmt.Sprintf("%s and %s are the same text", other, f.label), "Copy each value from the place that it belongs to")
		}
		seen[value] = f.label
	}
	return nil
}

// lookAtKey reads the private key of an OAuth 2.0 connection.
func (e *examination) lookAtKey() *sluice.Verdict {
	if e.conn.Get("type") != sluice.AuthOAuth2M2M {
		return nil
	}
	text := e.conn.Secrets["private_key"].Reveal()
	refuse := func(why string) *sluice.Verdict {
		return decided("connection.private_key", "The private key cannot be used", stepCertificate, why,
			"Give the PEM text of the key whose certificate was uploaded, without a passphrase: RSA 3072 or 4096, or EC P-256, P-384 or P-521")
	}
	key, err := auth.ParsePrivateKey(auth.NewSecret(text))
	switch {
	case err != nil && strings.Contains(text, "BEGIN CERTIFICATE"):
		return refuse("It is the certificate; the key is the other file")
	case err != nil && strings.Contains(text, "PUBLIC KEY"):
		return refuse("It is a public key")
	case err != nil && strings.Contains(text, "ENCRYPTED"):
		return refuse("It is protected by a passphrase")
	case err != nil:
		return refuse("It is no PEM text of a private key")
	}
	switch k := key.Public().(type) {
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n != 3072 && n != 4096 {
			return refuse(fmt.Sprintf("It is an RSA key of %d bits, where NetSuite wants 3072 or 4096", n))
		}
	case *ecdsa.PublicKey:
		if n := k.Params().BitSize; n < 256 {
			return refuse(fmt.Sprintf("It is an EC key of %d bits, where NetSuite wants P-256, P-384 or P-521", n))
		}
	default:
		return refuse(fmt.Sprintf("It is a key of type %T, where NetSuite wants RSA or EC", k))
	}
	return nil
}

// lookAtBaseURL finds an address that belongs to another account.
func (e *examination) lookAtBaseURL() *sluice.Verdict {
	for _, field := range []struct{ name, label string }{{"base_url", "Base URL"}, {"suitetalk_url", "SuiteTalk URL"}, {"restlet_url", "RESTlet URL"}, {"app_url", "Application URL"}} {
		base := e.conn.Get(field.name)
		other, err := netsuite.ParseAccountID(base)
		if base == "" || err != nil || other == e.account {
			continue
		}
		return decided("connection.wrong_account", field.label+" and account ID name different accounts", stepBaseURL,
			fmt.Sprintf("%s is an address of the account %s, the account ID is %s", base, other, e.account), "Take the address away, or correct the one that is wrong")
	}
	return nil
}

// lookAtShapes returns the values that do not look like those of NetSuite.
func (e *examination) lookAtShapes() []sluice.Candidate {
	var odd []sluice.Candidate
	for _, f := range fieldsOf(e.conn) {
		value := e.conn.Secrets[f.name].Reveal()
		if f.name == "private_key" || keyShape.MatchString(value) {
			continue
		}
		why := fmt.Sprintf("The %s has %d characters; all of NetSuite's have 64", f.label, len(value))
		if len(value) == 64 {
			why = "The " + f.label + " holds characters other than the hex digits of NetSuite's"
		}
		if !slices.ContainsFunc(odd, func(c sluice.Candidate) bool { return c.Step == f.step }) {
			odd = append(odd, sluice.Candidate{Step: f.step, Why: why, Fix: "Copy the whole " + f.label + " again"})
		}
	}
	return odd
}
