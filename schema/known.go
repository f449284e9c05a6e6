package schema

// The declarations of the plugins of go.opencensus.io v0.24.0. With them a schema that
// uses their measures and keys is checked without loading their source. The module is
// archived, so the table does not become outdated.

const (
	ochttpPath = "go.opencensus.io/plugin/ochttp"
	ocgrpcPath = "go.opencensus.io/plugin/ocgrpc"
)

// A variable is a package-level variable, by import path and name.
type variable struct{ path, name string }

// knownMeasureInfo is the declaration of a measure.
type knownMeasureInfo struct {
	name        string // exported name, e.g. "opencensus.io/http/server/latency"
	valueType   ValueType
	unit        string
	description string
}

// knownKey returns the OpenCensus tag key of a plugin's tag.Key variable, e.g.
// "http_server_route" for ochttp's KeyServerRoute.
func knownKey(path, name string) (key string, ok bool) {
	key, ok = pluginKeys[variable{path, name}]
	return key, ok
}

// knownMeasure returns the declaration of a plugin's measure variable.
func knownMeasure(path, name string) (m knownMeasureInfo, ok bool) {
	m, ok = pluginMeasures[variable{path, name}]
	return m, ok
}

// isKnown reports whether a plugin declares the variable.
func isKnown(path, name string) bool {
	_, key := knownKey(path, name)
	_, measure := knownMeasure(path, name)
	return key || measure
}

var pluginKeys = map[variable]string{
	{ochttpPath, "Host"}:            "http.host",
	{ochttpPath, "StatusCode"}:      "http.status",
	{ochttpPath, "Path"}:            "http.path",
	{ochttpPath, "Method"}:          "http.method",
	{ochttpPath, "KeyServerRoute"}:  "http_server_route",
	{ochttpPath, "KeyClientMethod"}: "http_client_method",
	{ochttpPath, "KeyClientPath"}:   "http_client_path",
	{ochttpPath, "KeyClientStatus"}: "http_client_status",
	{ochttpPath, "KeyClientHost"}:   "http_client_host",
	{ocgrpcPath, "KeyServerMethod"}: "grpc_server_method",
	{ocgrpcPath, "KeyServerStatus"}: "grpc_server_status",
	{ocgrpcPath, "KeyClientMethod"}: "grpc_client_method",
	{ocgrpcPath, "KeyClientStatus"}: "grpc_client_status",
}

var pluginMeasures = map[variable]knownMeasureInfo{
	{ochttpPath, "ClientRequestCount"}: {"opencensus.io/http/client/request_count", Int64, "1",
		"Number of HTTP requests started"},
	{ochttpPath, "ClientRequestBytes"}: {"opencensus.io/http/client/request_bytes", Int64, "By",
		"HTTP request body size if set as ContentLength (uncompressed)"},
	{ochttpPath, "ClientResponseBytes"}: {"opencensus.io/http/client/response_bytes", Int64, "By",
		"HTTP response body size (uncompressed)"},
	{ochttpPath, "ClientLatency"}: {"opencensus.io/http/client/latency", Float64, "ms",
		"End-to-end latency"},
	{ochttpPath, "ClientSentBytes"}: {"opencensus.io/http/client/sent_bytes", Int64, "By",
		"Total bytes sent in request body (not including headers)"},
	{ochttpPath, "ClientReceivedBytes"}: {"opencensus.io/http/client/received_bytes", Int64, "By",
		"Total bytes received in response bodies (not including headers but including error responses with bodies)"},
	{ochttpPath, "ClientRoundtripLatency"}: {"opencensus.io/http/client/roundtrip_latency", Float64, "ms",
		"Time between first byte of request headers sent to last byte of response received, or terminal error"},
	{ochttpPath, "ServerRequestCount"}: {"opencensus.io/http/server/request_count", Int64, "1",
		"Number of HTTP requests started"},
	{ochttpPath, "ServerRequestBytes"}: {"opencensus.io/http/server/request_bytes", Int64, "By",
		"HTTP request body size if set as ContentLength (uncompressed)"},
	{ochttpPath, "ServerResponseBytes"}: {"opencensus.io/http/server/response_bytes", Int64, "By",
		"HTTP response body size (uncompressed)"},
	{ochttpPath, "ServerLatency"}: {"opencensus.io/http/server/latency", Float64, "ms",
		"End-to-end latency"},
	{ocgrpcPath, "ClientSentMessagesPerRPC"}: {"grpc.io/client/sent_messages_per_rpc", Int64, "1",
		"Number of messages sent in the RPC (always 1 for non-streaming RPCs)."},
	{ocgrpcPath, "ClientSentBytesPerRPC"}: {"grpc.io/client/sent_bytes_per_rpc", Int64, "By",
		"Total bytes sent across all request messages per RPC."},
	{ocgrpcPath, "ClientReceivedMessagesPerRPC"}: {"grpc.io/client/received_messages_per_rpc", Int64, "1",
		"Number of response messages received per RPC (always 1 for non-streaming RPCs)."},
	{ocgrpcPath, "ClientReceivedBytesPerRPC"}: {"grpc.io/client/received_bytes_per_rpc", Int64, "By",
		"Total bytes received across all response messages per RPC."},
	{ocgrpcPath, "ClientRoundtripLatency"}: {"grpc.io/client/roundtrip_latency", Float64, "ms",
		"Time between first byte of request sent to last byte of response received, or terminal error."},
	{ocgrpcPath, "ClientStartedRPCs"}: {"grpc.io/client/started_rpcs", Int64, "1",
		"Number of started client RPCs."},
	{ocgrpcPath, "ClientServerLatency"}: {"grpc.io/client/server_latency", Float64, "ms",
		`Propagated from the server and should have the same value as "grpc.io/server/latency".`},
	{ocgrpcPath, "ServerReceivedMessagesPerRPC"}: {"grpc.io/server/received_messages_per_rpc", Int64, "1",
		"Number of messages received in each RPC. Has value 1 for non-streaming RPCs."},
	{ocgrpcPath, "ServerReceivedBytesPerRPC"}: {"grpc.io/server/received_bytes_per_rpc", Int64, "By",
		"Total bytes received across all messages per RPC."},
	{ocgrpcPath, "ServerSentMessagesPerRPC"}: {"grpc.io/server/sent_messages_per_rpc", Int64, "1",
		"Number of messages sent in each RPC. Has value 1 for non-streaming RPCs."},
	{ocgrpcPath, "ServerSentBytesPerRPC"}: {"grpc.io/server/sent_bytes_per_rpc", Int64, "By",
		"Total bytes sent in across all response messages per RPC."},
	{ocgrpcPath, "ServerStartedRPCs"}: {"grpc.io/server/started_rpcs", Int64, "1",
		"Number of started server RPCs."},
	{ocgrpcPath, "ServerLatency"}: {"grpc.io/server/server_latency", Float64, "ms",
		"Time between first byte of request received to last byte of response sent, or terminal error."},
}
