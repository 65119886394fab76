package engine

import (
	"cmp"

	"github.com/sluicehq/sluice"
)

func pageSize(p sluice.Paging) int { return cmp.Or(p.Size, sluice.DefaultPageSize) }

func pageBytes(p sluice.Paging) int { return cmp.Or(p.Bytes, sluice.DefaultPageBytes) }

// cutPages cuts items into pages of so many records and about so many bytes. A page's
// number is the place of its first record. No page holds two records of one key: the
// ledger keeps one entry for each key, and a page is worked as a whole.
func cutPages(items []sluice.Item, size, bytes int) []sluice.Page {
	var pages []sluice.Page
	seen := map[string]bool{}
	held := 0
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
