package record

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/ocgen/ocgen/runtime/slo"
)

// An Environment has what a package has in one environment in place of its own facts.
type Environment struct {
	Name       string
	Monitoring Monitoring
	Objectives []Objective // of the SLOs that differ
}

// An Objective is what differs of an SLO in an environment. All fields hold there.
type Objective struct {
	ID, DisplayName string
	Goal            float64
	Alerts          *slo.Alerts // nil: none
}

// environmentVariable names the environment of the process, unless the program chooses one.
const environmentVariable = "OCGEN_ENVIRONMENT"

// chosen is the environment that the program has chosen, and how often.
var chosen struct {
	mu    sync.Mutex
	name  string
	times int
}

// ChooseEnvironment chooses the environment of the process: the packages have its metric
// prefix, resource, goals and alerts until release is called. It returns an error if a
// registered package has environments and none of the name, or if the program has chosen
// another. With "" it chooses nothing, and the variable OCGEN_ENVIRONMENT counts.
func ChooseEnvironment(name string) (release func(), err error) {
	if name == "" {
		return func() {}, checkEnvironment()
	}
	registering.Lock() // a package that is registered later checks the name itself
	defer registering.Unlock()
	chosen.mu.Lock()
	defer chosen.mu.Unlock()
	if chosen.times > 0 && chosen.name != name {
		return nil, fmt.Errorf("Options.Environment is %q, but the process runs in the environment %q already: choose one for the whole process", name, chosen.name)
	}
	for _, p := range Registered() {
		if err := p.knows(name, "Options.Environment"); err != nil {
			return nil, err
		}
	}
	chosen.name = name
	chosen.times++
	return sync.OnceFunc(releaseEnvironment), nil
}

func releaseEnvironment() {
	chosen.mu.Lock()
	defer chosen.mu.Unlock()
	if chosen.times--; chosen.times == 0 {
		chosen.name = ""
	}
}

// ChosenEnvironment returns the environment of the process, or "" if there is none: the one
// that the program has chosen, else the value of the variable OCGEN_ENVIRONMENT. Packages
// without environments ignore it.
func ChosenEnvironment() string {
	name, _ := environment()
	return name
}

// environment also returns where the name comes from.
func environment() (name, from string) {
	chosen.mu.Lock()
	defer chosen.mu.Unlock()
	if chosen.name != "" {
		return chosen.name, "Options.Environment"
	}
	return strings.TrimSpace(os.Getenv(environmentVariable)), environmentVariable
}

// checkEnvironment returns an error if a registered package does not know the environment.
func checkEnvironment() error {
	for _, p := range Registered() {
		if err := p.knows(environment()); err != nil {
			return err
		}
	}
	return nil
}

// HasEnvironments reports whether the package differs between environments.
func (p *Package) HasEnvironments() bool { return len(p.info.Environments) > 0 }

// knows returns an error if the package has environments, but not the one of the name.
func (p *Package) knows(name, from string) error {
	if name == "" || !p.HasEnvironments() || p.in(name) != nil {
		return nil
	}
	var names []string
	for _, e := range p.info.Environments {
		names = append(names, e.Name)
	}
	return fmt.Errorf("%s is %q, and the package %s has no such environment: use one of %s", from, name, p.info.Name, strings.Join(names, ", "))
}

// in returns what the package has in an environment, or nil.
func (p *Package) in(name string) *Environment {
	i := slices.IndexFunc(p.info.Environments, func(e Environment) bool { return e.Name == name })
	if i < 0 {
		return nil
	}
	return &p.info.Environments[i]
}

// now returns what the package has in the environment of the process, or nil.
func (p *Package) now() *Environment {
	if !p.HasEnvironments() {
		return nil
	}
	return p.in(ChosenEnvironment())
}

// lay returns copies of the SLOs with the facts of the environment.
func (e *Environment) lay(slos []slo.SLO) []slo.SLO {
	all := slices.Clone(slos)
	for _, o := range e.Objectives {
		i := slices.IndexFunc(all, func(s slo.SLO) bool { return s.ID == o.ID })
		if i >= 0 {
			all[i].DisplayName, all[i].Goal, all[i].Alerts = o.DisplayName, o.Goal, o.Alerts
		}
	}
	return all
}
