package generator

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planPackage plans the registration of the package.
func (p *planner) planPackage(g goPlan) templates.Package {
	pack := templates.Package{
		Name:       p.schema.Package,
		InCall:     p.inCall,
		OTel:       p.otel,
		Scope:      p.schema.Generate.Scope,
		Existing:   slices.Clone(g.existing),
		Monitoring: planMonitoring(p.schema.Monitoring),
		Prometheus: planPrometheus(p.schema),
		SLOs:       planSLOs(p.schema),

		Environments: planEnvironments(p.schema),
	}
	for _, m := range g.measures {
		if m.measure != nil {
			pack.Measures = append(pack.Measures, *m.measure)
		}
		for _, v := range m.views {
			pack.Views = append(pack.Views, v.Var)
			if v.former != nil {
				pack.Views = append(pack.Views, v.former.Var)
				pack.Former = append(pack.Former, v.former.Var)
			}
		}
		if m.observed != nil {
			pack.Observed = append(pack.Observed, m.observed.Var)
		}
	}
	for _, v := range p.written(p.schema.Measures) {
		pack.Series = append(pack.Series, p.names.series.of(v.GoName))
	}
	for i, t := range p.schema.Tags {
		if t.Existing != nil {
			pack.Existing = append(pack.Existing, templates.Existing{Ref: keyRef(t), Name: t.Key})
		}
		if t.From == schema.FromProcess && g.tags[i].val {
			pack.Process = append(pack.Process, g.tags[i].Var)
		}
	}
	for _, v := range p.schema.Views() {
		for _, name := range v.Exports() {
			pack.Descriptors = append(pack.Descriptors, planDescriptor(v, name))
		}
	}
	pack.Renames = p.planRenames()
	return pack
}

func existingMeasure(m *schema.Measure) templates.Existing {
	return templates.Existing{Ref: measureRef(m), Kind: valueKind(m), Name: m.Name, Unit: m.Unit}
}

func planMonitoring(m schema.Monitoring) templates.Monitoring {
	plan := templates.Monitoring{MetricPrefix: m.MetricPrefix, Resource: m.Resource}
	for _, l := range m.ResourceLabels {
		plan.Labels = append(plan.Labels, templates.ResourceLabel{Key: l.Key, Values: l.Values})
	}
	return plan
}

// planEnvironments plans what differs between the environments of the schema.
func planEnvironments(s *schema.Schema) []templates.GoEnvironment {
	var all []templates.GoEnvironment
	base := planSLOs(s)
	for _, in := range s.Environments {
		e := templates.GoEnvironment{Name: in.Environment, Monitoring: planMonitoring(in.Monitoring)}
		for i, o := range planSLOs(in) {
			if !reflect.DeepEqual(o, base[i]) {
				e.Objectives = append(e.Objectives, o)
			}
		}
		all = append(all, e)
	}
	return all
}

// planPrometheus returns nil if nothing depends on the names in Prometheus.
func planPrometheus(s *schema.Schema) *templates.Prometheus {
	if s.Prometheus.Namespace == "" && s.Generate.Path("prometheus") == "" {
		return nil
	}
	return &templates.Prometheus{Namespace: s.Prometheus.Namespace}
}

// planDescriptor plans the description of a view under one of its names as OpenCensus exports it, with labels
// sorted by key.
func planDescriptor(v *schema.View, name string) templates.Descriptor {
	d := templates.Descriptor{
		Name:  name,
		About: oneLine(v.Description),
		Unit:  v.Unit(),
		Type:  descriptorType(v),

		UpDown: v.Aggregation == schema.UpDown,
	}
	for _, t := range v.Tags {
		d.Labels = append(d.Labels, templates.Label{Key: t.Key, About: oneLine(t.Description)})
	}
	slices.SortFunc(d.Labels, func(a, b templates.Label) int { return cmp.Compare(a.Key, b.Key) })
	return d
}

// descriptorType returns the constant of package metricdata for a view.
func descriptorType(v *schema.View) string {
	switch v.Aggregation {
	case schema.Count:
		return "TypeCumulativeInt64"
	case schema.Sum:
		return "TypeCumulative" + valueKind(v.Measure)
	case schema.LastValue, schema.UpDown:
		return "TypeGauge" + valueKind(v.Measure)
	}
	return "TypeCumulativeDistribution"
}
