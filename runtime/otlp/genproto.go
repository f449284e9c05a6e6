//go:build tools

package otlp

// OpenCensus requires an old gRPC, which requires a google.golang.org/genproto from the
// time when that module had all of Google's packages. Today's gRPC takes some of them from
// google.golang.org/genproto/googleapis/rpc, and the go command refuses to choose between
// two modules. This import is in no build. It makes go.mod require a genproto without these
// packages, for this module and for every module that requires it.
import _ "google.golang.org/genproto/googleapis/type/calendarperiod"
