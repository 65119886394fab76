package dialect

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/microsoft/go-mssqldb/msdsn"

	"github.com/sluicehq/sluice"
)

func TestSQLServerConnector(t *testing.T) {
	c := &sluice.Connection{Kind: sluice.KindSQLServer, Settings: map[string]string{"host": "db.example.com", "database": "a b;c", "user": `x\y`},
		Secrets: map[string]sluice.Secret{"password": sluice.NewSecret("made up; @/:?")}}
	for mode, want := range map[string]string{
		"disable": "Disabled insecure:false", "require": "Required insecure:true", "verify-full": "Required insecure:false", "": "Required insecure:false", "strict": "Strict insecure:false"} {
		c.Settings["encrypt"] = mode
		connector, err := sqlServerConnector(c)
		if err != nil {
			t.Fatal(mode, err)
		}
		options := sqlServerOptions(t, c)
		insecure := options.TLSConfig != nil && options.TLSConfig.InsecureSkipVerify
		names := map[msdsn.Encryption]string{msdsn.EncryptionDisabled: "Disabled", msdsn.EncryptionRequired: "Required", msdsn.EncryptionStrict: "Strict"}
		if got := fmt.Sprintf("%s insecure:%v", names[options.Encryption], insecure); got != want {
			t.Errorf("%q: %s, want %s", mode, got, want)
		}
		if options.TLSConfig != nil && (options.TLSConfig.MinVersion != tls.VersionTLS12 || options.TLSConfig.ServerName != "db.example.com") {
			t.Errorf("%q: %d %s", mode, options.TLSConfig.MinVersion, options.TLSConfig.ServerName)
		}
		if options.Host != "db.example.com" || options.Port != 1433 || options.Database != "a b;c" || options.User != `x\y` || options.Password != "made up; @/:?" {
			t.Errorf("%q: the settings have changed on their way", mode)
		}
		if !strings.Contains(connector.SessionInitSQL, "XACT_ABORT OFF") {
			t.Error("a refused row would end the page")
		}
	}
}

func sqlServerOptions(t *testing.T, c *sluice.Connection) msdsn.Config {
	t.Helper()
	options, err := msdsn.Parse(sqlServerAddress(c))
	if err != nil {
		t.Fatal(err)
	}
	return options
}

func TestSQLServerValues(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 600_000_000, time.FixedZone("", 7200))
	for _, tt := range []struct {
		v    any
		typ  string
		want any
	}{
		{nil, "INT", nil}, {int64(7), "BIGINT", json.Number("7")}, {true, "BIT", true}, {"text", "NVARCHAR", "text"},
		{[]byte("12345678901234567890.10"), "DECIMAL", json.Number("12345678901234567890.10")}, {[]byte("1.2345"), "MONEY", json.Number("1.2345")},
		{float64(float32(0.1)), "REAL", json.Number("0.1")}, {0.1, "FLOAT", json.Number("0.1")},
		{at, "DATE", "2026-01-02"}, {at, "TIME", "03:04:05.6"}, {at, "DATETIME2", "2026-01-02T03:04:05.6"}, {at, "DATETIMEOFFSET", "2026-01-02T01:04:05.6Z"},
		{[]byte{0, 255}, "VARBINARY", "AP8="},
		{[]byte{0xff, 0x19, 0x96, 0x6f, 0x86, 0x8b, 0xd0, 0x11, 0xb4, 0x2d, 0, 0xc0, 0x4f, 0xc9, 0x64, 0xff}, "UNIQUEIDENTIFIER", "6F9619FF-8B86-11D0-B42D-00C04FC964FF"},
	} {
		if got, err := (sqlServer{}).Value(tt.v, tt.typ); err != nil || got != tt.want {
			t.Errorf("%s: %v, %v, want %v", tt.typ, got, err, tt.want)
		}
	}
}
