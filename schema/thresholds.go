package schema

import (
	"fmt"
	"math/big"
)

// includeThresholds adds the thresholds of SLOs to the bounds of the views with
// "include: slo_thresholds".
func (r *reader) includeThresholds() {
	extra := map[*View][]*big.Rat{}
	for _, slo := range r.schema.SLOs {
		cut := slo.Cut()
		if cut == nil {
			continue
		}
		if view := r.ofView(cut.Selection.View); !view.include || view.exact == nil {
			continue
		}
		for _, t := range []*big.Rat{r.ofCut(cut).exactMin, r.ofCut(cut).exactMax} {
			if t != nil && t.Sign() > 0 {
				extra[cut.Selection.View] = append(extra[cut.Selection.View], t)
			}
		}
	}
	for _, v := range r.schema.Views() {
		if len(extra[v]) > 0 {
			r.mergeThresholds(v, extra[v])
		}
	}
}

func (r *reader) mergeThresholds(v *View, thresholds []*big.Rat) {
	marks := r.ofView(v)
	merged := mergeBounds(marks.exact, thresholds)
	rounded, err := roundBounds(merged)
	if err == nil && len(merged) > maxBounds {
		err = fmt.Errorf("the view %q has %d bounds with the thresholds of its SLOs, and Cloud Monitoring allows %d; remove some", v.ID, len(merged), maxBounds)
	}
	if err != nil {
		r.report("bounds", marks.boundsAt, "%v", err)
		marks.exact, v.Bounds = nil, nil
		return
	}
	marks.exact, v.Bounds = merged, rounded
}
