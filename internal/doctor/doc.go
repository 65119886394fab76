// Package doctor says what is wrong with a NetSuite connection, and which step
// of the set-up mends it.
//
// NetSuite answers every refused login alike and keeps the reason to its Login
// Audit Trail (Oracle help, section_1534941538), which integrations cannot read.
// So the doctor asks few things in an order in which each answer narrows what is
// left: the settings as they are written, the way to the host, the clocks, the
// login, each API, what flows need, time zone, limits. Two refused logins are the
// most that it causes, since five lock a user for half an hour.
//
// Where the answers decide, the verdict names one step of the guide. Where they
// do not, it names the smallest set, the most likely first, and the question
// that decides; Explain reads the answer.
package doctor

import "github.com/sluicehq/sluice/internal/guide"

// The guide's steps, by what is wrong here.
const (
	stepAccount     = guide.StepAccountID
	stepFeatures    = guide.StepEnableFeatures
	stepIntegration = guide.StepIntegrationRecord
	stepRole        = guide.StepRole
	stepPermissions = guide.StepRolePermissions
	stepUser        = guide.StepUserRole
	stepToken       = guide.StepAccessToken
	stepCertificate = guide.StepCertificate
	stepRESTlet     = guide.StepRESTletDeployment
	stepConcurrency = guide.StepConcurrency
	stepTimeZone    = guide.StepTimeZone
	stepRefresh     = guide.StepSandboxRefresh
	stepNetwork     = guide.StepNetwork
	stepClock       = guide.StepClock
	stepBaseURL     = guide.StepBaseURL
)
