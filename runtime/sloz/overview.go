package sloz

import (
	"fmt"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// A frame has the parts that all pages share.
type frame struct {
	Title string
	At    time.Time // of the reading
	Clock string    // At for people
	Live  bool      // whether another request may show other values
}

// An overview is the page of all SLOs.
type overview struct {
	frame
	Summary  string
	Tally    []tally
	Problems []string
	Began    string // of the first reading, if the evaluator does not sample by itself
	Cards    []card
}

// A tally is the number of cards with a verdict.
type tally struct {
	verdict
	Count int
	First string // id of the first of them
}

func newOverview(r evaluate.Report) overview {
	o := overview{frame: frame{At: r.Time, Clock: clock(r.Time, r.Time), Live: true}, Problems: r.Problems}
	if !r.History {
		o.Began = clock(r.Began, r.Time)
	}
	for i, s := range r.SLOs {
		o.Cards = append(o.Cards, newCard(s, fmt.Sprintf("slo-%d", i+1), r.Time))
	}
	o.Tally = tallies(o.Cards)
	o.Summary = summary(o.Tally)
	o.Title = this.Program + ": SLOs"
	if o.Summary != "" {
		o.Title = o.Summary + " · " + o.Title
	}
	return o
}

// tallies counts the cards by verdict, the worst first.
func tallies(cards []card) []tally {
	var all []tally
	for _, v := range verdicts {
		t := tally{verdict: v}
		for _, c := range cards {
			if c.Verdict.Class != v.Class {
				continue
			}
			if t.Count == 0 {
				t.First = c.ID
			}
			t.Count++
		}
		if t.Count > 0 {
			all = append(all, t)
		}
	}
	return all
}

// summary is what a screen reader says when it changes.
func summary(all []tally) string {
	var parts []string
	for _, t := range all {
		parts = append(parts, fmt.Sprintf("%d %s", t.Count, t.Plural))
	}
	return strings.Join(parts, ", ")
}

// A missing is the page for a key of no SLO.
type missing struct {
	frame
	Key string
}

func newMissing(key string) missing {
	now := time.Now()
	if runes := []rune(key); len(runes) > 200 {
		key = string(runes[:200]) + "…"
	}
	return missing{frame{Title: "No such SLO · " + this.Program, At: now, Clock: clock(now, now)}, key}
}
