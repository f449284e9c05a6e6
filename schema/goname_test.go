package schema

import (
	"fmt"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestGoName(t *testing.T) {
	for id, want := range map[string]string{
		"request_latency": "RequestLatency", "http_url": "HTTPURL", "request_id": "RequestID", "p99": "P99", "slo_sli_grpc_ok": "SLOSLIGRPCOK",
		"user_ids": "UserIds", "idle": "Idle", "x": "X", "utf8": "UTF8", "error_class": "ErrorClass",
	} {
		if got := goName(id); got != want {
			t.Errorf("goName(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestValueGoName(t *testing.T) {
	for text, want := range map[string]string{
		"GET": "GET", "get": "Get", "ok": "OK", "Ok": "Ok", "/cart": "Cart", "not found": "NotFound", "not_found": "NotFound", "notFound": "NotFound",
		"4xx": "4xx", "http-error": "HTTPError", "a.b/c": "ABC", "INVALID_ARGUMENT": "InvalidArgument", "HTTP_2": "HTTP2", "NOT-FOUND": "NOTFOUND", "Not_Found": "NotFound", "": "", "-": "", "*/": "", "é": "", "caf\u00e9s": "CafS",
	} {
		if got := valueGoName(text); got != want {
			t.Errorf("valueGoName(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzGoNames(f *testing.F) {
	for _, text := range []string{"request_id", "p_99", "not found", "4xx", "\xff_", "ok"} {
		f.Add(text)
	}
	id := regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	f.Fuzz(func(t *testing.T, text string) {
		if name := goName(text); id.MatchString(text) && (!isGoIdentifier(name) || !isExported(name) || isPredeclared(name)) {
			t.Errorf("goName(%q) = %q", text, name)
		}
		if name := "Tag" + valueGoName(text); !isGoIdentifier(name) {
			t.Errorf("valueGoName(%q) gives %q", text, name)
		}
		_ = didYouMean(text, []string{"", text, "request_id"})
	})
}

func TestIdentifiers(t *testing.T) {
	for s, want := range map[string]bool{
		"Method": true, "_x9": true, "x": true, "": false, "_": false, "9x": false, "a b": false, "func": false, "École": false, "a-b": false, "string": true,
	} {
		if got := isGoIdentifier(s); got != want {
			t.Errorf("isGoIdentifier(%q) = %v", s, got)
		}
	}
	if !isExported("Method") || isExported("method") || isExported("") {
		t.Error("isExported is wrong")
	}
}

func TestReservedNames(t *testing.T) {
	keywords := 0
	for k := token.BREAK; k <= token.VAR; k++ {
		if !isKeyword(k.String()) {
			t.Errorf("%s is not reserved", k)
		}
		keywords++
	}
	if keywords != 25 || isKeyword("string") || isKeyword("") {
		t.Errorf("%d keywords", keywords)
	}
	// https://go.dev/ref/spec#Predeclared_identifiers
	for word := range strings.FieldsSeq(`any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64
		rune string uint uint8 uint16 uint32 uint64 uintptr true false iota nil
		append cap clear close complex copy delete imag len make max min new panic print println real recover`) {
		if !isPredeclared(word) {
			t.Errorf("%s is not predeclared", word)
		}
	}
	for _, word := range []string{"", "func", "context", "String"} {
		if isPredeclared(word) {
			t.Errorf("%q is predeclared", word)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	keys := []string{"aggregation", "buckets", "constant", "description", "measures", "tags", "type", "unit", "views"}
	for word, want := range map[string]string{
		"mesaures": "measures", "measure": "measures", "agregation": "aggregation", "descripton": "description", "Unit": "unit", "unti": "unit",
		"tag": "tags", "veiws": "views", "view": "views", "bukcets": "buckets", "frobnicate": "", "x": "", "": "", "units": "unit",
		strings.Repeat("tags", 1000): "",
	} {
		if got := didYouMean(word, keys); got != want {
			t.Errorf("didYouMean(%q) = %q, want %q", clip(word), got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"kitten", "sitting", 3}, {"frobnicate", "measures", 10}, {"unit", "unti", 1}, {"unit", "nuti", 3}, {"", "tags", 4}, {"tags", "tags", 0}, {"ab", "ba", 1}, {"é", "e", 1},
	} {
		if got := editDistance(row.a, row.b); got != row.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", row.a, row.b, got, row.want)
		}
	}
}

func TestDidYouMeanIgnoresOrder(t *testing.T) {
	candidates := []string{"bat", "rat", "cat", "Cat"}
	for range len(candidates) {
		candidates = append(candidates[1:], candidates[0])
		if got := didYouMean("hat", slices.Clone(candidates)); got != "Cat" {
			t.Errorf("didYouMean chose %q of %v", got, candidates)
		}
	}
}

func BenchmarkDidYouMean(b *testing.B) {
	candidates := make([]string, 10_000)
	for i := range candidates {
		candidates[i] = fmt.Sprintf("request_count_%d", i)
	}
	for b.Loop() {
		didYouMean("reqeust_cuont_x7777", candidates)
	}
}
