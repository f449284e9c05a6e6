package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

// A result is what all trials of an ending came to.
type result struct {
	ending
	verdicts []verdict
	err      error // of the first trial that could not be made
}

// parallel is how many trials there are at a time: they mostly wait.
func parallel() int { return 4 * runtime.GOMAXPROCS(0) }

// runAll runs each ending as often, several at a time, and returns an error if
// ctx is done before.
func runAll(ctx context.Context, chosen []ending, runs int, spacing time.Duration) ([]result, error) {
	results := make([]result, len(chosen))
	var mu sync.Mutex // guards results
	places := make(chan struct{}, parallel())
	var running sync.WaitGroup
	for n := range runs {
		for i, e := range chosen {
			places <- struct{}{}
			running.Go(func() {
				defer func() { <-places }()
				t, err := try(ctx, e, spacing)
				mu.Lock()
				defer mu.Unlock()
				results[i].ending = e
				if err != nil {
					results[i].err = fmt.Errorf("run %d: %w", n+1, err)
					return
				}
				results[i].verdicts = append(results[i].verdicts, t.judge())
			})
		}
	}
	running.Wait()
	return results, ctx.Err()
}

// violations returns what was not as it should have been.
func violations(results []result) error {
	var all []error
	for _, r := range results {
		if r.err != nil {
			all = append(all, fmt.Errorf("%s: %w", r.name, r.err))
		}
		failed := 0
		for _, v := range r.verdicts {
			if len(v.problems) == 0 {
				continue
			}
			if failed++; failed == 1 {
				all = append(all, fmt.Errorf("%s: %s", r.name, strings.Join(v.problems[:min(8, len(v.problems))], "\n\t")))
			}
		}
		if failed > 1 {
			all = append(all, fmt.Errorf("%s: so in %d of %d runs", r.name, failed, len(r.verdicts)))
		}
	}
	return errors.Join(all...)
}

// table returns the results in Markdown.
func table(results []result) string {
	var b strings.Builder
	b.WriteString("| ending | runs | recorded | delivered | refused | unconfirmed | unsent | |\n|---|---:|---:|---:|---:|---:|---:|---|\n")
	for _, r := range results {
		cells := []string{r.name, fmt.Sprint(len(r.verdicts))}
		for _, of := range []func(verdict) int{
			func(v verdict) int { return v.recorded },
			func(v verdict) int { return v.delivered },
		} {
			cells = append(cells, r.cell(of))
		}
		for _, of := range []func(verdict) int{
			func(v verdict) int { return v.refused },
			func(v verdict) int { return v.unconfirmed },
			func(v verdict) int { return v.unsent },
		} {
			if r.silent {
				of = nil
			}
			cells = append(cells, r.cell(of))
		}
		fmt.Fprintf(&b, "| %s | %s |\n", strings.Join(cells, " | "), r.note)
	}
	return b.String()
}

// cell returns the number of a run, or from the least to the most of them if
// they differ.
func (r result) cell(of func(verdict) int) string {
	if of == nil || len(r.verdicts) == 0 {
		return ""
	}
	least, most := of(r.verdicts[0]), of(r.verdicts[0])
	for _, v := range r.verdicts[1:] {
		least, most = min(least, of(v)), max(most, of(v))
	}
	if least == most {
		return thousands(least)
	}
	return thousands(least) + "–" + thousands(most)
}

// thousands writes a number below a million, e.g. 10,000.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

const (
	tableStart = "<!-- endings -->\n"
	tableEnd   = "<!-- end of endings -->\n"
)

// writeTable puts the table between the marks of a page.
func writeTable(page, table string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(text), tableStart)
	_, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		return fmt.Errorf("%s has not both marks of the table: %q and %q", page, tableStart, tableEnd)
	}
	return os.WriteFile(page, []byte(before+tableStart+"\n"+table+"\n"+tableEnd+after), 0o644)
}
