// Package telemetry measures what a server does, for Prometheus and OpenTelemetry. It
// tells names of flows, connections and accounts, numbers and times; never what is in
// records, requests or answers.
package telemetry

import (
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// maxNames bounds how many flows, connections or accounts have series of their own;
// what comes after is counted under others.
const (
	maxNames = 200
	others   = "(others)"
)

// namespace begins the name of every metric of ours.
const namespace = "sluice"

// requestBuckets are seconds of requests, which take long where NetSuite has much to do.
var requestBuckets = []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120}

// Metrics are what the server counts.
type Metrics struct {
	registry *prometheus.Registry
	names    names

	runs     *prometheus.CounterVec   // flow, kind, state: that ended
	records  *prometheus.CounterVec   // flow, outcome
	requests *prometheus.HistogramVec // connection, service, outcome
	refused  *prometheus.CounterVec   // connection, service
	waited   *prometheus.HistogramVec // connection
	store    *prometheus.HistogramVec // operation
	http     *prometheus.HistogramVec // method, route, status
}

// NewMetrics returns metrics that have counted nothing.
func NewMetrics(version string) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets}, labels)
	}
	m := &Metrics{registry: prometheus.NewRegistry(), names: names{seen: map[string]map[string]bool{}},
		runs:     counter("runs_ended_total", "Runs that ended, by state.", "flow", "state"),
		records:  counter("records_total", "Records of stored pages, by what became of them.", "flow", "outcome"),
		requests: histogram("request_duration_seconds", "Requests to other systems, without the wait for a slot.", requestBuckets, "connection", "service", "outcome"),
		refused:  counter("requests_refused_total", "Requests that the other side had no room for now.", "connection", "service"),
		waited:   histogram("request_wait_seconds", "How long requests waited for a slot.", requestBuckets, "connection"),
		store:    histogram("store_duration_seconds", "Operations of the engine on the database.", []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}, "operation"),
		http:     histogram("http_request_duration_seconds", "Requests to this server, by route.", []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 5, 30}, "method", "route", "status"),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: "build_info", Help: "1, with the version as label.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.runs, m.records, m.requests, m.refused, m.waited, m.store, m.http, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler answers with all metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 20 * time.Second, ErrorHandling: promhttp.ContinueOnError})
}

// names bounds the values of labels.
type names struct {
	mu   sync.Mutex
	seen map[string]map[string]bool // by label
}

// of returns a name, or others where there are too many already.
func (n *names) of(label, name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.seen[label]
	if known == nil {
		known = map[string]bool{}
		n.seen[label] = known
	}
	if !known[name] && len(known) >= maxNames {
		return others
	}
	known[name] = true
	return name
}
