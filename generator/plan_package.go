package generator

import (
	"cmp"
	"slices"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planPackage plans the registration of the package.
func (p *planner) planPackage(g goPlan) templates.Package {
	pack := templates.Package{
		Name:       p.schema.Package,
		Direct:     p.direct,
		Existing:   slices.Clone(g.existing),
		Monitoring: planMonitoring(p.schema.Monitoring),
		SLOs:       planSLOs(p.schema),
	}
	for _, m := range g.measures {
		if m.measure != nil {
			pack.Measures = append(pack.Measures, *m.measure)
		}
		for _, v := range m.views {
			pack.Views = append(pack.Views, v.Var)
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
		pack.Descriptors = append(pack.Descriptors, planDescriptor(v))
	}
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

// planDescriptor plans the description of a view as OpenCensus exports it, with labels
// sorted by key.
func planDescriptor(v *schema.View) templates.Descriptor {
	d := templates.Descriptor{
		Name:  v.Name,
		About: oneLine(v.Description),
		Unit:  v.Unit(),
		Type:  descriptorType(v),
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
	case schema.LastValue:
		return "TypeGauge" + valueKind(v.Measure)
	}
	return "TypeCumulativeDistribution"
}
