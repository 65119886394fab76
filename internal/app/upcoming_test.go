package app

import (
	"slices"
	"testing"
	"time"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/client"
)

// A schedule that is stored nowhere tells its next times, and what the clocks make of them.
func TestUpcomingTimesOfATextThatIsNotStored(t *testing.T) {
	s := start(t)
	c := s.user(t, sluice.RoleMonitor)
	from := time.Date(2027, 3, 26, 12, 0, 0, 0, time.UTC)
	got, err := c.UpcomingTimes(t.Context(), client.ScheduleInput{Cron: "30 2 * * *", Zone: "Europe/Berlin", From: from})
	if err != nil {
		t.Fatal(err)
	}
	var times []string
	for _, d := range got.Times {
		times = append(times, d.At.Format("01-02T15:04Z07:00")+" "+d.Mark)
	}
	want := []string{"03-27T02:30+01:00 ", "03-28T03:00+02:00 skipped", "03-29T02:30+02:00 ", "03-30T02:30+02:00 ", "03-31T02:30+02:00 "}
	if !slices.Equal(times, want) {
		t.Errorf("got %v, want %v", times, want)
	}
	if len(got.Changes) != 2 || got.Changes[0].From != "02:00" || got.Changes[0].To != "03:00" || got.Changes[0].Minutes != 60 || got.Changes[1].Minutes != -60 ||
		got.Changes[1].Times[0].Mark != "once" {
		t.Errorf("changes: %+v", got.Changes)
	}
	wrong, err := c.UpcomingTimes(t.Context(), client.ScheduleInput{Cron: "61 * * * *", Zone: "Mars/Olympus"})
	if err != nil || len(wrong.Problems) != 2 || len(wrong.Times) > 0 {
		t.Errorf("both mistakes are told at once: %+v, %v", wrong, err)
	}
}
