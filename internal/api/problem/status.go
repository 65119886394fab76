// Package problem puts errors into answers, each with its HTTP status.
package problem

import (
	"net/http"
	"strings"

	"github.com/sluicehq/sluice"
)

// Internal is the code of errors whose text is for the log alone.
const Internal = "internal"

// byCode holds the codes whose status does not follow from their first word.
var byCode = map[string]int{
	Internal:                     http.StatusInternalServerError,
	sluice.CodeNotFound:          http.StatusNotFound,
	sluice.CodeConflict:          http.StatusConflict,
	sluice.CodeForbidden:         http.StatusForbidden,
	sluice.CodeUnauthorized:      http.StatusUnauthorized,
	sluice.CodeFlowChanged:       http.StatusConflict,
	sluice.CodeConnectionChanged: http.StatusConflict,
	sluice.CodeAlreadyActive:     http.StatusConflict,
	sluice.CodeFenced:            http.StatusConflict,
	sluice.CodeStopping:          http.StatusServiceUnavailable,
	"login.refused":              http.StatusUnauthorized,
	"login.no_passwords":         http.StatusForbidden,
	"oidc.unreachable":           http.StatusBadGateway,
	"oidc.misconfigured":         http.StatusBadGateway,
	"oidc.busy":                  http.StatusServiceUnavailable,
	"login.throttled":            http.StatusTooManyRequests,
	"setup.link_used":            http.StatusGone,
	"connection.in_use":          http.StatusConflict,
	"consumer_key.in_use":        http.StatusConflict,
	"integration.in_use":         http.StatusConflict,
	"restore.begun":              http.StatusConflict,
	"restore.in_use":             http.StatusConflict,
	"backup.too_large":           http.StatusRequestEntityTooLarge,
	"run.ended":                  http.StatusConflict,
	"run.active":                 http.StatusConflict,
	"settings.changed":           http.StatusConflict,
	"live.too_many":              http.StatusTooManyRequests,
	"store.disk_full":            http.StatusInsufficientStorage,
	"netsuite.busy":              http.StatusServiceUnavailable,
	"webhook.signature":          http.StatusUnauthorized,
	"webhook.disabled":           http.StatusServiceUnavailable,
	"webhook.busy":               http.StatusServiceUnavailable,
	"webhook.rate":               http.StatusTooManyRequests,
	"request.malformed":          http.StatusBadRequest,
	"request.host":               http.StatusMisdirectedRequest,
	"request.origin":             http.StatusForbidden,
	"request.too_large":          http.StatusRequestEntityTooLarge,
	"request.media_type":         http.StatusUnsupportedMediaType,
}

// byWord holds the status of codes by their first word. All others are
// 422: the request was understood and cannot be done as it is.
var byWord = map[string]int{
	"store":    http.StatusServiceUnavailable,
	"keyring":  http.StatusInternalServerError,
	"netsuite": http.StatusBadGateway,
}

// Of is the one place where an error code becomes an HTTP status.
func Of(code string) int {
	if s, ok := byCode[code]; ok {
		return s
	}
	word, _, _ := strings.Cut(code, ".")
	if s, ok := byWord[word]; ok {
		return s
	}
	return http.StatusUnprocessableEntity
}
