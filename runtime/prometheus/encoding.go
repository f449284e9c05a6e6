package prometheus

import (
	"net/http"
	"strconv"
	"strings"
)

// takesGzip reports whether a response is sent in gzip: the request accepts gzip, and does not
// prefer a response without compression. By RFC 9110 an entry for gzip has precedence over *, and
// a weight of 0 means no.
func takesGzip(r *http.Request) bool {
	gzip, others, identity := -1.0, 0.0, 0.0 // weights; -1: no entry
	for entry := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, parameter, weighted := strings.Cut(entry, ";")
		weight := 1.0
		if weighted {
			weight = weightOf(parameter)
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip":
			gzip = weight
		case "*":
			others = weight
		case "identity":
			identity = weight
		}
	}
	if gzip < 0 {
		gzip = others
	}
	return gzip > 0 && gzip >= identity
}

// weightOf returns a weight such as "q=0.5", or 0 if it is not a weight.
func weightOf(parameter string) float64 {
	name, value, _ := strings.Cut(parameter, "=")
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !strings.EqualFold(strings.TrimSpace(name), "q") || !(q > 0) { // not q <= 0: q may be NaN
		return 0
	}
	return q
}
