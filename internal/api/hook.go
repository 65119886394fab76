package api

import (
	"context"

	"github.com/sluicehq/sluice"
	"github.com/sluicehq/sluice/internal/api/hook"
)

func (a *API) hookRoutes() []route {
	return []route{
		{method: "POST", path: sluice.HookPath("{name}"), public: true, handle: page(hook.Receiver(a.services.Hooks, a.refuse))},
		{"GET", "/api/v1/flows/{name}/hook", sluice.PermView, false, "getHook", tagFlows, "Where another system sends the flow's deliveries, and what waits", operation(a.getHook)},
	}
}

func (a *API) getHook(ctx context.Context, in *NamePath) (*reply[*hook.Hook], error) {
	return answer(a.services.Hooks.Hook(ctx, in.Name))
}
