package templates

import "testing"

func TestTagParse(t *testing.T) {
	expect(t, TagParse(method), `
		// ParseMethod returns the Method whose text is s; for any other text it returns zero and
		// false.
		func ParseMethod(s string) (Method, bool) {
			v, ok := methodTag.Lookup(s)
			return Method(v), ok
		}`)
	expect(t, TagParse(class), `
		// ParseClass returns the Class whose text is s, and zero and true for the empty text; for
		// any other text it returns zero and false.
		func ParseClass(s string) (Class, bool) {
			v, ok := classTag.Lookup(s)
			return Class(v), ok
		}`)
}

func TestTagOf(t *testing.T) {
	expect(t, TagOf(method), `
		// MethodOf returns the Method whose text is s; for any other text it returns MethodOTHER
		// and counts the text in [record.Stats].
		func MethodOf(s string) Method {
			return Method(methodTag.Of(s))
		}`)
	expect(t, TagOf(class), `
		// ClassOf returns the Class whose text is s, and zero for the empty text; for any other
		// text it returns zero and counts the text in [record.Stats].
		func ClassOf(s string) Class {
			return Class(classTag.Of(s))
		}`)
	plain := Tag{Type: "Outcome", Var: "outcomeTag", Closed: &Closed{Of: "OutcomeOf"}, Replaced: `"__invalid__"`}
	expect(t, TagOf(plain), `
		// OutcomeOf returns the Outcome whose text is s; for any other text it returns zero,
		// which is recorded as "__invalid__" and counted in [record.Stats].
		func OutcomeOf(s string) Outcome {
			return Outcome(outcomeTag.Of(s))
		}`)
}

func TestTagValues(t *testing.T) {
	expect(t, TagValues(class), `
		// ClassValues returns the values of Class in the order of the schema.
		func ClassValues() []Class {
			return record.ValuesOf[Class](classTag)
		}`)
}
