package app

import (
	"context"
	"net/url"

	"github.com/sluicehq/sluice/internal/app/account"
)

// accounts are the rules round users. While there is none, the link is made that makes the owner.
func (a *App) accounts(ctx context.Context) (*account.People, *account.Login, error) {
	pp, lg := account.New(account.Config{Store: a.core.store, Audit: a.core.auditLog(), URL: a.URL,
		Clock: a.cfg.Clock, Log: a.cfg.Log, Cost: a.cfg.passwordCost, NoPasswords: a.cfg.OIDC.NoPasswords})
	if a.network != nil {
		token, err := lg.OfferOwnerLink(ctx)
		if err != nil {
			return nil, nil, err
		}
		if !token.Empty() {
			a.setupURL = a.URL() + "/setup?token=" + url.QueryEscape(token.Reveal())
		}
	}
	return pp, lg, nil
}
