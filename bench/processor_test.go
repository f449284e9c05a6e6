package main

import (
	"strings"
	"testing"
)

func TestProcessorOf(t *testing.T) {
	for _, c := range []struct{ cpuinfo, want string }{
		{"processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC\nstepping\t: 1\n\nprocessor\t: 1\ncpu family\t: 26\nmodel name\t: another\n", "AMD EPYC (family 25, model 1)"},
		{"processor\t: 0\nmodel name\t: ARMv7 Processor rev 4 (v7l)\nCPU part\t: 0xd03\n", "ARMv7 Processor rev 4 (v7l)"},
		{"processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n", "CPU implementer 0x41, part 0xd40"},
		{"", unknownProcessor},
	} {
		if got := processorOf(c.cpuinfo); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestMachine(t *testing.T) {
	if got := machine(); !strings.HasPrefix(got, processor()+", go") || !strings.Contains(got, "GOMAXPROCS") {
		t.Errorf("%q", got)
	}
}
