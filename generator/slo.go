package generator

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// sloFiles returns the request bodies that create the SLOs of s, in source order,
// followed by the body of their service.
func sloFiles(s *schema.Schema, folder string) ([]outfiles.File, error) {
	var files []outfiles.File
	encoder := templates.NewJSONEncoder()
	for _, o := range s.SLOs {
		f, err := jsonFile(encoder, folder, o.ResourceID, sloBody(s.Monitoring, o))
		if err != nil {
			return nil, fmt.Errorf("SLO %q: %w", o.ID, err)
		}
		files = append(files, f)
	}
	if s.Service == nil {
		return files, nil
	}
	f, err := jsonFile(encoder, folder, "service", serviceBody(s.Service))
	if err != nil {
		return nil, fmt.Errorf("service %q: %w", s.Service.ID, err)
	}
	return append(files, f), nil
}

// jsonFile returns the file <folder>/<name>.json.
func jsonFile(encoder *templates.JSONEncoder, folder, name string, body any) (outfiles.File, error) {
	data, err := encoder.Encode(body)
	if err != nil {
		return outfiles.File{}, err
	}
	return outfiles.File{Path: path.Join(folder, name+".json"), Folder: folder, Data: data}, nil
}

func sloBody(m schema.Monitoring, o *schema.SLO) templates.SLO {
	body := templates.SLO{
		SLI:            sli(m, o.SLI),
		Goal:           templates.Number(o.Goal),
		CalendarPeriod: o.Calendar,
		DisplayName:    o.DisplayName,
		UserLabels:     labelMap(o.Labels),
	}
	if o.Days > 0 {
		body.RollingPeriod = seconds(time.Duration(o.Days) * 24 * time.Hour)
	}
	return body
}

// Indicator returns the indicator of an SLO as in its request body.
func Indicator(m schema.Monitoring, o *schema.SLO) ([]byte, error) {
	return templates.NewJSONEncoder().Encode(sli(m, o.SLI))
}

func sli(m schema.Monitoring, i schema.SLI) templates.SLI {
	return templates.SLI{Basic: basic(i.Basic), Requests: requests(m, i), Windows: windows(m, i.Windows)}
}

// requests returns nil if the SLI is neither a ratio nor a cut.
func requests(m schema.Monitoring, i schema.SLI) *templates.Requests {
	switch r, c := i.Ratio, i.Cut; {
	case r != nil:
		return &templates.Requests{Ratio: &templates.Ratio{
			Good:  optionalFilter(m, r.Good),
			Total: optionalFilter(m, r.Total),
			Bad:   optionalFilter(m, r.Bad),
		}}
	case c != nil:
		return &templates.Requests{Cut: &templates.Cut{
			Filter: filter(m, &c.Selection),
			Range:  valueRange(c.Min, c.Max),
		}}
	}
	return nil
}

func optionalFilter(m schema.Monitoring, s *schema.Selection) string {
	if s == nil {
		return ""
	}
	return filter(m, s)
}

func windows(m schema.Monitoring, w *schema.Windows) *templates.Windows {
	if w == nil {
		return nil
	}
	body := &templates.Windows{
		Mean:   seriesRange(m, w.Mean),
		Sum:    seriesRange(m, w.Sum),
		Period: seconds(w.Length),
	}
	if w.Mean == nil && w.Sum == nil {
		body.Threshold = &templates.WindowThreshold{
			Threshold: templates.Number(w.Threshold),
			Requests:  requests(m, w.SLI),
			Basic:     basic(w.SLI.Basic),
		}
	}
	return body
}

func seriesRange(m schema.Monitoring, r *schema.MetricRange) *templates.SeriesRange {
	if r == nil {
		return nil
	}
	return &templates.SeriesRange{Filter: filter(m, &r.Selection), Range: valueRange(r.Min, r.Max)}
}

func valueRange(low, high float64) templates.Range {
	return templates.Range{Min: templates.Number(low), Max: templates.Number(high)}
}

func basic(b *schema.Basic) *templates.Basic {
	if b == nil {
		return nil
	}
	body := &templates.Basic{Methods: b.Methods, Locations: b.Locations, Versions: b.Versions}
	if b.Availability {
		body.Availability = &struct{}{}
		return body
	}
	body.Latency = &templates.Latency{Threshold: seconds(b.Latency)}
	return body
}

func serviceBody(s *schema.Service) templates.Service {
	body := templates.Service{DisplayName: s.DisplayName, UserLabels: labelMap(s.Labels)}
	if s.Type == "" {
		body.Custom = &struct{}{}
		return body
	}
	body.Basic = &templates.BasicService{Type: s.Type, Labels: labelMap(s.ServiceLabels)}
	return body
}

func labelMap(labels []schema.Label) map[string]string {
	m := make(map[string]string, len(labels))
	for _, l := range labels {
		m[l.Key] = l.Value
	}
	return m
}

// seconds returns a non-negative duration in proto3 JSON: decimal seconds, e.g. "300s"
// or "0.3s".
func seconds(d time.Duration) string {
	whole, rest := d/time.Second, d%time.Second
	text := strconv.FormatInt(int64(whole), 10)
	if rest != 0 {
		text += "." + strings.TrimRight(fmt.Sprintf("%09d", int64(rest)), "0")
	}
	return text + "s"
}
