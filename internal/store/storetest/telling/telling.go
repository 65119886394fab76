// Package telling is the part of the suite of stores round what is told of runs and
// records: what people do with errors, traces, channels and their messages.
package telling

import "github.com/sluicehq/sluice/internal/store/storetest"

// Behaviours returns this part of the suite.
func Behaviours() []storetest.Behaviour {
	return []storetest.Behaviour{
		{Name: "error/superseded by trace key", Check: ErrorsSupersededByTrace},
		{Name: "error/tagged and assigned", Check: ErrorsTagged},
		{Name: "error/retried though resolved", Check: ErrorsRetriedResolved},
		{Name: "error/due to be retried", Check: ErrorsDue},
		{Name: "error/dropped by days and size", Check: ErrorsDropped},
		{Name: "channel/kept as given", Check: ChannelKeptAsGiven},
		{Name: "channel/quiet repeats", Check: MessagesQuiet},
		{Name: "channel/digest", Check: MessagesDigested},
		{Name: "channel/events of runs", Check: EventsOfRuns},
		{Name: "trace/found by any name", Check: TouchesFound},
		{Name: "trace/dropped by days and size", Check: TouchesDropped},
		{Name: "traffic/noted by several processes", Check: TrafficKept},
		{Name: "traffic/slots by minute", Check: SlotsKept},
		{Name: "run/looked back on", Check: RunsLookedBackOn},
	}
}
