package console

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A table is a metric's series. Its first columns are labels, set left; the
// others are numbers, set right.
type table struct {
	head   []string
	labels int
	rows   []row
}

// A row is one point of a series, and the lines to put under it.
type row struct {
	cells []string
	below []string
}

// tableOf returns the table of a metric, its rows sorted by their labels.
func tableOf(m *metric.Metric) table {
	var t table
	for _, k := range m.Descriptor.LabelKeys {
		t.head = append(t.head, printable(k.Key))
	}
	t.labels = len(t.head)
	t.head = append(t.head, valueHead(m.Descriptor.Type)...)
	for _, s := range sortedSeries(m.Series) {
		r := valueRow(s.Point)
		r.cells = append(labelCells(s.LabelValues, t.labels), r.cells...)
		t.rows = append(t.rows, r)
	}
	return t
}

// sortedSeries returns the series in the order of their label values, an
// absent value first.
func sortedSeries(series []*metric.Series) []*metric.Series {
	sorted := slices.Clone(series)
	slices.SortStableFunc(sorted, func(a, b *metric.Series) int {
		return slices.CompareFunc(a.LabelValues, b.LabelValues, func(x, y metric.LabelValue) int {
			if x.Present != y.Present {
				if y.Present {
					return -1
				}
				return 1
			}
			return strings.Compare(x.Value, y.Value)
		})
	})
	return sorted
}

// labelCells returns one cell for each label key. An absent label is "-"; a
// value that could be taken for that, or for two, is quoted.
func labelCells(values []metric.LabelValue, keys int) []string {
	cells := make([]string, keys)
	for i := range cells {
		switch {
		case i >= len(values) || !values[i].Present:
			cells[i] = "-"
		case values[i].Value == "" || values[i].Value == "-" || strings.ContainsAny(values[i].Value, ` "`):
			cells[i] = strconv.Quote(values[i].Value)
		default:
			cells[i] = printable(values[i].Value)
		}
	}
	return cells
}

// printable returns a text as it is, or quoted if it would disturb the table.
func printable(text string) string {
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

// valueHead returns the heads of the columns of numbers.
func valueHead(t metric.Type) []string {
	switch t {
	case metric.TypeCumulativeDistribution, metric.TypeGaugeDistribution:
		return []string{"count", "mean", "sum"}
	case metric.TypeSummary:
		return []string{"count", "sum"}
	default:
		return []string{"value"}
	}
}

// writeTable writes the table, two blanks before and between its columns.
func writeTable(b *bytes.Buffer, t table) {
	widths := make([]int, len(t.head))
	widen := func(cells []string) {
		for i := range min(len(cells), len(widths)) {
			widths[i] = max(widths[i], utf8.RuneCountInString(cells[i]))
		}
	}
	widen(t.head)
	for _, r := range t.rows {
		widen(r.cells)
	}
	writeLine(b, t.head, widths, t.labels)
	for _, r := range t.rows {
		writeLine(b, r.cells, widths, t.labels)
		for _, line := range r.below {
			fmt.Fprintf(b, "    %s\n", line)
		}
	}
}

// writeLine writes one line of cells, without blanks at its end.
func writeLine(b *bytes.Buffer, cells []string, widths []int, labels int) {
	var line strings.Builder
	for i, c := range cells {
		if i >= len(widths) {
			break
		}
		blanks := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
		if i < labels {
			line.WriteString("  " + c + blanks)
		} else {
			line.WriteString("  " + blanks + c)
		}
	}
	b.WriteString(strings.TrimRight(line.String(), " "))
	b.WriteByte('\n')
}
