package shape

import "github.com/sluicehq/sluice"

func fieldRowShape() *Shape {
	s := &Shape{Name: "Mapping row", OneOf: []string{"from", "value", "each"},
		Help: "The rows of `fields` make a new record. What a row does comes in this order: when, from or value, split, table, default, as, join. A row that finds no value sets null, as a mapping does; `when` leaves the field out. Every row could be a line of a Bloblang mapping, and gives the same value; a problem names its row.\n\n" +
			"**Numbers** keep all digits. **Dates** are read in ISO 8601, or in `format`, whose letters are those of `.to_date`: YYYY, MM, DD, hh, mm, ss, Z. `as: date` gives YYYY-MM-DD: the date as it is written, or where the text has a time with its distance from UTC and the row has a `zone`, the date that clocks showed there. `as: datetime` gives a time with its distance from UTC, as 2026-03-29T12:00:00+02:00: in `zone` where the row has one, else as it is written. A text without distance is a time that clocks in `zone` showed; without zone it is an error, since nobody knows which moment it is. A time that clocks skipped in spring counts as the moment an hour later, one that they showed twice in autumn as the first.",
	}
	s.Keys = []Key{
		{Name: "to", Form: Text, Required: true, Help: "The field that takes the value. Dots make objects: subrecords, references, lines under `item.items`.", Example: "entity.externalId"},
		{Name: "from", Form: Expr, Help: "Where the value comes from: a Bloblang expression, mostly the path of a field. Within `each`, `this` is the element.", Example: "this.name"},
		{Name: "value", Form: Text, Help: "A fixed text; `as` makes a number of it.", Example: "\"retail\""},
		{Name: "when", Form: Expr, Help: "The condition under which the row sets its field.", Example: "this.email != null"},
		{Name: "split", Form: Text, Help: "Cut a text into a list here; empty parts are left out, and space round parts. What follows is done with each part.", Example: "\",\""},
		{Name: "table", Form: TextMap, Help: "Texts, and what stands for them. A text that is not in it is an error, or gets the default.", Example: "{DE: \"1\", FR: \"2\"}"},
		{Name: "default", Form: Expr, Help: "The value where there is none: for null and empty text, and for a text that is not in the table.", Example: "'\"?\"'"},
		{Name: "as", Form: Text, Options: []string{sluice.AsText, sluice.AsNumber, sluice.AsDate, sluice.AsDateTime, sluice.AsBoolean}, Help: "What the value has to be. For all but text, empty text is no value. Booleans are read from true, yes, T, Y and 1, and their opposites.", Example: "number"},
		{Name: "format", Form: Text, Help: "The form of dates that are read; ISO 8601 when absent.", Example: "DD.MM.YYYY"},
		{Name: "zone", Form: Text, Help: "The time zone of dates and times, by its name in the IANA database.", Example: "Europe/Berlin"},
		{Name: "join", Form: Text, Help: "Make a text of a list, with this between its elements.", Example: "\", \""},
		{Name: "each", Form: Expr, Help: "A list, of which `fields` make another one. Null is an empty list.", Example: "this.lines"},
		{Name: "fields", Form: Objects, Of: s, Help: "The rows for each element of the list."},
	}
	return s
}
