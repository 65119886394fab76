package app

import (
	"strings"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/app/credential"
	"github.com/sluicehq/sluice/internal/keyring"
)

// Names under which the secrets of logins that are not in force are sealed.
const (
	sealedPrevious  = "previous/"
	sealedCandidate = "candidate/"
)

// opened returns a stored connection with all its secrets: those of the login in
// force, of the previous one and of the candidate.
func (c *core) opened(s *sluice.SealedConnection) (*sluice.Connection, error) {
	out := s.Connection
	out.Secrets = make(map[string]sluice.Secret, len(s.Sealed))
	before, after := map[string]sluice.Secret{}, map[string]sluice.Secret{}
	for name, sealed := range s.Sealed {
		secret, err := c.keys.Unseal(sealed, keyring.Place(s.ID, name))
		if err != nil {
			return nil, err
		}
		if field, ok := strings.CutPrefix(name, sealedPrevious); ok {
			before[field] = secret
		} else if field, ok := strings.CutPrefix(name, sealedCandidate); ok {
			after[field] = secret
		} else {
			out.Secrets[name] = secret
		}
	}
	if s.Previous != nil {
		previous := *s.Previous
		previous.Secrets, out.Previous = before, &previous
	}
	if s.Candidate != nil {
		candidate := *s.Candidate
		candidate.Secrets, out.Candidate = after, &candidate
	}
	out.Revision = credential.Revision(&out)
	return &out, nil
}

// sealed returns a connection as the store keeps it. Each secret opens in its own
// place alone.
func (c *core) sealed(in *sluice.Connection) (*sluice.SealedConnection, error) {
	out := &sluice.SealedConnection{Connection: *in, Sealed: make(map[string][]byte, len(in.Secrets))}
	out.Secrets = nil
	seal := func(prefix string, secrets map[string]sluice.Secret) error {
		for field, secret := range secrets {
			sealed, err := c.keys.Seal(secret, keyring.Place(in.ID, prefix+field))
			if err != nil {
				return err
			}
			out.Sealed[prefix+field] = sealed
		}
		return nil
	}
	if err := seal("", in.Secrets); err != nil {
		return nil, err
	}
	if in.Previous != nil {
		previous := *in.Previous
		previous.Secrets, out.Previous = nil, &previous
		if err := seal(sealedPrevious, in.Previous.Secrets); err != nil {
			return nil, err
		}
	}
	if in.Candidate != nil {
		candidate := *in.Candidate
		candidate.Secrets, out.Candidate = nil, &candidate
		if err := seal(sealedCandidate, in.Candidate.Secrets); err != nil {
			return nil, err
		}
	}
	return out, nil
}
