package schema

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"

	"go.opencensus.io/plugin/ocgrpc"
	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats"
	"go.opencensus.io/tag"
)

var realKeys = map[variable]tag.Key{
	{ochttpPath, "Host"}:            ochttp.Host,
	{ochttpPath, "StatusCode"}:      ochttp.StatusCode,
	{ochttpPath, "Path"}:            ochttp.Path,
	{ochttpPath, "Method"}:          ochttp.Method,
	{ochttpPath, "KeyServerRoute"}:  ochttp.KeyServerRoute,
	{ochttpPath, "KeyClientMethod"}: ochttp.KeyClientMethod,
	{ochttpPath, "KeyClientPath"}:   ochttp.KeyClientPath,
	{ochttpPath, "KeyClientStatus"}: ochttp.KeyClientStatus,
	{ochttpPath, "KeyClientHost"}:   ochttp.KeyClientHost,
	{ocgrpcPath, "KeyServerMethod"}: ocgrpc.KeyServerMethod,
	{ocgrpcPath, "KeyServerStatus"}: ocgrpc.KeyServerStatus,
	{ocgrpcPath, "KeyClientMethod"}: ocgrpc.KeyClientMethod,
	{ocgrpcPath, "KeyClientStatus"}: ocgrpc.KeyClientStatus,
}

// The deprecated ones are in use for as long as somebody has views over them.
var realMeasures = map[variable]stats.Measure{
	{ochttpPath, "ClientRequestCount"}:           ochttp.ClientRequestCount,  //lint:ignore SA1019 see above
	{ochttpPath, "ClientRequestBytes"}:           ochttp.ClientRequestBytes,  //lint:ignore SA1019 see above
	{ochttpPath, "ClientResponseBytes"}:          ochttp.ClientResponseBytes, //lint:ignore SA1019 see above
	{ochttpPath, "ClientLatency"}:                ochttp.ClientLatency,       //lint:ignore SA1019 see above
	{ochttpPath, "ClientSentBytes"}:              ochttp.ClientSentBytes,
	{ochttpPath, "ClientReceivedBytes"}:          ochttp.ClientReceivedBytes,
	{ochttpPath, "ClientRoundtripLatency"}:       ochttp.ClientRoundtripLatency,
	{ochttpPath, "ServerRequestCount"}:           ochttp.ServerRequestCount,
	{ochttpPath, "ServerRequestBytes"}:           ochttp.ServerRequestBytes,
	{ochttpPath, "ServerResponseBytes"}:          ochttp.ServerResponseBytes,
	{ochttpPath, "ServerLatency"}:                ochttp.ServerLatency,
	{ocgrpcPath, "ClientSentMessagesPerRPC"}:     ocgrpc.ClientSentMessagesPerRPC,
	{ocgrpcPath, "ClientSentBytesPerRPC"}:        ocgrpc.ClientSentBytesPerRPC,
	{ocgrpcPath, "ClientReceivedMessagesPerRPC"}: ocgrpc.ClientReceivedMessagesPerRPC,
	{ocgrpcPath, "ClientReceivedBytesPerRPC"}:    ocgrpc.ClientReceivedBytesPerRPC,
	{ocgrpcPath, "ClientRoundtripLatency"}:       ocgrpc.ClientRoundtripLatency,
	{ocgrpcPath, "ClientStartedRPCs"}:            ocgrpc.ClientStartedRPCs,
	{ocgrpcPath, "ClientServerLatency"}:          ocgrpc.ClientServerLatency,
	{ocgrpcPath, "ServerReceivedMessagesPerRPC"}: ocgrpc.ServerReceivedMessagesPerRPC,
	{ocgrpcPath, "ServerReceivedBytesPerRPC"}:    ocgrpc.ServerReceivedBytesPerRPC,
	{ocgrpcPath, "ServerSentMessagesPerRPC"}:     ocgrpc.ServerSentMessagesPerRPC,
	{ocgrpcPath, "ServerSentBytesPerRPC"}:        ocgrpc.ServerSentBytesPerRPC,
	{ocgrpcPath, "ServerStartedRPCs"}:            ocgrpc.ServerStartedRPCs,
	{ocgrpcPath, "ServerLatency"}:                ocgrpc.ServerLatency,
}

func TestKnownKeysAreThePlugins(t *testing.T) {
	for v, real := range realKeys {
		if key, ok := knownKey(v.path, v.name); !ok || key != real.Name() {
			t.Errorf("%s.%s is %q, want %q", v.path, v.name, key, real.Name())
		}
	}
	if key, ok := knownKey(ochttpPath, "ServerLatency"); ok {
		t.Errorf("a measure is the key %q", key)
	}
}

func TestKnownMeasuresAreThePlugins(t *testing.T) {
	for v, real := range realMeasures {
		want := knownMeasureInfo{real.Name(), Int64, real.Unit(), real.Description()}
		if _, ok := real.(*stats.Float64Measure); ok {
			want.valueType = Float64
		}
		if got, ok := knownMeasure(v.path, v.name); !ok || got != want {
			t.Errorf("%s.%s is\n%+v, want\n%+v", v.path, v.name, got, want)
		}
	}
	if m, ok := knownMeasure(ochttpPath, "KeyServerRoute"); ok {
		t.Errorf("a key is the measure %v", m)
	}
}

// The plugins' source says which variables there are: none may be missing from
// the tables, and none may be in them without being compared above.
func TestKnownIsComplete(t *testing.T) {
	declared := map[variable]string{}
	for _, path := range []string{ochttpPath, ocgrpcPath} {
		for name, call := range declaredBy(t, path) {
			declared[variable{path, name}] = call
		}
	}
	keys, measures := 0, 0
	for v, call := range declared {
		var compared bool
		switch call {
		case "tag.MustNewKey":
			keys++
			_, compared = realKeys[v]
		case "stats.Int64", "stats.Float64":
			measures++
			_, compared = realMeasures[v]
		default:
			continue
		}
		if !compared {
			t.Errorf("%s.%s = %s(…) is not compared", v.path, v.name, call)
		}
	}
	if keys != len(pluginKeys) || measures != len(pluginMeasures) || keys == 0 || measures == 0 {
		t.Errorf("the plugins declare %d keys and %d measures, the tables have %d and %d", keys, measures, len(pluginKeys), len(pluginMeasures))
	}
}

// declaredBy returns a package's variables that are set by calling a function of
// another package, with that function.
func declaredBy(t *testing.T, path string) map[string]string {
	t.Helper()
	pkg, err := build.Import(path, ".", 0)
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]string{}
	for _, name := range pkg.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.VAR {
				addCalls(calls, group)
			}
		}
	}
	return calls
}

func addCalls(calls map[string]string, group *ast.GenDecl) {
	for _, spec := range group.Specs {
		vars := spec.(*ast.ValueSpec)
		for i, value := range vars.Values {
			call, ok := value.(*ast.CallExpr)
			if !ok {
				continue
			}
			if fun, ok := call.Fun.(*ast.SelectorExpr); ok {
				if from, ok := fun.X.(*ast.Ident); ok {
					calls[vars.Names[i].Name] = from.Name + "." + fun.Sel.Name
				}
			}
		}
	}
}
