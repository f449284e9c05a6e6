package compare

import (
	"fmt"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// severityOfAPI is an error if call sites may be in another module, which the compiler
// does not see.
func (f *File) severityOfAPI() schema.Severity {
	if f.Importable {
		return schema.Error
	}
	return schema.Warning
}

func checkAPIRemoved(c *checker) {
	for _, a := range c.apis {
		if len(a.removed) == 0 {
			continue
		}
		s := a.subject
		s.gone = true
		c.report(a.is.severityOfAPI(), s, "%s %s gone %s: code that uses %s does not compile", some(a.removed), verb(a.removed), a.with, pronoun(a.removed))
	}
}

// some returns the first names of a list, and how many more there are.
func some(names []string) string {
	const most = 4
	if more := len(names) - most; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

func verb(names []string) string {
	if len(names) == 1 {
		return "is"
	}
	return "are"
}

func pronoun(names []string) string {
	if len(names) == 1 {
		return "it"
	}
	return "them"
}

func checkAPIChanged(c *checker) {
	for _, a := range c.apis {
		if len(a.changed) == 0 || len(a.silent) > 0 {
			continue // the silent change of the same element has the same cause
		}
		c.report(a.is.severityOfAPI(), a.subject, "%s%s: code that uses it does not compile", a.changed[0], others(a.changed))
	}
}

// others names the changes after the first.
func others(all []change) string {
	var names []string
	for _, c := range all[1:] {
		names = append(names, c.name)
	}
	if len(names) == 0 {
		return ""
	}
	return ", and " + some(names) + " likewise"
}

func checkAPISilent(c *checker) {
	for _, a := range c.apis {
		if len(a.silent) == 0 {
			continue
		}
		c.problem(a.subject, "%s%s: calls with constants compile, and record each under the other's name; restore the order, or rename the recorder with \"go:\"", a.silent[0], others(a.silent))
	}
}

func checkPackage(c *checker) {
	for _, was := range c.base {
		is := c.partner[was]
		if is == nil {
			c.packageGone(was)
			continue
		}
		s := ofSection(was, is, "package")
		if before, after := was.Schema.Package, is.Schema.Package; before != after {
			c.report(is.severityOfAPI(), s, "the package was %q and is %q: code that uses it does not compile", before, after)
		}
		if before, after := was.goFolder(), is.goFolder(); before != after {
			s.place = is.section("generate")
			c.report(is.severityOfAPI(), s, "the Go file was in the folder %s and is in %s: the package has another import path", before, after)
		}
	}
}

func (c *checker) packageGone(was *File) {
	s := c.ofGone(was, was.section("package"), "package")
	c.report(was.severityOfAPI(), s, "the schema is gone, and with it the package %q: code that imports it does not compile", was.Schema.Package)
}
