package templates

// An AlertPolicy is the body of alertPolicies.create of the Cloud Monitoring API, v3.
type AlertPolicy struct {
	DisplayName          string            `json:"displayName"`
	Documentation        Documentation     `json:"documentation"`
	UserLabels           map[string]string `json:"userLabels"`
	Conditions           []Condition       `json:"conditions"`
	Combiner             string            `json:"combiner"` // "AND" or "OR"
	NotificationChannels []string          `json:"notificationChannels,omitempty"`
	AlertStrategy        AlertStrategy     `json:"alertStrategy"`
	Severity             string            `json:"severity"` // "CRITICAL" or "WARNING"
}

// Documentation is the text of a notification.
type Documentation struct {
	Content  string `json:"content"`
	MIMEType string `json:"mimeType"` // "text/markdown"
	Subject  string `json:"subject"`
	Links    []Web  `json:"links,omitempty"`
}

// A Web link is shown beside the text.
type Web struct {
	DisplayName string `json:"displayName"`
	URL         string `json:"url"`
}

// A Condition is what an alert policy watches. Exactly one field but the name is set.
type Condition struct {
	DisplayName string     `json:"displayName"`
	Threshold   *Threshold `json:"conditionThreshold,omitempty"`
	Absent      *Absent    `json:"conditionAbsent,omitempty"`
	PromQL      *PromQL    `json:"conditionPrometheusQueryLanguage,omitempty"`
}

// A Threshold compares time series with a number.
type Threshold struct {
	Filter       string        `json:"filter"`
	Aggregations []Aggregation `json:"aggregations,omitempty"`
	Comparison   string        `json:"comparison"` // e.g. "COMPARISON_GT"
	Value        Number        `json:"thresholdValue"`
	Duration     string        `json:"duration"` // e.g. "0s"
	Trigger      Trigger       `json:"trigger"`
}

// Absent holds if time series have no points.
type Absent struct {
	Filter       string        `json:"filter"`
	Aggregations []Aggregation `json:"aggregations"`
	Duration     string        `json:"duration"` // e.g. "1800s"
	Trigger      Trigger       `json:"trigger"`
}

// PromQL holds if the query has a result. The policy has no other condition.
type PromQL struct {
	Query        string `json:"query"`
	Duration     string `json:"duration"`           // e.g. "0s"
	Interval     string `json:"evaluationInterval"` // e.g. "300s"
	Group        string `json:"ruleGroup"`
	Rule         string `json:"alertRule"`
	NoValidation bool   `json:"disableMetricValidation"` // so that the policy may exist before its metric
}

// An Aggregation makes one time series of several.
type Aggregation struct {
	Period  string `json:"alignmentPeriod"`    // e.g. "60s"
	Aligner string `json:"perSeriesAligner"`   // e.g. "ALIGN_DELTA"
	Reducer string `json:"crossSeriesReducer"` // e.g. "REDUCE_SUM"
}

// A Trigger is the number of time series that must meet a condition.
type Trigger struct {
	Count int `json:"count"`
}

// An AlertStrategy closes an incident without data after this time, e.g. "3600s".
type AlertStrategy struct {
	AutoClose string `json:"autoClose"`
}
