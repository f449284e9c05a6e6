package slocheck

// An argument is a row of the documentation of Terraform's provider for Google, of 6.13 and
// later: https://registry.terraform.io/providers/hashicorp/google/latest/docs.
type argument struct {
	kind     argumentKind
	required bool
	block    arguments // of a block
}

type arguments map[string]argument

type argumentKind int

const (
	text argumentKind = iota
	number
	boolean
	textList
	textMap
	oneBlock   // a nested block, at most one
	manyBlocks // nested blocks
)

func one(block arguments) argument     { return argument{kind: oneBlock, block: block} }
func many(block arguments) argument    { return argument{kind: manyBlocks, block: block} }
func needed(a argument) argument       { a.required = true; return a }
func kind(k argumentKind) argument     { return argument{kind: k} }
func required(k argumentKind) argument { return argument{kind: k, required: true} }

// terraformResources are the resources of Cloud Monitoring that ocgen writes, with all
// their arguments but "timeouts", "deletion_policy" and conditions on logs and in SQL.
var terraformResources = map[string]arguments{
	"google_monitoring_metric_descriptor": {
		"type": required(text), "metric_kind": required(text), "value_type": required(text),
		"labels": many(arguments{"key": required(text), "value_type": kind(text), "description": kind(text)}),
		"unit":   kind(text), "description": kind(text), "display_name": kind(text),
		"metadata":     one(arguments{"sample_period": kind(text), "ingest_delay": kind(text)}),
		"launch_stage": kind(text), "project": kind(text),
	},
	"google_monitoring_custom_service": {
		"display_name": kind(text), "user_labels": kind(textMap), "service_id": kind(text), "project": kind(text),
		"telemetry": one(arguments{"resource_name": kind(text)}),
	},
	"google_monitoring_service": {
		"service_id": required(text), "display_name": kind(text), "user_labels": kind(textMap), "project": kind(text),
		"basic_service": one(arguments{"service_type": kind(text), "service_labels": kind(textMap)}),
	},
	"google_monitoring_slo": {
		"goal": required(number), "service": required(text), "slo_id": kind(text), "project": kind(text),
		"display_name": kind(text), "rolling_period_days": kind(number), "calendar_period": kind(text), "user_labels": kind(textMap),
		"basic_sli":         one(basicArguments),
		"request_based_sli": one(requestArguments),
		"windows_based_sli": one(arguments{
			"window_period": kind(text), "good_bad_metric_filter": kind(text),
			"good_total_ratio_threshold": one(arguments{"threshold": kind(number), "performance": one(requestArguments), "basic_sli_performance": one(basicArguments)}),
			"metric_mean_in_range":       one(arguments{"time_series": required(text), "range": needed(one(rangeArguments))}),
			"metric_sum_in_range":        one(arguments{"time_series": required(text), "range": needed(one(rangeArguments))}),
		}),
	},
	"google_monitoring_alert_policy": {
		"display_name": required(text), "combiner": required(text), "enabled": kind(boolean), "project": kind(text),
		"notification_channels": kind(textList), "user_labels": kind(textMap), "severity": kind(text),
		"conditions": needed(many(arguments{
			"display_name": required(text),
			"condition_absent": one(arguments{
				"aggregations": many(aggregationArguments), "trigger": one(triggerArguments), "duration": required(text), "filter": kind(text),
			}),
			"condition_threshold": one(arguments{
				"threshold_value": kind(number), "denominator_filter": kind(text), "denominator_aggregations": many(aggregationArguments),
				"duration": required(text), "forecast_options": one(arguments{"forecast_horizon": required(text)}), "comparison": required(text),
				"trigger": one(triggerArguments), "aggregations": many(aggregationArguments), "filter": kind(text), "evaluation_missing_data": kind(text),
			}),
			"condition_monitoring_query_language": one(arguments{
				"query": required(text), "duration": required(text), "trigger": one(triggerArguments), "evaluation_missing_data": kind(text),
			}),
			"condition_prometheus_query_language": one(arguments{
				"query": required(text), "duration": kind(text), "evaluation_interval": kind(text), "labels": kind(textMap),
				"rule_group": kind(text), "alert_rule": kind(text), "disable_metric_validation": kind(boolean),
			}),
		})),
		"alert_strategy": one(arguments{
			"notification_rate_limit": one(arguments{"period": kind(text)}), "auto_close": kind(text), "notification_prompts": kind(textList),
			"notification_channel_strategy": many(arguments{"notification_channel_names": kind(textList), "renotify_interval": kind(text)}),
		}),
		"documentation": one(arguments{
			"content": kind(text), "mime_type": kind(text), "subject": kind(text),
			"links": many(arguments{"display_name": kind(text), "url": kind(text)}),
		}),
	},
	"google_monitoring_dashboard": {"dashboard_json": required(text), "project": kind(text)},
}

var (
	basicArguments = arguments{
		"method": kind(textList), "location": kind(textList), "version": kind(textList),
		"latency":      one(arguments{"threshold": required(text)}),
		"availability": one(arguments{"enabled": kind(boolean)}),
	}
	requestArguments = arguments{
		"good_total_ratio": one(arguments{"good_service_filter": kind(text), "bad_service_filter": kind(text), "total_service_filter": kind(text)}),
		"distribution_cut": one(arguments{"distribution_filter": required(text), "range": needed(one(rangeArguments))}),
	}
	rangeArguments       = arguments{"min": kind(number), "max": kind(number)}
	triggerArguments     = arguments{"percent": kind(number), "count": kind(number)}
	aggregationArguments = arguments{
		"per_series_aligner": kind(text), "group_by_fields": kind(textList), "alignment_period": kind(text), "cross_series_reducer": kind(text),
	}
)
