package schema

import "testing"

// TestKnownIsNotMore checks the sizes of the tables. internal/tests/plugins checks that
// they have each variable of the plugins, which are as many.
func TestKnownIsNotMore(t *testing.T) {
	if len(pluginKeys) != 13 || len(pluginMeasures) != 24 {
		t.Errorf("there are %d keys and %d measures, want 13 and 24", len(pluginKeys), len(pluginMeasures))
	}
}

func TestKeysAreNoMeasures(t *testing.T) {
	if key, ok := knownKey(ochttpPath, "ServerLatency"); ok {
		t.Errorf("a measure is the key %q", key)
	}
	if m, ok := knownMeasure(ochttpPath, "KeyServerRoute"); ok {
		t.Errorf("a key is the measure %v", m)
	}
}
