package templates

// The types of this file are JSON bodies of the Cloud Monitoring API, v3. Their fields
// are in the order of the output. A nil pointer is left out. Where the API needs one of
// several fields, one is set.

// An SLO is the body of services.serviceLevelObjectives.create.
type SLO struct {
	SLI            SLI               `json:"serviceLevelIndicator"`
	Goal           Number            `json:"goal"`
	RollingPeriod  string            `json:"rollingPeriod,omitempty"`  // e.g. "2419200s"
	CalendarPeriod string            `json:"calendarPeriod,omitempty"` // e.g. "WEEK"
	DisplayName    string            `json:"displayName,omitempty"`
	UserLabels     map[string]string `json:"userLabels,omitempty"`
}

// An SLI tells good service from bad. In the API, a ratio and a cut are inside another
// object, Requests.
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

// A Ratio has two of three filters. The API computes the third.
type Ratio struct {
	Good  string `json:"goodServiceFilter,omitempty"`
	Total string `json:"totalServiceFilter,omitempty"`
	Bad   string `json:"badServiceFilter,omitempty"`
}

// A Cut rates the values of a distribution in a range as good.
type Cut struct {
	Filter string `json:"distributionFilter"`
	Range  Range  `json:"range"`
}

// A Range always has both bounds: the API reads a missing bound as 0, not as infinity.
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

// A WindowThreshold rates a window as good if this fraction of its service is good.
type WindowThreshold struct {
	Threshold Number    `json:"threshold"`
	Requests  *Requests `json:"performance,omitempty"`
	Basic     *Basic    `json:"basicSliPerformance,omitempty"`
}

// A SeriesRange rates a window as good if the mean or sum of a gauge is in range.
type SeriesRange struct {
	Filter string `json:"timeSeries"`
	Range  Range  `json:"range"`
}

// Basic is computed from metrics that Google defines for a type of service.
type Basic struct {
	Methods      []string  `json:"method,omitempty"`
	Locations    []string  `json:"location,omitempty"`
	Versions     []string  `json:"version,omitempty"`
	Availability *struct{} `json:"availability,omitempty"`
	Latency      *Latency  `json:"latency,omitempty"`
}

// A Latency is the maximum duration of a good request, e.g. "0.3s".
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
