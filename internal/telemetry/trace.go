package telemetry

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	tracesdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/connector/wire"
	"github.com/sluicehq/sluice/internal/engine/origin"
)

// Traces tells of runs, their pages and the requests of these, and of requests to this
// server, by OpenTelemetry. A nil *Traces tells nothing.
type Traces struct {
	provider *tracesdk.TracerProvider
	tracer   trace.Tracer
	carrier  propagation.TraceContext

	mu   sync.Mutex
	open map[origin.Origin]context.Context // spans of runs and pages in work
}

// NewTraces returns traces that go where the standard variables say (OTEL_EXPORTER_OTLP_ENDPOINT
// and others), nil where they name no place.
func NewTraces(ctx context.Context, version string, getenv func(string) string) (*Traces, error) {
	off := strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") || getenv("OTEL_TRACES_EXPORTER") == "none"
	if off || getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, sluice.Errorf("telemetry.exporter", "traces cannot be sent: %w", err).Fix("Correct OTEL_EXPORTER_OTLP_ENDPOINT, or unset it")
	}
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "sluice"), attribute.String("service.version", version)),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, err
	}
	return newTraces(tracesdk.NewTracerProvider(tracesdk.WithBatcher(exporter), tracesdk.WithResource(about))), nil
}

func newTraces(provider *tracesdk.TracerProvider) *Traces {
	return &Traces{provider: provider, tracer: provider.Tracer("github.com/sluicehq/sluice"), open: map[origin.Origin]context.Context{}}
}

// Close sends what is left.
func (t *Traces) Close(ctx context.Context) error {
	if t == nil {
		return nil
	}
	return t.provider.Shutdown(ctx)
}

// within returns the context of a span in work, nil where there is none.
func (t *Traces) within(o origin.Origin) context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open[o]
}

func (t *Traces) keep(o origin.Origin, ctx context.Context) { //nolint:revive // the context is what is kept
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open[o] = ctx
}

// take returns a span in work, which is in work no more.
func (t *Traces) take(o origin.Origin) trace.Span {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx := t.open[o]
	delete(t.open, o)
	if ctx == nil {
		return nil
	}
	return trace.SpanFromContext(ctx)
}

func (t *Traces) run(r *sluice.Run) {
	if t == nil {
		return
	}
	ctx, _ := t.tracer.Start(context.Background(), "run "+r.FlowName, trace.WithNewRoot(), trace.WithAttributes(
		attribute.Int64("sluice.run", r.ID), attribute.String("sluice.flow", r.FlowName), attribute.String("sluice.run.kind", string(r.Kind))))
	t.keep(origin.Origin{RunID: r.ID}, ctx)
}

// page begins a page's span, where it has not begun.
func (t *Traces) page(o origin.Origin, at time.Time) context.Context {
	if t == nil || o.RunID == 0 {
		return nil
	}
	run := origin.Origin{RunID: o.RunID}
	parent := t.within(run)
	if parent == nil {
		parent = context.Background() // another process owns the run
	}
	if o.Page == 0 {
		return parent
	}
	page := origin.Origin{RunID: o.RunID, Page: o.Page}
	if ctx := t.within(page); ctx != nil {
		return ctx
	}
	ctx, _ := t.tracer.Start(parent, "page", trace.WithTimestamp(at), trace.WithAttributes(attribute.Int64("sluice.run", o.RunID), attribute.Int64("sluice.page", o.Page)))
	t.keep(page, ctx)
	return ctx
}

func (t *Traces) pageEnd(o origin.Origin, c *sluice.Counts, err error) {
	if t == nil {
		return
	}
	t.page(o, time.Now())
	span := t.take(o)
	if span == nil {
		return
	}
	span.SetAttributes(attribute.Int64("sluice.records.written", c.Written), attribute.Int64("sluice.records.failed", c.Failed),
		attribute.Int64("sluice.records.unchanged", c.Unchanged), attribute.Int64("sluice.records.excluded", c.Excluded))
	if err != nil {
		span.SetStatus(codes.Error, sluice.ErrorCode(err))
	}
	span.End()
}

// runEnd ends a run's span and those of its pages that were not finished.
func (t *Traces) runEnd(id int64, state, code string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	var pages []origin.Origin
	for o := range t.open {
		if o.RunID == id && o.Page != 0 {
			pages = append(pages, o)
		}
	}
	t.mu.Unlock()
	for _, o := range pages {
		if span := t.take(o); span != nil {
			span.SetStatus(codes.Error, "not finished")
			span.End()
		}
	}
	span := t.take(origin.Origin{RunID: id})
	if span == nil {
		return
	}
	span.SetAttributes(attribute.String("sluice.run.state", state))
	if code != "" {
		span.SetStatus(codes.Error, code)
	}
	span.End()
}

// request tells of a request that has ended. Neither its address nor its body is told:
// both hold values of records.
func (t *Traces) request(ctx context.Context, o origin.Origin, r *wire.Request, service, outcome string) {
	if t == nil {
		return
	}
	parent := t.page(o, r.At)
	if parent == nil {
		parent = ctx
	}
	_, span := t.tracer.Start(parent, service+" "+r.Method, trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(r.At), trace.WithAttributes(
		attribute.String("sluice.connection", r.Connection), attribute.String("sluice.service", service), attribute.String("sluice.step", o.Step),
		attribute.String("http.request.method", r.Method), attribute.Int("http.response.status_code", r.Status), attribute.Int("http.request.resend_count", r.Attempt-1),
		attribute.Int("http.request.body.size", r.Sent), attribute.Int("http.response.body.size", r.Received), attribute.Int64("sluice.waited_ms", r.Waited.Milliseconds())))
	if outcome != "ok" {
		span.SetStatus(codes.Error, outcome)
	}
	span.End(trace.WithTimestamp(r.At.Add(r.Took)))
}

// incoming begins the span of a request to this server, within the caller's trace where
// it names one.
func (t *Traces) incoming(r *http.Request, route string) (context.Context, func(status int)) {
	if t == nil {
		return r.Context(), func(int) {}
	}
	ctx := t.carrier.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
	ctx, span := t.tracer.Start(ctx, methodOf(r)+" "+route, trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", methodOf(r)), attribute.String("http.route", route)))
	return ctx, func(status int) {
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, http.StatusText(status))
		}
		span.End()
	}
}
