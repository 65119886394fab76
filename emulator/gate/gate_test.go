package gate

import (
	"testing"

	"pgregory.net/rapid"
)

// TestGate holds any order of calls against the rules: never more than the
// limit, a share is its owner's alone, and a place comes back once.
func TestGate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(1, 8).Draw(t, "limit")
		g := New(limit)
		share := rapid.IntRange(0, limit-1).Draw(t, "share")
		if err := g.Allot("own", share); err != nil {
			t.Fatal(err)
		}
		in := map[string][]func(){}
		peak := 0
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			who := rapid.SampledFrom([]string{"own", "a", "b"}).Draw(t, "who")
			if rapid.Bool().Draw(t, "leave") {
				if n := len(in[who]); n > 0 {
					in[who][n-1]()
					in[who][n-1]() // twice does no harm
					in[who] = in[who][:n-1]
				}
				continue
			}
			shared := len(in["a"]) + len(in["b"])
			want := shared < limit-share
			if share > 0 && who == "own" {
				want = len(in["own"]) < share
			} else if who == "own" || share == 0 {
				want = shared+len(in["own"]) < limit
			}
			leave, ok := g.Enter(who)
			if ok != want {
				t.Fatalf("%s with %v in flight: %v, want %v", who, in, ok, want)
			}
			if ok {
				in[who] = append(in[who], leave)
			}
			peak = max(peak, len(in["own"])+len(in["a"])+len(in["b"]))
		}
		s := g.Stats()
		if s.Max != peak || s.Current != len(in["own"])+len(in["a"])+len(in["b"]) || s.Max > limit {
			t.Fatalf("stats %+v, peak %d, in flight %v", s, peak, in)
		}
	})
}

func TestLimits(t *testing.T) {
	g := New(0)
	if g.Stats().Limit != DefaultLimit {
		t.Errorf("default limit %d", g.Stats().Limit)
	}
	if err := g.Allot("x", 5); err == nil {
		t.Error("all places allotted")
	}
	if err := g.Allot("x", 4); err != nil {
		t.Error(err)
	}
	if err := g.Allot("y", 1); err == nil {
		t.Error("last place allotted")
	}
	if err := g.SetLimit(4); err == nil {
		t.Error("limit below what is allotted")
	}
	if err := g.SetLimit(6); err != nil {
		t.Error(err)
	}
	if err := g.Allot("x", -1); err == nil {
		t.Error("negative share")
	}
}
