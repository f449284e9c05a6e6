package schema

const maxMinEvents = 1_000_000_000

// alertSections are the sections about alerts.
func alertSections() []Section {
	const burn = "burn" // exactly one
	shared := []Key{
		{Name: "burn", Kind: KindList, Items: KindSection, Of: "tier", Implied: "the tiers of Google's SRE workbook, fitted to the SLO", Doc: "how fast the error budget may burn: one tier an item"},
		{Name: "min_events", Kind: KindInteger, Min: 1, Max: maxMinEvents, Implied: "none", Doc: "a tier does not fire with fewer events in its look-back; in Cloud Monitoring only for a `ratio` with `total`"},
		{Name: "absent", Kind: KindNumber, Implied: "never", Doc: "a ticket when there is no data for so long: whole minutes, `2m` to `23h30m`"},
	}
	names := func(severity string) Key {
		return Key{Name: severity, Kind: KindList, Implied: "none", Doc: "names of `monitoring.channels` that a " + severity + " goes to"}
	}
	return []Section{
		{"alerts", append(shared, Key{Name: "channels", Kind: KindSection, Of: "alert_channels", Implied: "none", Doc: "who is told: lists of names, by severity"})},
		{"slo_alerts", shared},
		{"tier", []Key{
			{Name: "severity", Kind: KindText, Values: []string{Page, Ticket}, Required: true, Doc: "how urgent it is"},
			{Name: "over", Kind: KindNumber, Required: true, Doc: "the look-back, in whole minutes, at most the period: `1h`"},
			{Name: "rate", Kind: KindNumber, Group: burn, Implied: "this or `budget`", Doc: "the tier fires above this burn rate: `14.4`; at most three decimals"},
			{Name: "budget", Kind: KindNumber, Group: burn, Implied: "this or `rate`", Doc: "the tier fires when more than this part of the error budget burned in the look-back: `5%`"},
			{Name: "short", Kind: KindNumber, Implied: "`over`/12, in whole minutes", Doc: "a second, shorter look-back, which must burn as fast; so the alert ends soon after the trouble"},
		}},
		{"alert_channels", []Key{names(Page), names(Ticket)}},
	}
}

// runbookKey is the key of a service and an SLO.
func runbookKey(implied string) Key {
	return Key{Name: "runbook", Kind: KindText, Implied: implied, Doc: "the https address that an alert links to; `{slo}` and `{service}` stand for the ids in the API"}
}
