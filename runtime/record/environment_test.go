package record

import (
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/slo"
)

// inTwo is a package with two environments.
func inTwo(name string) *Package {
	alerts := &slo.Alerts{Tiers: []slo.Tier{{Severity: "page", Burn: 2}}}
	return NewPackage(PackageInfo{
		Name:       name,
		Monitoring: Monitoring{MetricPrefix: "base"},
		SLOs: func() []slo.SLO {
			return []slo.SLO{{ID: "a", DisplayName: "A", Goal: 0.9, Days: 1, Alerts: alerts}, {ID: "b", Goal: 0.5}}
		},
		Environments: []Environment{
			{Name: "one", Monitoring: Monitoring{MetricPrefix: "1"}},
			{Name: "two", Monitoring: Monitoring{MetricPrefix: "2"}, Objectives: []Objective{{ID: "a", DisplayName: "A2", Goal: 0.8}, {ID: "gone", Goal: 0.1}}},
		},
	})
}

func TestEnvironmentOfPackage(t *testing.T) {
	p := inTwo("p")
	for _, c := range []struct {
		environment, prefix, name string
		goal                      float64
		alerts                    bool
	}{
		{"", "base", "A", 0.9, true},
		{"one", "1", "A", 0.9, true},
		{" two ", "2", "A2", 0.8, false},
		{"three", "base", "A", 0.9, true},
	} {
		t.Setenv("OCGEN_ENVIRONMENT", c.environment)
		s := p.SLOs()
		if m := p.Monitoring(); m.MetricPrefix != c.prefix || s[0].DisplayName != c.name || s[0].Goal != c.goal || (s[0].Alerts != nil) != c.alerts || s[0].Days != 1 || s[1].Goal != 0.5 {
			t.Errorf("%q: %+v %+v", c.environment, m, s)
		}
	}
	t.Setenv("OCGEN_ENVIRONMENT", "two")
	if base := p.info.SLOs(); base[0].Goal != 0.9 {
		t.Errorf("the base has changed: %+v", base)
	}
}

// TestChoices: the program's choice counts more than the variable, until all who made it
// release it.
func TestChoices(t *testing.T) {
	t.Setenv("OCGEN_ENVIRONMENT", "one")
	p := inTwo("p")
	leave, err := ChooseEnvironment("two")
	if err != nil || ChosenEnvironment() != "two" || p.Monitoring().MetricPrefix != "2" {
		t.Fatal(err, ChosenEnvironment())
	}
	again, err := ChooseEnvironment("two")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ChooseEnvironment("one"); err == nil {
		t.Error("two environments at once")
	}
	leave()
	leave()
	if got := ChosenEnvironment(); got != "two" {
		t.Errorf("released by one of two: %q", got)
	}
	again()
	if got := ChosenEnvironment(); got != "one" {
		t.Errorf("released: %q", got)
	}
}

// TestRegisterChecksEnvironment: a package is not registered in an environment that it does
// not have. A package without environments has no say.
func TestRegisterChecksEnvironment(t *testing.T) {
	t.Setenv("OCGEN_ENVIRONMENT", "three")
	p := inTwo("p")
	if err := p.Register(); err == nil || !strings.Contains(err.Error(), `OCGEN_ENVIRONMENT is "three", and the package p has no such environment: use one of one, two`) {
		t.Error(err)
	}
	without := NewPackage(PackageInfo{Name: "without", Descriptors: p.info.Descriptors, Monitoring: Monitoring{MetricPrefix: "x"}})
	if without.HasEnvironments() || without.Monitoring().MetricPrefix != "x" || without.knows(environment()) != nil {
		t.Error("a package without environments has one")
	}
}
