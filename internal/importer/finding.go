package importer

import "fmt"

// A Finding is something that is left for people.
type Finding struct {
	Place
	Warning bool // otherwise a view is not in the schema
	Rule    string
	Message string
}

func (d *drafter) find(at Place, rule, format string, args ...any) {
	d.findings = append(d.findings, Finding{Place: at, Warning: true, Rule: rule, Message: fmt.Sprintf(format, args...)})
}
