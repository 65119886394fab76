package oracle

import "sync"

// maxCached bounds the memory that foreign queries can fill.
const maxCached = 256

// cache keeps what was compiled from a text (a regular expression, a format
// model), since a query applies the same one to every row.
type cache[T any] struct {
	mu       sync.Mutex
	compiled map[string]T
}

// get returns the compiled form of s.
func (c *cache[T]) get(s string, compile func(string) (T, error)) (T, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.compiled[s]; ok {
		return v, nil
	}
	v, err := compile(s)
	if err != nil {
		return v, err
	}
	if c.compiled == nil || len(c.compiled) >= maxCached {
		c.compiled = map[string]T{}
	}
	c.compiled[s] = v
	return v, nil
}
