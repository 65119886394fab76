package searchmodule

import (
	"github.com/dop251/goja"

	"github.com/sluicehq/sluice/emulator/script/engine"
)

func New(m *engine.Machine) goja.Value { return m.VM.NewObject() }
