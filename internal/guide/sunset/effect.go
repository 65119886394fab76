package sunset

import "github.com/sluicehq/sluice"

// wayOver is how a login by tokens becomes one that lasts.
const wayOver = "OAuth 2.0 client credentials (M2M): the connection, its flows and their history stay, and the token is kept until the new login has worked."

// add appends what an end means, where the calendar has it.
func (l *look) add(list []Effect, code, become, command string) []Effect {
	if e, ok := l.ending(code); ok {
		list = append(list, Effect{Ending: e, Become: become, Command: command})
	}
	return list
}

// ofLogin says what ends for a connection: its login, and its WSDL version where it has
// lost its support or flows use SOAP.
func (l *look) ofLogin(login *Login) []Effect {
	list := l.ofType(login, true)
	soap := l.usesSOAP(login.Name)
	if e, ok := l.ending(codeWSDL + login.WSDLVersion); ok && (e.Past || soap) {
		list = l.add(list, e.Code, "WSDL version "+sluice.LatestWSDL+", the last that Oracle plans. Read NetSuite's release notes first.", "sluice connection edit "+login.Name+" --set wsdl_version="+sluice.LatestWSDL)
	}
	if soap {
		list = l.add(list, CodeSOAP, "REST web services and SuiteQL, and RESTlets for what they lack; its flows say which.", "")
	}
	return list
}

// ofType says what ends for a way to log in; of ways that take no new integrations only
// when created asks for it.
func (l *look) ofType(login *Login, created bool) []Effect {
	list := []Effect{}
	prepare := "sluice connection oauth2 prepare " + login.Name
	switch login.Type {
	case sluice.AuthBasic:
		return l.add(list, CodePassword, "Another authentication type: OAuth 2.0 client credentials last longest.", "sluice connection edit "+login.Name+" --set type="+sluice.AuthOAuth2M2M)
	case sluice.AuthToken, sluice.AuthTokenAuto:
		if created {
			list = l.add(list, CodeNewToken, "For a new account or a new integration record: OAuth 2.0 client credentials (M2M).", "")
		}
		return l.add(list, CodeToken, wayOver, prepare)
	}
	return list // certificates of client credentials end by their day, not with a release
}

// ofPart says what ends for a part of a flow. SOAP goes by SOAP's own end: Oracle ties
// its logins to it.
func (l *look) ofPart(p *PartEnds, login *Login) []Effect {
	if p.API != SOAP || login.Type == sluice.AuthBasic {
		return l.ofType(login, false)
	}
	return l.add([]Effect{}, CodeSOAP, afterSOAP(p), "")
}

func (l *look) usesSOAP(connection string) bool {
	for _, list := range l.parts {
		for i := range list {
			if list[i].Connection == connection && list[i].API == SOAP {
				return true
			}
		}
	}
	return false
}
