package schema

import (
	"net/url"
	"strings"
)

// maxURL is the maximum length of a link of an alert in the Cloud Monitoring API.
const maxURL = 2083

// readRunbook reads the address of a runbook. Its placeholders are replaced by the ids of
// the service and the SLO. The id of the SLO is "" for the runbook of a service, which
// keeps its placeholders.
func (r *reader) readRunbook(f *fields, service, slo string) string {
	text := f.text("runbook")
	if text == "" {
		return ""
	}
	filled := fillRunbook(text, service, slo)
	if slo == "" {
		filled = fillRunbook(text, "service", "slo")
	}
	address, err := url.Parse(filled)
	switch {
	case strings.ContainsAny(filled, "{}"):
		r.report("runbook-url", f.place("runbook"), "the runbook %s has a placeholder that is neither {slo} nor {service}; write one of these", quote(text))
	case err != nil || address.Scheme != "https" || address.Host == "" || strings.ContainsAny(filled, " \"<>\\^`|"):
		r.report("runbook-url", f.place("runbook"), "the runbook %s is not an https address; write one such as https://runbooks.example/shop/{slo}", quote(text))
	case len(filled) > maxURL:
		r.report("runbook-url", f.place("runbook"), "the runbook has %d bytes, and the Cloud Monitoring API allows %d; write a shorter address", len(filled), maxURL)
	case slo == "":
		return text
	default:
		return filled
	}
	return ""
}

func fillRunbook(text, service, slo string) string {
	return strings.NewReplacer("{service}", service, "{slo}", slo).Replace(text)
}

// readSLORunbook reads the runbook of an SLO, or takes the runbook of its service.
func (r *reader) readSLORunbook(f *fields, slo *SLO) {
	service := ""
	if s := r.schema.Service; s != nil {
		service = s.ID
		slo.Runbook = fillRunbook(s.Runbook, s.ID, slo.ResourceID)
	}
	if f.has("runbook") {
		slo.Runbook = r.readRunbook(f, service, slo.ResourceID)
	}
}
