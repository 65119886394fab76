package program

import (
	"cmp"

	"github.com/sluicehq/sluice"
)

// PageSize is how many records a page holds at most.
func PageSize(p sluice.Paging) int { return cmp.Or(p.Size, sluice.DefaultPageSize) }

// PageBytes is at how many bytes, about, a page closes.
func PageBytes(p sluice.Paging) int { return cmp.Or(p.Bytes, sluice.DefaultPageBytes) }

// Cut cuts items into pages of so many records and about so many bytes. A page's
// number is the place of its first record. No page holds two records of one key: the
// ledger keeps one entry for each key, and a page is worked as a whole.
func Cut(items []sluice.Item, p sluice.Paging) []sluice.Page {
	var pages []sluice.Page
	seen := map[string]bool{}
	size, bytes, held := PageSize(p), PageBytes(p), 0
	for _, it := range items {
		weight := it.Record.Size()
		if n := len(pages); n == 0 || len(pages[n-1].Items) >= size || held+weight > bytes || seen[it.Key] {
			pages = append(pages, sluice.Page{Number: it.Seq})
			clear(seen)
			held = 0
		}
		seen[it.Key] = true
		held += weight
		page := &pages[len(pages)-1]
		page.Items = append(page.Items, it)
	}
	return pages
}
