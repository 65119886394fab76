package credential

import (
	"cmp"
	"context"
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api"
	"github.com/sluicehq/sluice/internal/guide"
)

// PrepareOAuth2 makes a key and its certificate, and keeps them as the connection's
// candidate. The key never leaves the server.
func (r *Rules) PrepareOAuth2(ctx context.Context, by api.Actor, name string, o api.CertificateOptions) (*api.PreparedCertificate, error) {
	algorithm, days := cmp.Or(o.Algorithm, algorithmEC256), cmp.Or(o.Days, maxCertificateDays)
	if days < 1 || days > maxCertificateDays {
		return nil, sluice.Errorf("oauth2.days", "a certificate holds 1 to %d days, not %d", maxCertificateDays, days).At("days").Fix("NetSuite cuts longer ones to two years")
	}
	conn, err := r.netsuiteConnection(ctx, name)
	if err != nil {
		return nil, err
	}
	m, err := makeCertificate(algorithm, days, conn.Name, r.now())
	if err != nil {
		return nil, err
	}
	conn, err = r.change(ctx, conn.ID, func(c *sluice.Connection) error {
		c.Candidate = &sluice.CandidateLogin{Type: sluice.AuthOAuth2M2M, Settings: map[string]string{"certificate": m.certificate},
			Secrets: map[string]sluice.Secret{"private_key": m.key}, MadeAt: r.now()}
		for _, field := range []string{"account", "environment", "iclient"} {
			if v := c.Settings[field]; v != "" {
				c.Candidate.Settings[field] = v
			}
		}
		if id := ownClientID(c); c.Settings["iclient"] == "" && !id.Empty() {
			c.Candidate.Secrets["client_id"] = id
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Audit(ctx, by, "oauth2.prepare", "connection", conn.Name, algorithm+", "+m.fingerprint)
	upload, err := uploadStep(conn)
	if err != nil {
		return nil, err
	}
	return &api.PreparedCertificate{Certificate: m.certificate, Fingerprint: m.fingerprint, Algorithm: algorithm, EndsAt: m.ends, Upload: upload}, nil
}

// ownClientID returns the consumer key that the connection itself holds: it is the
// client ID of the same integration record.
func ownClientID(c *sluice.Connection) sluice.Secret {
	if id := c.Secrets["client_id"]; !id.Empty() && c.Get("type") == sluice.AuthOAuth2M2M {
		return id
	}
	return c.Secrets["consumer_key"]
}

// uploadStep is the guide's step for a certificate that is made already.
func uploadStep(conn *sluice.Connection) (guide.SetupStep, error) {
	g, err := guide.For(guide.Options{Auth: sluice.AuthOAuth2M2M, Connection: conn.Name})
	if err != nil {
		return guide.SetupStep{}, err
	}
	var step guide.SetupStep
	for _, s := range g.Steps {
		if s.ID == guide.StepCertificate {
			step = s
		}
	}
	file := "sluice-" + conn.Name + ".crt"
	step.Actions = []string{"Save the certificate as " + file + ". Its key stays sealed in Sluice.", "Fill in the page and click Save.",
		"Copy the certificate ID from the list, and try it: sluice connection oauth2 trial " + conn.Name + " --certificate-id ID"}
	for i := range step.Fields {
		if step.Fields[i].Label == "Certificate" {
			step.Fields[i].Value, step.Fields[i].Note = file, "as saved from Sluice"
		}
	}
	step.Copies = []guide.CopyField{{Shown: "Certificate ID", Field: "certificate_id"}}
	step.Traps = append(step.Traps, "The integration record needs the box Client Credentials (Machine to Machine) Grant and the scopes REST Web Services and RESTlets; the role needs Log in using OAuth 2.0 Access Tokens.")
	return step, nil
}

// TryOAuth2 logs in with the certificate, beside the login in force, and compares
// what both are told.
func (r *Rules) TryOAuth2(ctx context.Context, by api.Actor, name string, o api.OAuth2Upload) (*api.Trial, error) {
	conn, err := r.netsuiteConnection(ctx, name)
	if err != nil {
		return nil, err
	}
	conn, err = r.change(ctx, conn.ID, func(c *sluice.Connection) error { return takeUpload(c, o) })
	if err != nil {
		return nil, err
	}
	t := &api.Trial{Rows: []api.Comparison{}}
	if t.Present, err = r.Connections.Try(ctx, conn); err != nil {
		return nil, err
	}
	tried := conn.Candidate
	if t.New, err = r.Connections.Try(ctx, asCandidate(conn)); err != nil {
		return nil, err
	}
	_, err = r.change(ctx, conn.ID, func(c *sluice.Connection) error {
		if !Differs(c.Candidate, tried) && c.Candidate != nil {
			c.Candidate.Error, c.Candidate.TriedAt = t.New.Error, r.now()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if t.New.OK && t.Present.OK {
		if t.Rows, err = r.compare(ctx, conn); err != nil {
			return nil, err
		}
	}
	t.OK, t.Message = verdictOf(t)
	r.Audit(ctx, by, "oauth2.trial", "connection", conn.Name, t.Message)
	return t, nil
}

// takeUpload notes what NetSuite showed when the certificate was uploaded.
func takeUpload(c *sluice.Connection, o api.OAuth2Upload) error {
	if c.Candidate == nil || c.Candidate.Type != sluice.AuthOAuth2M2M || c.Candidate.Secrets["private_key"].Empty() {
		return sluice.Errorf("oauth2.not_prepared", "no certificate was made for the connection %s", c.Name).Fix("Make one first: sluice connection oauth2 prepare " + c.Name)
	}
	if id := strings.TrimSpace(o.CertificateID); id != "" {
		c.Candidate.Settings["certificate_id"] = id
	}
	if o.IClient != "" {
		c.Candidate.Settings["iclient"] = o.IClient
		delete(c.Candidate.Secrets, "client_id")
	}
	if id := strings.TrimSpace(o.ClientID.Reveal()); id != "" {
		delete(c.Candidate.Settings, "iclient")
		c.Candidate.Secrets["client_id"] = sluice.NewSecret(id)
	}
	return sluice.Problems("oauth2.incomplete", "the certificate cannot be tried yet", asCandidate(c).Check())
}

func verdictOf(t *api.Trial) (bool, string) {
	if !t.New.OK {
		return false, "The certificate does not log in: " + t.New.Message
	}
	for _, row := range t.Rows {
		if row.Known && !row.Same {
			return false, "The certificate logs in, and is told something else than the login in force: " + row.Name
		}
	}
	if !t.Present.OK {
		return true, "The certificate works. The login in force does not, so that nothing could be compared"
	}
	return true, "The certificate works, and is told the same as the login in force"
}

// SwitchToOAuth2 puts the certificate in force once it has logged in. The login
// before is kept to go back to.
func (r *Rules) SwitchToOAuth2(ctx context.Context, by api.Actor, name string) (*sluice.Connection, error) {
	conn, err := r.netsuiteConnection(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := takeUpload(conn, api.OAuth2Upload{}); err != nil {
		return nil, err
	}
	evidence, err := r.prove(ctx, by, conn, nil)
	if err != nil {
		return nil, err
	}
	if !evidence.OK {
		e := sluice.Errorf("oauth2.refused", "the certificate does not log in, so the login in force stays: %s", evidence.Message).At(place(guide.StepCertificate))
		if evidence.Error != nil {
			e.Remedy, e.Problems = evidence.Error.Remedy, evidence.Error.Problems
		}
		return nil, e
	}
	return r.Connections.Connection(ctx, conn.ID)
}
