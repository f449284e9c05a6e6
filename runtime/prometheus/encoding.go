package prometheus

import (
	"net/http"
	"strconv"
	"strings"
)

// takesGzip reports whether a request accepts a response in gzip. By RFC 9110 an entry for
// gzip has precedence over *, and a weight of 0 means no.
func takesGzip(r *http.Request) bool {
	takes := false
	for _, part := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, weighted := strings.Cut(part, ";")
		accepted := !weighted || positive(weight)
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip":
			return accepted
		case "*":
			takes = accepted
		}
	}
	return takes
}

// positive reports whether a weight such as "q=0.5" is more than 0.
func positive(weight string) bool {
	name, value, _ := strings.Cut(weight, "=")
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return err == nil && q > 0 && strings.EqualFold(strings.TrimSpace(name), "q")
}
