package sluice

import "time"

// Notice tells people of something that needs them. There is one open notice for
// each code and thing; it closes by itself when the cause is gone.
type Notice struct {
	ID       int64     `json:"id"`
	Code     string    `json:"code"` // one of the codes below
	Noun     string    `json:"noun"` // connection, flow
	NounID   string    `json:"noun_id"`
	Name     string    `json:"name"` // of the thing
	Message  string    `json:"message"`
	Remedy   string    `json:"remedy,omitempty"`
	At       time.Time `json:"at"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
	ClosedBy string    `json:"closed_by,omitempty"` // who dismissed it; empty where the cause went away
}

// Codes of notices.
const (
	NoticeOffline     = "connection.offline"
	NoticeCertificate = "connection.certificate_ends" // within 60 days
	NoticeWSDL        = "connection.wsdl_ends"        // NetSuite does not support the version any more
	NoticeSignature   = "webhook.signature"           // deliveries that are not signed as they should be
	NoticeErrorsFull  = "flow.errors_full"            // open errors hold more than the flow keeps
	NoticeBackup      = "server.backup_failed"        // a scheduled backup
	NoticeRestored    = "server.restored"             // from a backup: flows wait for an operator
)
