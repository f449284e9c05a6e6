package autoexport

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime"
)

// intervalVariable is the variable of OpenTelemetry, in milliseconds.
const intervalVariable = "OTEL_METRIC_EXPORT_INTERVAL"

// leastInterval is the minimum of package runtime.
const leastInterval = time.Second

// intervalOf parses the value of the variable; 0: the variable is not set.
func intervalOf(value string) (time.Duration, error) {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0, nil
	}
	ms, err := strconv.ParseInt(value, 10, 64)
	if err != nil || ms <= 0 || ms > math.MaxInt64/int64(time.Millisecond) {
		return 0, fmt.Errorf("%s is %q: it must be a whole number of milliseconds above 0; set it to 60000 for a minute, or unset it", intervalVariable, value)
	}
	interval := time.Duration(ms) * time.Millisecond
	if interval < leastInterval {
		return 0, tooShort(interval, leastInterval)
	}
	return interval, nil
}

// withInterval returns the exporter with the interval; 0 leaves it as it is. After an
// error the exporter is shut down.
func withInterval(ctx context.Context, e runtime.Exporter, interval time.Duration) (runtime.Exporter, error) {
	if interval == 0 {
		return e, nil
	}
	if s, ok := e.(runtime.Spacer); ok && interval < s.Spacing() {
		return nil, errors.Join(tooShort(interval, s.Spacing()), e.Shutdown(ctx))
	}
	return runtime.WithInterval(e, interval), nil
}

func tooShort(interval, least time.Duration) error {
	return fmt.Errorf("%s is %q: this exporter needs at least %v between exports; set it to %d or more, or unset it",
		intervalVariable, strconv.FormatInt(interval.Milliseconds(), 10), least, (least+time.Millisecond-1)/time.Millisecond)
}
