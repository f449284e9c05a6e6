package templates

// A MetricDescriptor is the body of metricDescriptors.create of the Cloud
// Monitoring API, v3.
type MetricDescriptor struct {
	Type        string            `json:"type"` // e.g. "custom.googleapis.com/opencensus/shop/request_count"
	Labels      []LabelDescriptor `json:"labels"`
	MetricKind  string            `json:"metricKind"` // "CUMULATIVE" or "GAUGE"
	ValueType   string            `json:"valueType"`  // "INT64", "DOUBLE" or "DISTRIBUTION"
	Unit        string            `json:"unit"`       // UCUM
	Description string            `json:"description,omitempty"`
	DisplayName string            `json:"displayName"`
}

// A LabelDescriptor is a label of a metric.
type LabelDescriptor struct {
	Key         string `json:"key"`
	ValueType   string `json:"valueType"`
	Description string `json:"description,omitempty"`
}
