package netsuite

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Effect is what an operation may change, which decides what may be repeated.
type Effect int

// The effects. The zero value is the careful one.
const (
	Write Effect = iota // repeated only when certainly not applied
	Read                // repeated after every passing failure
)

// RetryPolicy bounds how long the client tries.
//
//	failure                                     read     write
//	concurrency refused (429, RESTlet 400, SOAP)  wait     wait
//	connection not made; not processed (SOAP)     repeat   repeat
//	sent, no whole answer; HTTP 5xx               repeat   report
//	any other fault                               report   report
//
// Waits for concurrency end after MaxElapsed; repeats end after MaxAttempts too.
type RetryPolicy struct {
	MaxAttempts int           // attempts that fail for another reason than concurrency; default 5
	MaxElapsed  time.Duration // from the first attempt to the start of the last, without waits for slots; default 10 min
	BaseDelay   time.Duration // ceiling of the first delay, doubled each time; default 500 ms
	MaxDelay    time.Duration // ceiling of all delays; default 30 s
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	setDefault(&p.MaxAttempts, 5)
	setDefault(&p.MaxElapsed, 10*time.Minute)
	setDefault(&p.BaseDelay, 500*time.Millisecond)
	setDefault(&p.MaxDelay, 30*time.Second)
	return p
}

func setDefault[T int | time.Duration](to *T, value T) {
	if *to <= 0 {
		*to = value
	}
}

// delay draws from [0, ceiling): full jitter keeps workers from coming back
// together, which Oracle advises (help bridgehead_1509974866).
func (p RetryPolicy) delay(failures int, random float64) time.Duration {
	ceiling := p.MaxDelay
	if shift := failures - 1; shift < 32 {
		ceiling = min(ceiling, p.BaseDelay<<shift)
	}
	if ceiling <= 0 {
		ceiling = p.MaxDelay
	}
	return time.Duration(random * float64(ceiling))
}

// verdict is what the policy makes of one failed attempt.
type verdict int

const (
	report verdict = iota
	repeat
	await // concurrency: a wait, not a failure
)

func judge(effect Effect, err error) verdict {
	var fault *Fault
	if errors.As(err, &fault) {
		switch {
		case fault.Class() == ErrConcurrency:
			return await
		case fault.Class() == ErrUnavailable, fault.Class() == ErrServer && effect == Read:
			return repeat
		}
		return report
	}
	var transport *TransportError
	if !errors.As(err, &transport) || !transport.transient() {
		return report
	}
	if effect == Write && Applied(err) != NotApplied {
		return report
	}
	return repeat
}

// retrier counts the attempts of one call.
type retrier struct {
	policy   RetryPolicy
	effect   Effect
	started  time.Time
	waited   time.Duration // for slots, which is nobody's failure
	failures int           // of either kind, for the length of the next delay
	repeats  int
}

// next reports how long to wait before the next attempt, or false to report
// err. A delay that the context would not outlive is not begun.
func (r *retrier) next(ctx context.Context, err error, now time.Time, random float64) (time.Duration, bool) {
	r.failures++
	switch judge(r.effect, err) {
	case report:
		return 0, false
	case repeat:
		if r.repeats++; r.repeats >= r.policy.MaxAttempts {
			return 0, false
		}
	}
	delay := r.policy.delay(r.failures, random)
	var fault *Fault
	if errors.As(err, &fault) {
		delay = max(delay, fault.RetryAfter)
	}
	if now.Add(delay).Sub(r.started)-r.waited > r.policy.MaxElapsed {
		return 0, false
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < delay {
		return 0, false
	}
	return delay, ctx.Err() == nil
}

func random() float64 { return rand.Float64() }
