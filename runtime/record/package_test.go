package record

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// A fakePart keeps nothing, and writes down what is done with it.
type fakePart struct {
	name   string // in the log
	log    *[]string
	names  []string
	shares bool // its names, with every other part
	check  []error
	start  error
	active bool
	memory *Memory // of the last Read

	observed bool
	reading  func() // called by Read; nil: nothing
}

func (p *fakePart) did(what string) {
	if p.log != nil {
		*p.log = append(*p.log, what+" "+p.name)
	}
}

func (p *fakePart) Names() []string  { return p.names }
func (p *fakePart) Shares(Part) bool { return p.shares }
func (p *fakePart) Check() []error   { return p.check }
func (p *fakePart) Active() bool     { return p.active }
func (p *fakePart) Stop()            { p.did("stop") }

func (p *fakePart) Start(descriptors map[string]metric.Descriptor) error {
	p.did("start")
	for _, name := range p.names {
		if descriptors[name].Name != name {
			return fmt.Errorf("no descriptor of %s", name)
		}
	}
	return p.start
}

func (p *fakePart) Read(memory *Memory) []*metric.Metric {
	p.did("read")
	p.memory = memory
	if p.reading != nil {
		p.reading()
	}
	return p.metrics()
}

func (p *fakePart) Observed() bool { return p.observed }

func (p *fakePart) metrics() []*metric.Metric {
	var all []*metric.Metric
	for _, name := range p.names {
		all = append(all, &metric.Metric{Descriptor: metric.Descriptor{Name: name}})
	}
	return all
}

// packageOf returns a package of the parts, with a descriptor for each of their names. It
// is not registered when the test ends.
func packageOf(t *testing.T, parts ...*fakePart) *Package {
	info := PackageInfo{Name: unique("package")}
	var descriptors []metric.Descriptor
	for _, part := range parts {
		info.Parts = append(info.Parts, part)
		for _, name := range part.names {
			descriptors = append(descriptors, metric.Descriptor{Name: name, Unit: "By"})
		}
	}
	info.Descriptors = func() []metric.Descriptor { return descriptors }
	p := NewPackage(info)
	t.Cleanup(p.Unregister)
	return p
}

func mustRegister(t *testing.T, p *Package) {
	t.Helper()
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
}

func namesOf(metrics []*metric.Metric) string {
	var names []string
	for _, m := range metrics {
		names = append(names, m.Descriptor.Name)
	}
	return strings.Join(names, " ")
}

// threeParts returns parts that write into one log.
func threeParts() (log *[]string, parts []*fakePart) {
	log = &[]string{}
	for _, name := range []string{"one", "two", "three"} {
		parts = append(parts, &fakePart{name: name, log: log, names: []string{unique(name + "/a"), unique(name + "/b")}})
	}
	return log, parts
}

func wantLog(t *testing.T, log *[]string, want ...string) {
	t.Helper()
	if !slices.Equal(*log, want) {
		t.Errorf("got  %q\nwant %q", *log, want)
	}
	*log = nil
}

func TestPartsStartInOrderAndStopInReverse(t *testing.T) {
	log, parts := threeParts()
	p := packageOf(t, parts...)
	mustRegister(t, p)
	wantLog(t, log, "start one", "start two", "start three")
	if all := Registered(); all[len(all)-1] != p {
		t.Error("not registered as the last one")
	}
	if d, ok := Descriptors()[parts[1].names[0]]; !ok || d.Unit != "By" {
		t.Errorf("descriptor %+v", d)
	}
	mustRegister(t, p)
	if n := len(slices.DeleteFunc(Registered(), func(other *Package) bool { return other != p })); n != 1 {
		t.Errorf("listed %d times", n)
	}
	*log = nil
	p.Unregister()
	wantLog(t, log, "stop three", "stop two", "stop one")
	if slices.Contains(Registered(), p) || !slices.Contains(Known(), p) {
		t.Error("registered after Unregister, or not known")
	}
}

// TestLastPartIsReadFirst: functions that observe are slow, and the generator puts them
// last.
func TestLastPartIsReadFirst(t *testing.T) {
	log, parts := threeParts()
	p := packageOf(t, parts...)
	mustRegister(t, p)
	*log = nil
	var memory Memory
	want := strings.Join(slices.Concat(parts[2].names, parts[1].names, parts[0].names), " ")
	if got := namesOf(p.Read(&memory)); got != want {
		t.Errorf("read %s, want %s", got, want)
	}
	wantLog(t, log, "read three", "read two", "read one")
	for _, part := range parts {
		if part.memory != &memory {
			t.Errorf("part %s got another memory", part.name)
		}
	}
	parts[1].observed = true
	*log = nil
	want = strings.Join(slices.Concat(parts[2].names, parts[0].names), " ")
	if got := namesOf(p.ReadAtOnce()); got != want {
		t.Errorf("read %s at once, want %s", got, want)
	}
	wantLog(t, log, "read three", "read one")
	if got := p.Observed(); !slices.Equal(got, parts[1].names) {
		t.Errorf("observed are %q, want %q", got, parts[1].names)
	}
}

// TestReadingDuringUnregister has all of a package or nothing.
func TestReadingDuringUnregister(t *testing.T) {
	_, parts := threeParts()
	p := packageOf(t, parts...)
	if got := p.Read(nil); got != nil {
		t.Errorf("a package that is not registered has %s", namesOf(got))
	}
	for _, again := range []bool{false, true} {
		mustRegister(t, p)
		mustRegister(t, p) // changes nothing
		if got := p.Read(nil); len(got) == 0 {
			t.Error("a registered package has no metrics")
		}
		parts[1].reading = func() {
			p.Unregister()
			if again {
				mustRegister(t, p)
			}
		}
		if got := p.Read(nil); got != nil {
			t.Errorf("a package that was unregistered during the reading has %s", namesOf(got))
		}
		parts[1].reading = nil
	}
}

// TestRegistrations: each registration has its own number.
func TestRegistrations(t *testing.T) {
	p := packageOf(t)
	seen := []uint64{p.Registrations()}
	for _, change := range []func(){func() { mustRegister(t, p) }, p.Unregister, func() { mustRegister(t, p) }} {
		change()
		n := p.Registrations()
		if slices.Contains(seen, n) {
			t.Errorf("%d again, after %d", n, seen)
		}
		seen = append(seen, n)
	}
	last := p.Registrations()
	mustRegister(t, p) // is registered already
	if got := p.Registrations(); got != last {
		t.Errorf("a second Register changed %d to %d", last, got)
	}
}

func TestStartErrorStopsAllParts(t *testing.T) {
	log, parts := threeParts()
	p := packageOf(t, parts...)
	broken := errors.New("no room")
	parts[1].start = broken
	watcher := make(chan struct{}, 1)
	Watch(watcher)
	defer Unwatch(watcher)
	err := p.Register()
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "views of package "+p.Name()+" are not registered: no room") {
		t.Errorf("got %v", err)
	}
	wantLog(t, log, "start one", "start two", "stop three", "stop two", "stop one")
	if slices.Contains(Registered(), p) || p.Used() || len(watcher) > 0 {
		t.Error("registered all the same")
	}
	parts[1].start = nil
	mustRegister(t, p)
	wantLog(t, log, "start one", "start two", "start three")
}

func TestCheckErrorsAreJoined(t *testing.T) {
	log, parts := threeParts()
	other := packageOf(t, &fakePart{names: []string{parts[1].names[0]}})
	mustRegister(t, other)
	errs := []error{errors.New("first"), errors.New("second"), errors.New("third")}
	parts[0].check, parts[2].check = errs[:2], errs[2:]
	frozen := NewOpenTag(unique("tag"), OpenTag{MaxValues: 1, From: FromProcess})
	p := packageOf(t, parts...)
	p.info.Tags = []*Tag{frozen}
	err := p.Register()
	for _, want := range errs {
		if !errors.Is(err, want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "is also in package "+other.Name()) {
		t.Errorf("no conflict in %v", err)
	}
	for _, line := range *log {
		if strings.HasPrefix(line, "start") {
			t.Errorf("after a failed check: %s", line)
		}
	}
	frozen.Set(Open("v")) // is not late: nothing has begun
	wantCount(t, frozen.Key(), "", ReasonLate, 0)
	parts[0].check, parts[2].check = nil, nil
	other.Unregister()
	mustRegister(t, p)
	frozen.Set(Open("w"))
	wantCount(t, frozen.Key(), "", ReasonLate, 1)
}

func TestNamesOfTwoPackages(t *testing.T) {
	name := unique("metric")
	alone, sharing := &fakePart{names: []string{name}}, &fakePart{names: []string{name}, shares: true}
	beside := &fakePart{names: []string{unique("beside")}}
	for _, c := range []struct {
		what       string
		registered []*fakePart
		free       bool
	}{
		{"of a part that shares nothing", []*fakePart{beside, alone}, false},
		{"of a part that shares it", []*fakePart{sharing, beside}, true},
		{"of both", []*fakePart{sharing, alone}, false},
		{"of nobody", []*fakePart{beside}, true},
	} {
		t.Run(c.what, func(t *testing.T) {
			first := packageOf(t, c.registered...)
			second := packageOf(t, &fakePart{names: []string{unique("other"), name}, shares: true})
			mustRegister(t, first)
			err := second.Register()
			want := fmt.Sprintf("views of package %s are not registered: metric %q is also in package %s, which is registered: rename one of the metrics, or register only one of the packages",
				second.Name(), name, first.Name())
			if c.free != (err == nil) || err != nil && err.Error() != want {
				t.Errorf("got  %v\nwant %s, free %t", err, want, c.free)
			}
			mustRegister(t, first) // is no conflict with itself
			first.Unregister()
			mustRegister(t, second)
			second.Unregister()
			first.Unregister()
		})
	}
}

func TestWatch(t *testing.T) {
	p := packageOf(t, &fakePart{})
	one, two := make(chan struct{}, 1), make(chan struct{}, 5)
	Watch(one)
	Watch(two)
	Watch(two) // changes nothing
	defer Unwatch(one)
	for range 2 { // does not wait for the full channel
		mustRegister(t, p)
	}
	if len(one) != 1 || len(two) != 2 {
		t.Errorf("%d and %d tokens, want 1 and 2", len(one), len(two))
	}
	p.Unregister()
	Unwatch(two)
	Unwatch(two)
	<-one
	mustRegister(t, p)
	if len(one) != 1 || len(two) != 2 {
		t.Errorf("after Unwatch %d and %d tokens, want 1 and 2", len(one), len(two))
	}
}

func TestUsed(t *testing.T) {
	part := &fakePart{}
	p := packageOf(t, &fakePart{}, part)
	if p.Used() {
		t.Error("used before the registration")
	}
	part.active = true
	if !p.Used() {
		t.Error("a part is exported without a registration")
	}
	part.active = false
	mustRegister(t, p)
	p.Unregister()
	if !p.Used() {
		t.Error("not used after it was registered")
	}
}

func TestPackageInfo(t *testing.T) {
	info := PackageInfo{Name: unique("package"), Monitoring: Monitoring{MetricPrefix: "custom.googleapis.com"}}
	if p := NewPackage(info); p.SLOs() != nil || p.Name() != info.Name || p.Monitoring().MetricPrefix != info.Monitoring.MetricPrefix {
		t.Errorf("%q %+v %v", p.Name(), p.Monitoring(), p.SLOs())
	}
	info.SLOs = func() []slo.SLO { return make([]slo.SLO, 2) }
	if p := NewPackage(info); len(p.SLOs()) != 2 {
		t.Errorf("%d SLOs", len(p.SLOs()))
	}
}
