package sluice

func postgresKind() Kind {
	const g = GroupServer
	return Kind{
		ID: KindPostgreSQL, Label: "PostgreSQL", Help: "A PostgreSQL database.",
		Fields: append(serverFields("5432", "Name or address, or the folder of a Unix socket."),
			Field{Name: "sslmode", Group: g, Label: "TLS", Default: "prefer", Help: "Whether the connection is encrypted and the server's certificate checked.", Options: []Option{
				{Value: "disable", Label: "Off"}, {Value: "prefer", Label: "If the server has it"}, {Value: "require", Label: "Required"},
				{Value: "verify-ca", Label: "Required, issuer checked"}, {Value: "verify-full", Label: "Required, issuer and name checked"}}}),
	}
}

func mysqlKind() Kind {
	return Kind{
		ID: KindMySQL, Label: "MySQL", Help: "A MySQL or MariaDB database.",
		Fields: append(serverFields("3306", "Name or address, or the path of a Unix socket."),
			Field{Name: "tls", Group: GroupServer, Label: "TLS", Default: "prefer", Help: "Whether the connection is encrypted and the server's certificate checked.", Options: []Option{
				{Value: "disable", Label: "Off"}, {Value: "prefer", Label: "If the server has it"},
				{Value: "require", Label: "Required"}, {Value: "verify-full", Label: "Required, issuer and name checked"}}}),
	}
}

func sqlServerKind() Kind {
	return Kind{
		ID: KindSQLServer, Label: "SQL Server", Help: "A Microsoft SQL Server or Azure SQL database.",
		Fields: append(serverFields("1433", "Name or address."),
			Field{Name: "encrypt", Group: GroupServer, Label: "TLS", Default: "verify-full", Help: "Whether the connection is encrypted and the server's certificate checked.", Options: []Option{
				{Value: "disable", Label: "Off"}, {Value: "require", Label: "Required"},
				{Value: "verify-full", Label: "Required, issuer and name checked"}, {Value: "strict", Label: "TDS 8.0: encrypted from the first byte"}}}),
	}
}

// serverFields are the fields that all database servers share.
func serverFields(port, hostHelp string) []Field {
	return []Field{
		{Name: "host", Group: GroupServer, Label: "Host", Required: true, Default: "localhost", Help: hostHelp},
		{Name: "port", Group: GroupServer, Label: "Port", Default: port, Format: FormatInteger, Min: 1, Max: 65535, Help: "Port of the server."},
		{Name: "database", Group: GroupServer, Label: "Database", Required: true, Help: "Name of the database."},
		{Name: "user", Group: GroupAuthentication, Label: "User", Required: true, Help: "Name of the database user."},
		{Name: "password", Group: GroupAuthentication, Label: "Password", Secret: true, Help: "Password of the database user."},
	}
}

func sqliteKind() Kind {
	return Kind{ID: KindSQLite, Label: "SQLite", Help: "A SQLite database file.",
		Fields: []Field{{Name: "path", Group: GroupServer, Label: "File", Required: true, Help: "Path of the database file on the server."}}}
}

func filesKind() Kind {
	return Kind{ID: KindFiles, Label: "Files", Help: "CSV, Excel and JSON lines files in a folder of the server.",
		Fields: []Field{{Name: "dir", Group: GroupServer, Label: "Folder", Required: true, Help: "The folder. Flows reach nothing outside it."}}}
}

// Authentication types of an HTTP connection.
const (
	HTTPNone   = "none"
	HTTPBasic  = "basic"
	HTTPBearer = "bearer"
	HTTPAPIKey = "api-key"
	HTTPOAuth2 = "oauth2"
)

func httpKind() Kind {
	k := Kind{ID: KindHTTP, Label: "HTTP", Help: "An HTTP API that speaks JSON.", Fields: []Field{
		{Name: "base_url", Group: GroupServer, Label: "Base URL", Required: true, Format: FormatURL, Help: "Flows name addresses relative to it, and send credentials nowhere else."},
		{Name: "headers", Group: GroupServer, Label: "Headers", Format: FormatText, Help: "Sent with every request, one \"Name: value\" a line. Secrets do not belong here."},
		{Name: "test_path", Group: GroupServer, Label: "Test address", Default: "/", Help: "What a test of the connection asks for with GET, relative to the base URL. It has to answer 2xx."},
	}}
	k.Fields = append(k.Fields, httpCredentials()...)
	return Kind{ID: k.ID, Label: k.Label, Help: k.Help, Fields: append(k.Fields,
		Field{Name: "concurrency", Group: GroupAdvanced, Label: "Concurrency level", Default: "5", Format: FormatInteger, Min: 1, Max: 50, Help: "Requests at one time."},
		Field{Name: "borrow_from", Group: GroupAdvanced, Label: "Borrow concurrency from", Format: FormatConnection, Help: "Another HTTP connection whose concurrency level counts for both."},
		Field{Name: "rate_requests", Group: GroupAdvanced, Label: "Requests within the rate's time", Format: FormatInteger, Min: 1, Max: 100_000, Help: "How many requests may be sent within that time. Without it they are sent as fast as the API takes them."},
		Field{Name: "rate_per", Group: GroupAdvanced, Label: "Time of the rate", Default: "1s", Format: FormatDuration, Help: "What the number of requests counts for, such as 1s or 1m."},
		Field{Name: "timeout", Group: GroupAdvanced, Label: "Request timeout", Default: "1m", Format: FormatDuration, Help: "How long to wait for an answer."},
		Field{Name: "settle", Group: GroupAdvanced, Label: "Settle time", Default: "2m", Format: FormatDuration, Help: "How long the server may go on working on a request whose connection is gone."})}
}

func httpCredentials() []Field {
	const g = GroupAuthentication
	on := func(t string) []Condition { return []Condition{whenType(t)} }
	return []Field{
		{Name: "type", Group: g, Label: "Authentication type", Required: true, Default: HTTPNone, Help: "How requests prove who sends them.", Options: []Option{
			{Value: HTTPNone, Label: "None"}, {Value: HTTPBasic, Label: "Basic"}, {Value: HTTPBearer, Label: "Bearer token"},
			{Value: HTTPAPIKey, Label: "API key"}, {Value: HTTPOAuth2, Label: "OAuth 2.0 client credentials"}}},
		{Name: "user", Group: g, Label: "User", Required: true, When: on(HTTPBasic), Help: "User name."},
		{Name: "password", Group: g, Label: "Password", Secret: true, When: on(HTTPBasic), Help: "Password of the user."},
		{Name: "token", Group: g, Label: "Token", Secret: true, Required: true, When: on(HTTPBearer), Help: "Sent as Authorization: Bearer."},
		{Name: "api_key", Group: g, Label: "API key", Secret: true, Required: true, When: on(HTTPAPIKey), Help: "The key itself."},
		{Name: "key_in", Group: g, Label: "Place of the key", Default: "header", When: on(HTTPAPIKey), Help: "Where the key is sent.", Options: []Option{{Value: "header", Label: "Header"}, {Value: "query", Label: "Query parameter"}}},
		{Name: "key_name", Group: g, Label: "Name of the key", Default: "X-Api-Key", When: on(HTTPAPIKey), Help: "Name of the header or query parameter."},
		{Name: "token_url", Group: g, Label: "Token URL", Required: true, Format: FormatURL, When: on(HTTPOAuth2), Help: "Where access tokens are asked for."},
		{Name: "client_id", Group: g, Label: "Client ID", Required: true, When: on(HTTPOAuth2), Help: "Name of the client."},
		{Name: "client_secret", Group: g, Label: "Client secret", Secret: true, Required: true, When: on(HTTPOAuth2), Help: "Secret of the client."},
		{Name: "scope", Group: g, Label: "Scope", When: on(HTTPOAuth2), Help: "Scopes to ask for, separated by spaces."},
		{Name: "client_auth", Group: g, Label: "Client authentication", Default: "header", When: on(HTTPOAuth2), Help: "Where client ID and secret are sent.", Options: []Option{{Value: "header", Label: "Header (basic)"}, {Value: "body", Label: "Body"}}},
	}
}
