package account

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sluicehq/sluice/emulator/account/internal/password"
	"github.com/sluicehq/sluice/emulator/session"
)

// Internal IDs in the seeded account. 3 is the Administrator in every NetSuite account.
const (
	AdministratorRole = "3"
	IntegrationRole   = "1001"
	AdministratorUser = "1"
	IntegrationUser   = "2"
	SeedIntegration   = "1"
	SeedToken         = "1"
	SeedCertificate   = "sluice-emulator-certificate-1"
)

// SeedPassword is the password of the seeded users at the login page. It is made up.
const SeedPassword = "facade-Password-1"

// Seed returns a ready-made account: an administrator, and an integration user
// with one integration record, one access token and one M2M certificate that
// work. The keys are made up, the same for the same seed, and begin with facade.
func Seed(id string, seed uint64) *Setup {
	s := &Setup{
		ID: id, Name: "Sluice Sample Company", Type: accountType(id),
		Preferences: Preferences{TimeZone: "America/Los_Angeles", DateFormat: "M/D/YYYY", TimeFormat: "h:mm a"},
		Features:    seedFeatures(),
		Roles: []Role{
			{ID: AdministratorRole, Name: "Administrator", Administrator: true, Locked: true, TwoFactor: true},
			{ID: IntegrationRole, Name: "Sluice Integration", Permissions: seedPermissions()},
		},
		Employees: []Employee{
			{ID: AdministratorUser, Name: "Account Administrator", Email: "administrator@example.com", Access: true, Roles: []string{AdministratorRole}, Password: seedPassword()},
			{ID: IntegrationUser, Name: "Integration User", Email: "integration@example.com", Access: true, Roles: []string{IntegrationRole}, Password: seedPassword()},
		},
		Integrations: []IntegrationRecord{{
			ID: SeedIntegration, Name: "Sluice", State: Enabled, TBA: true, AuthorizationFlow: true,
			CallbackURL: "http://localhost:*", ClientCredentials: true, Scopes: []string{ScopeREST, ScopeRESTlets},
			ConsumerKey: madeUp(seed, "consumer key"), ConsumerSecret: madeUp(seed, "consumer secret"),
		}},
	}
	token := AccessToken{
		ID: SeedToken, Token: madeUp(seed, "token"), Secret: madeUp(seed, "token secret"),
		IntegrationID: SeedIntegration, EmployeeID: IntegrationUser, RoleID: IntegrationRole,
	}
	token.Name = tokenName(s, &token)
	s.Tokens = []AccessToken{token}
	s.Certificates = []Certificate{{
		ID: SeedCertificate, IntegrationID: SeedIntegration, EmployeeID: IntegrationUser, RoleID: IntegrationRole,
		PublicKey: publicPEM(SeedKey(seed)),
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	}}
	return s
}

// Bare returns an account as new: nothing of an integration is set up. Its only
// user is the administrator; employee 2 is a person without access. The features
// of SuiteCloud are off.
func Bare(id string, seed uint64) *Setup {
	s := Seed(id, seed)
	s.Roles, s.Integrations, s.Tokens, s.Certificates = s.Roles[:1], nil, nil, nil
	s.Employees[1] = Employee{ID: IntegrationUser, Name: "Office Employee", Email: "employee@example.com"}
	for _, f := range []string{FeatureTBA, FeatureOAuth2, FeatureREST, FeatureSOAP, FeatureSuiteScript, FeatureClientScript, FeatureWorkbook} {
		s.Features[f] = false
	}
	return s
}

// seedPassword is the stored form of SeedPassword.
var seedPassword = sync.OnceValue(func() string { return password.Salted(SeedPassword, []byte("sluice emulator.")) })

func accountType(id string) string {
	if strings.Contains(id, "_SB") {
		return "SANDBOX"
	}
	return "PRODUCTION"
}

func seedFeatures() map[string]bool {
	on := map[string]bool{}
	for f := range strings.FieldsSeq(`TBA OAUTH2 RESTWEBSERVICES WEBSERVICESEXTERNAL SERVERSIDESCRIPTING CUSTOMCODE SUITEANALYTICSWORKBOOK
		CUSTOMRECORDS SUBSIDIARIES DEPARTMENTS CLASSES LOCATIONS MULTICURRENCY ACCOUNTING ACCOUNTINGPERIODS
		RECEIVABLES SALESORDERS INVENTORY CRM`) {
		on[f] = true
	}
	return on
}

// seedPermissions are those of an integration role that reads and writes the
// records of the sample company.
func seedPermissions() Permissions {
	p := Permissions{}
	for id := range strings.FieldsSeq(PermissionLoginToken + " " + PermissionLoginOAuth2 + " " + PermissionREST + " " +
		PermissionSOAP + " " + PermissionWorkbook + ` ADMI_CUSTOMSCRIPT ADMI_CUSTRECORD LIST_ACCOUNT LIST_ADDRESS
		LIST_CLASS LIST_CONTACT LIST_CURRENCY LIST_CUSTJOB LIST_CUSTRECORDENTRY LIST_DEPARTMENT LIST_EMPLOYEE
		LIST_EMPLOYEE_RECORD LIST_FIND LIST_ITEM LIST_LOCATION LIST_SUBSIDIARY LIST_VENDOR TRAN_CUSTCRED
		TRAN_CUSTINVC TRAN_CUSTPYMT TRAN_FIND TRAN_JOURNAL TRAN_SALESORD
		LIST_BIN LIST_CALL LIST_CASE LIST_CATEGORY LIST_EVENT LIST_ISSUE LIST_JOB LIST_OTHERNAME LIST_PARTNER
		LIST_PAYMETH LIST_PROJECTTASK LIST_TASK LIST_UNIT TRAN_CASHRFND TRAN_CASHSALE TRAN_CHECK TRAN_CUSTDEP
		TRAN_CUSTRFND TRAN_DEPOSIT TRAN_ESTIMATE TRAN_EXPREPT TRAN_INVADJST TRAN_INVTRNFR TRAN_ITEMRCPT
		TRAN_ITEMSHIP TRAN_OPPRTNTY TRAN_PURCHORD TRAN_PURCHREQ TRAN_RTNAUTH TRAN_TIMEBILL TRAN_TRNFRORD
		TRAN_VENDAUTH TRAN_VENDBILL TRAN_VENDCRED TRAN_VENDPYMT TRAN_WORKORD`) {
		p[id] = session.Full
	}
	return p
}

// madeUp returns 64 hex characters that nobody takes for real ones.
func madeUp(seed uint64, label string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "sluice emulator %d %s", seed, label))
	return "facade" + hex.EncodeToString(sum[:])[6:]
}

// SeedKey returns the private key (P-256) of the seeded M2M certificate.
func SeedKey(seed uint64) *ecdsa.PrivateKey {
	for n := uint64(0); ; n++ {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(fmt.Appendf(nil, "sluice emulator m2m %d ", seed), n))
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), sum[:]); err == nil {
			return key // fails for about one sum in 2^32
		}
	}
}

func publicPEM(key *ecdsa.PrivateKey) string {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		panic(err) // a P-256 key always marshals
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}
