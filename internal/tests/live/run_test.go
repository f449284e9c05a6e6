package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/ocgen/ocgen/internal/monitoringfilter"
)

// A target is where a run creates its resources.
type target struct {
	api     *api
	project string
	fake    string        // host:port of the gRPC server of a fake; "": Google Cloud
	wait    time.Duration // until something that was created must be visible

	// For tests of the run itself:
	before        func(step, item string)
	withoutPoints bool
}

// old is the age of a run whose resources another run deletes.
const old = time.Hour

// A report is what a run found out.
type report struct {
	run   runID
	steps []*step
}

// A step is a part of a run.
type step struct {
	name     string
	taken    int
	problems []string
}

func (r *report) step(name string) *step {
	s := &step{name: name}
	r.steps = append(r.steps, s)
	return s
}

func (s *step) problem(item string, err error) {
	s.problems = append(s.problems, item+": "+strings.ReplaceAll(err.Error(), "\n", "\n        "))
}

// String returns a line for each step, and one for each problem.
func (r *report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "run %s\n", r.run)
	for _, s := range r.steps {
		fmt.Fprintf(&b, "%-28s %d done, %d failed\n", s.name, s.taken, len(s.problems))
		for _, p := range s.problems {
			fmt.Fprintf(&b, "    %s\n", p)
		}
	}
	return b.String()
}

// failed returns the names of the steps with problems.
func (r *report) failed() (names []string) {
	for _, s := range r.steps {
		if len(s.problems) > 0 {
			names = append(names, s.name)
		}
	}
	return names
}

// run creates everything, reads it back and deletes it, whatever happens between. It stops
// early if ctx ends, or if the credentials do not suffice.
func run(ctx context.Context, t target) *report {
	r := &report{run: newRun(time.Now())}
	leftovers := r.step("delete leftovers")
	n, err := remove(ctx, t.api, t.project, func(other runID) bool { return time.Since(other.started()) > old }, nil)
	leftovers.taken = n
	if err != nil {
		leftovers.problem("what old runs left", err)
		if answers(err, http.StatusUnauthorized, http.StatusForbidden) {
			return r
		}
	}
	made := &made{target: t, report: r}
	defer func() {
		deletion := r.step("delete")
		n, err := remove(context.WithoutCancel(ctx), t.api, t.project, func(other runID) bool { return other == r.run }, made.created)
		deletion.taken = n
		if err != nil {
			deletion.problem("what the run made", err)
		}
	}()
	made.all(ctx)
	return r
}

// made is a run that creates resources.
type made struct {
	target
	report    *report
	created   []found
	described time.Time // when all descriptors had been created
}

// all makes the steps between the deletions.
func (m *made) all(ctx context.Context) {
	output, err := generate(m.project, m.report.run)
	if err != nil {
		m.report.step("generate").problem("schemas", err)
		return
	}
	for _, k := range kinds {
		var items []item
		for _, i := range output.items {
			if i.kind == k {
				items = append(items, i)
			}
		}
		if len(items) > 0 && !m.create(ctx, k, items) {
			return
		}
		if k == &descriptorKind && m.report.failed() == nil {
			m.described = time.Now() // otherwise it is useless to wait for metrics
		}
	}
	if !m.withoutPoints {
		m.points(ctx, output)
	}
}

// create creates the items of a kind, reads them back and compares. It returns false if
// the run cannot go on.
func (m *made) create(ctx context.Context, k *kind, items []item) bool {
	s := m.report.step("create " + k.name)
	for _, i := range items {
		if !m.goesOn(ctx, s, i.file) {
			return false
		}
		err := m.createOne(ctx, i)
		if err == nil {
			s.taken++
			continue
		}
		s.problem(i.file, err)
		if answers(err, http.StatusUnauthorized, http.StatusForbidden) {
			return false
		}
	}
	return true
}

// goesOn reports whether the context of the run has not ended.
func (m *made) goesOn(ctx context.Context, s *step, item string) bool {
	if m.before != nil {
		m.before(s.name, item)
	}
	if err := context.Cause(ctx); err != nil {
		s.problem(item, fmt.Errorf("the run ends early: %w", err))
		return false
	}
	return true
}

func (m *made) createOne(ctx context.Context, i item) error {
	answer, err := m.post(ctx, i)
	if err != nil {
		return fmt.Errorf("refused: %w", err)
	}
	var created struct{ Name string }
	if err := json.Unmarshal(answer, &created); err != nil {
		return err
	}
	version, _, _ := strings.Cut(i.under, "/")
	name := version + "/" + created.Name
	m.created = append(m.created, found{i.kind, name, m.report.run})
	err = m.until(ctx, func() error { return m.compare(ctx, i, name) })
	if err != nil || !i.kind.updated {
		return err
	}
	if _, err := m.api.repeated(ctx, safe, http.MethodPatch, name, nil, i.body); err != nil {
		return fmt.Errorf("PATCH with the same body: %w", err)
	}
	return m.until(ctx, func() error { return m.compare(ctx, i, name) })
}

// invisible are answers to a reference to a metric that may have been created a moment ago.
var invisible = regexp.MustCompile(`(?i)metric referenced by the provided filter is unknown|cannot find metric|could not find a metric`)

// post creates an item. It tries again as long as the API may not see its metrics yet.
func (m *made) post(ctx context.Context, i item) (answer []byte, err error) {
	err = m.untilTime(ctx, m.described.Add(m.wait), func() error {
		answer, err = m.api.repeated(ctx, quota, http.MethodPost, i.under, i.query, i.body)
		if err != nil && i.kind != &descriptorKind && invisible.MatchString(err.Error()) {
			return &notYet{err}
		}
		return err
	})
	return answer, err
}

func (m *made) compare(ctx context.Context, i item, name string) error {
	kept, err := m.api.repeated(ctx, safe, http.MethodGet, name, nil, nil)
	if answers(err, http.StatusNotFound) {
		return &notYet{err}
	}
	if err != nil {
		return fmt.Errorf("reading it back: %w", err)
	}
	if err := i.kind.difference(i.body, kept); err != nil {
		return fmt.Errorf("the API keeps something else: %w", err)
	}
	return nil
}

// notYet is an error that may go away.
type notYet struct{ error }

func (e *notYet) Unwrap() error { return e.error }

// until calls f until it returns no notYet, or until the target's time is over.
func (t target) until(ctx context.Context, f func() error) error {
	return t.untilTime(ctx, time.Now().Add(t.wait), f)
}

func (t target) untilTime(ctx context.Context, deadline time.Time, f func() error) error {
	for {
		err := f()
		var later *notYet
		if !errors.As(err, &later) || ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(t.api.pause)
	}
}

// points writes points with a program of the generated package, and reads them back by the
// metric and by each filter of the SLOs.
func (m *made) points(ctx context.Context, output generated) {
	s := m.report.step("write points")
	if !m.goesOn(ctx, s, "points") {
		return
	}
	start := time.Now().Add(-time.Minute)
	if err := m.export(output.code); err != nil {
		s.problem("points", err)
		return
	}
	s.taken++
	s = m.report.step("read points")
	prefix := typePrefix + string(m.report.run) + "/golden/alerts/"
	all := map[string][]*monitoringpb.TimeSeries{} // by metric type
	for name, want := range map[string]float64{"requests": 10, "request_latency": 10, "queue_depth": 42} {
		if !m.goesOn(ctx, s, name) {
			return
		}
		err := m.until(ctx, func() error {
			series, err := m.series(ctx, `metric.type="`+prefix+name+`" AND resource.type="k8s_container"`, start)
			all[prefix+name] = series
			if got := amount(series); err == nil && got != want {
				return &notYet{fmt.Errorf("the sum is %v, %v was recorded", got, want)}
			}
			return err
		})
		if err != nil {
			s.problem(name, err)
			continue
		}
		s.taken++
	}
	s = m.report.step("read by filters of SLOs")
	for _, i := range output.items {
		if i.kind != &sloKind || !strings.Contains(string(i.body), prefix) {
			continue
		}
		for _, filter := range filters(i.body) {
			if !m.goesOn(ctx, s, i.file) {
				return
			}
			if err := m.selects(ctx, filter, all, start); err != nil {
				s.problem(i.file, err)
				continue
			}
			s.taken++
		}
	}
}

// selects compares what a filter selects in the API with what it selects by its text.
func (m *made) selects(ctx context.Context, filter string, all map[string][]*monitoringpb.TimeSeries, start time.Time) error {
	parsed, err := monitoringfilter.Parse(filter)
	if err != nil {
		return err
	}
	var want []*monitoringpb.TimeSeries
	for _, ts := range all[parsed.MetricType()] {
		if parsed.Match(ts.Metric.Type, ts.Metric.Labels) {
			want = append(want, ts)
		}
	}
	got, err := m.series(ctx, filter, start)
	if err == nil && (len(got) != len(want) || amount(got) != amount(want)) {
		err = fmt.Errorf("filter %s selects %d series with the sum %v, want %d with %v", filter, len(got), amount(got), len(want), amount(want))
	}
	return err
}

var filterText = regexp.MustCompile(`"(?:(?:good|bad|total)ServiceFilter|distributionFilter|timeSeries)": ("(?:[^"\\]|\\.)*")`)

// filters returns the filters of an SLO.
func filters(slo []byte) []string {
	var all []string
	for _, found := range filterText.FindAllSubmatch(slo, -1) {
		if text, err := strconv.Unquote(string(found[1])); err == nil {
			all = append(all, text)
		}
	}
	return all
}

// series returns the series that a filter selects, with all points since the start.
func (m *made) series(ctx context.Context, filter string, start time.Time) ([]*monitoringpb.TimeSeries, error) {
	list, err := m.api.list(ctx, "v3/projects/"+m.project+"/timeSeries", "timeSeries", url.Values{
		"filter": {filter}, "view": {"FULL"},
		"interval.startTime": {start.UTC().Format(time.RFC3339Nano)}, "interval.endTime": {time.Now().UTC().Format(time.RFC3339Nano)},
	})
	if answers(err, http.StatusNotFound) {
		return nil, &notYet{err}
	}
	var all []*monitoringpb.TimeSeries
	for _, raw := range list {
		ts := &monitoringpb.TimeSeries{}
		if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, ts); err != nil {
			return nil, err
		}
		all = append(all, ts)
	}
	return all, err
}

// amount returns the sum over the newest points of series: of numbers, or of the counts of
// distributions.
func amount(series []*monitoringpb.TimeSeries) (sum float64) {
	for _, ts := range series {
		newest := slices.MaxFunc(ts.Points, func(a, b *monitoringpb.Point) int {
			return a.Interval.EndTime.AsTime().Compare(b.Interval.EndTime.AsTime())
		})
		v := newest.Value
		sum += float64(v.GetInt64Value()) + v.GetDoubleValue() + float64(v.GetDistributionValue().GetCount())
	}
	return sum
}

// export compiles the command points with the Go file of the run, and runs it.
func (m *made) export(code []byte) error {
	dir, err := os.MkdirTemp("", "ocgen-live")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	committed, err := filepath.Abs("../../../golden/alerts/metrics_gen.go")
	if err != nil {
		return err
	}
	source, list, binary := filepath.Join(dir, "metrics_gen.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "points")
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{committed: source}})
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(source, code, 0o600), os.WriteFile(list, overlay, 0o600)); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"go", "build", "-overlay", list, "-o", binary, "./points"},
		{binary, "-project", m.project, "-fake", m.fake},
	} {
		var out bytes.Buffer
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w\n%s", filepath.Base(args[0]), err, &out)
		}
	}
	return nil
}
