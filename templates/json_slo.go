package templates

// The types of this file are JSON bodies of the Cloud Monitoring API, v3. Their
// fields stand in the order in which they are written. A pointer that is nil is
// left out; where the API takes one of several fields, one is set.

// An SLO is the body of services.serviceLevelObjectives.create.
type SLO struct {
	SLI            SLI               `json:"serviceLevelIndicator"`
	Goal           Number            `json:"goal"`
	RollingPeriod  string            `json:"rollingPeriod,omitempty"`  // e.g. "2419200s"
	CalendarPeriod string            `json:"calendarPeriod,omitempty"` // e.g. "WEEK"
	DisplayName    string            `json:"displayName,omitempty"`
	UserLabels     map[string]string `json:"userLabels,omitempty"`
}

// An SLI is how good service is told from bad. The API has a ratio and a cut in one
// form of its own, Requests.
type SLI struct {
	Basic    *Basic    `json:"basicSli,omitempty"`
	Requests *Requests `json:"requestBased,omitempty"`
	Windows  *Windows  `json:"windowsBased,omitempty"`
}

// Requests is an indicator that counts good requests.
type Requests struct {
	Ratio *Ratio `json:"goodTotalRatio,omitempty"`
	Cut   *Cut   `json:"distributionCut,omitempty"`
}

// A Ratio is two filters of three; the API works the third out.
type Ratio struct {
	Good  string `json:"goodServiceFilter,omitempty"`
	Total string `json:"totalServiceFilter,omitempty"`
	Bad   string `json:"badServiceFilter,omitempty"`
}

// A Cut calls those values of a distribution good that are in a range.
type Cut struct {
	Filter string `json:"distributionFilter"`
	Range  Range  `json:"range"`
}

// A Range always has both bounds: to the API one left out is 0, not infinity.
type Range struct {
	Min Number `json:"min"`
	Max Number `json:"max"`
}

// Windows is an indicator that counts good windows of time.
type Windows struct {
	Period    string           `json:"windowPeriod"` // e.g. "300s"
	Threshold *WindowThreshold `json:"goodTotalRatioThreshold,omitempty"`
	Mean      *SeriesRange     `json:"metricMeanInRange,omitempty"`
	Sum       *SeriesRange     `json:"metricSumInRange,omitempty"`
}

// A WindowThreshold calls a window good if so much of its service is.
type WindowThreshold struct {
	Threshold Number    `json:"threshold"`
	Requests  *Requests `json:"performance,omitempty"`
	Basic     *Basic    `json:"basicSliPerformance,omitempty"`
}

// A SeriesRange calls a window good if the mean or sum of a gauge is in range.
type SeriesRange struct {
	Filter string `json:"timeSeries"`
	Range  Range  `json:"range"`
}

// Basic is computed from metrics that Google predefines for a service.
type Basic struct {
	Methods      []string  `json:"method,omitempty"`
	Locations    []string  `json:"location,omitempty"`
	Versions     []string  `json:"version,omitempty"`
	Availability *struct{} `json:"availability,omitempty"`
	Latency      *Latency  `json:"latency,omitempty"`
}

// A Latency is the longest time that a good request takes, e.g. "0.3s".
type Latency struct {
	Threshold string `json:"threshold"`
}

// A Service is the body of services.create: Custom or Basic is set.
type Service struct {
	DisplayName string            `json:"displayName,omitempty"`
	Custom      *struct{}         `json:"custom,omitempty"`
	Basic       *BasicService     `json:"basicService,omitempty"`
	UserLabels  map[string]string `json:"userLabels,omitempty"`
}

// A BasicService is a service of a type that Google knows, e.g. "CLOUD_RUN".
type BasicService struct {
	Type   string            `json:"serviceType"`
	Labels map[string]string `json:"serviceLabels"`
}
