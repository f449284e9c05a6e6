package prometheus

import (
	"net/http"
	"strconv"
	"strings"
)

// settleEncoding decides whether the response is compressed, and returns a request that
// accepts only that. Two behaviours of promhttp make this necessary: it returns an error if
// the client accepts none of its encodings, although a response without an encoding is
// always allowed; and it prefers a * to a gzip;q=0.
func settleEncoding(w http.ResponseWriter, r *http.Request) (settled *http.Request, zipped bool) {
	if !takesGzip(r) {
		w.Header().Add("Vary", "Accept-Encoding") // as promhttp does if it may compress
		return r, false
	}
	settled = r.Clone(r.Context())
	settled.Header.Set("Accept-Encoding", "gzip")
	return settled, true
}

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
