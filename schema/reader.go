package schema

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A reader turns nodes into the model. It reads sections in the order in which they
// refer to each other, so that it can resolve every reference at once. It keeps an
// element with a mistake and marks the facts that could not be read (unread.go), so
// that references to the element cause no second problem.
type reader struct {
	file     string
	today    string // see [Options]
	rules    map[string]Rule
	sections map[string]section
	problems []Problem
	errors   int // problems of severity Error so far

	schema   *Schema
	buckets  map[string]*bucketSet
	tags     map[string]*Tag
	measures map[string]*Measure
	views    map[string]*View
	// ids of views that are declared twice
	ambiguous map[string]bool
	// ids in source order, for hints
	bucketIDs, tagIDs, measureIDs, viewIDs []string

	tagMarks     marks[Tag, tagMarks]
	measureMarks marks[Measure, measureMarks]
	viewMarks    marks[View, viewMarks]
	sloMarks     marks[SLO, sloMarks]
	cutMarks     marks[Cut, cutMarks]
	whereUnread  map[*Selection]bool // selections without some conditions, because these have a mistake
	bucketSets   []*bucketSet
	scope        *scope // of the whole schema

	serviceTypeUnread bool
	viewsUnread       bool             // further views may be declared
	tagsUnread        bool             // further tags may be used
	setsUnread        bool             // further sets of buckets may be used
	unread            map[string]bool  // sections of the wrong kind: their content is not known
	said              map[saying]bool  // nil in a schema without aliases
	namesGoFile       bool             // generate.go is present, or misspelt
	otelScopeAt       Place            // where generate.scope is written
	monitoringUnread  bool             // keys of monitoring could not be read
	generateUnread    bool             // the folder of alerts may be misspelt
	outputsAt         map[string]Place // where folders and pages are named, by the key of generate

	environment  *environment   // that the schema is read for; nil: none
	environments []*environment // of the schema; only if it is read for none
	channelsAt   Place          // where monitoring.channels is written

	environmentsUnread bool // further environments may be declared

	alerts       alertPlan               // of the schema
	alertsAt     Place                   // where they are written; zero if they are not
	channelNames map[string][]*yaml.Node // the channels that alerts name, by severity
	guesses      int                     // the remaining cost that hints may have

	allowances []*allowance
	allowable  []string // ids of the rules that can be silenced
}

// An owner is the element that has a problem, as the message names it. With an alias,
// several elements can have the same mistake. Problems that differ only in their owners
// are reported once.
type owner string

// A saying is a problem without its owner.
type saying struct {
	rule string
	at   Place
	text string
}

func newSaying(rule string, at Place, format string, args []any) saying {
	rest := slices.DeleteFunc(slices.Clone(args), func(arg any) bool {
		_, isOwner := arg.(owner)
		return isOwner
	})
	return saying{rule, at, format + fmt.Sprintln(rest...)}
}

// report adds a problem with the severity of the rule.
func (r *reader) report(rule string, at Place, format string, args ...any) {
	r.reportIn(nil, rule, at, format, args...)
}

// reportIn is report for a problem of an element whose scope may silence the rule.
func (r *reader) reportIn(in *scope, rule string, at Place, format string, args ...any) {
	row, ok := r.rules[rule]
	if !ok {
		panic("ocgen bug: no rule " + rule)
	}
	if row.Allowable && in.allows(rule) {
		return
	}
	if row.Severity == Error {
		r.errors++
	}
	if r.said != nil {
		once := newSaying(rule, at, format, args)
		if r.said[once] {
			return
		}
		r.said[once] = true
	}
	r.problems = append(r.problems, Problem{
		File: r.file, Place: at, Severity: row.Severity, Rule: rule, Message: fmt.Sprintf(format, args...),
	})
}

// hint returns the end of a message about an unknown word: the known word that is
// probably meant, or all known words.
func (r *reader) hint(word string, known []string) string {
	_, text := r.guess(word, known)
	return text
}

// tagHint is hint for the id of a tag.
func (r *reader) tagHint(word string, known []*Tag) string {
	if r.guesses < 0 {
		return "" // before the list is made
	}
	return r.hint(word, ids(known))
}

func (r *reader) guess(word string, known []string) (near, hint string) {
	letters := min(len(word), longestGuess)
	if r.guesses -= len(known) * (1 + letters*letters); r.guesses < 0 {
		return "", ""
	}
	if near = didYouMean(word, known); near != "" {
		return near, fmt.Sprintf("; did you mean %q?", near)
	}
	if len(known) == 0 || len(known) > 15 {
		return "", ""
	}
	clipped := make([]string, len(known))
	for i, k := range known {
		clipped[i] = clip(k)
	}
	return "", "; known: " + strings.Join(clipped, ", ")
}

// mostGuesses limits the cost of all hints of a schema, in compared letters. It is
// enough for dozens of misspelt names among a thousand.
const mostGuesses = 20_000_000

// unknown reports a reference to an element that is not declared, unless the section
// that would declare it could not be read. It returns the id that is probably meant, or
// "".
func (r *reader) unknown(at Place, what, name, section string, declared []string) string {
	if r.unread[section] {
		return ""
	}
	near, hint := r.guess(name, declared)
	if hint == "" {
		hint = "; declare it there, or write the id of another"
	}
	r.report("unknown-reference", at, "the %s %s is not declared under %s%s", what, quote(name), section, hint)
	return near
}
