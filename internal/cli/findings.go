package cli

import (
	"fmt"
	"io"

	"github.com/ocgen/ocgen/compare"
)

// A difference is one finding of a comparison in JSON.
type difference struct {
	finding
	Class  string    `json:"class"`
	Base   *position `json:"base,omitempty"`
	Metric string    `json:"metric,omitempty"`
	SLO    string    `json:"slo,omitempty"`
}

type position struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// Findings prints the findings of a comparison in their order.
func (f Format) Findings(w io.Writer, findings []compare.Finding) error {
	for _, found := range findings {
		if err := f.difference(w, found); err != nil {
			return err
		}
	}
	return nil
}

func (f Format) difference(w io.Writer, c compare.Finding) error {
	plain := finding{
		File: c.File, Line: c.Place.Line, Column: c.Place.Col,
		Severity: c.Severity.String(), Rule: c.Rule, Message: c.Message,
	}
	switch f {
	case Text:
		_, err := fmt.Fprintln(w, c)
		return err
	case GitHub:
		return f.print(w, plain)
	}
	d := difference{finding: plain, Class: c.Class, Metric: c.Metric, SLO: c.SLO}
	if b := c.Base; b != nil {
		d.Base = &position{b.File, b.Place.Line, b.Place.Col}
	}
	return encode(w, d)
}
