package endpoint

import "context"

type checkKey struct{}

// WithCheck returns a context whose request can be judged once more, by who answers for long.
func WithCheck(ctx context.Context, check func(context.Context) error) context.Context {
	return context.WithValue(ctx, checkKey{}, check)
}

// Check says whether who asked is still logged in and may still do what the route does.
func Check(ctx context.Context) error {
	check, ok := ctx.Value(checkKey{}).(func(context.Context) error)
	if !ok {
		return nil
	}
	return check(ctx)
}
