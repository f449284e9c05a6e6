package ocgrpcexisting_test

import (
	"testing"

	"github.com/ocgen/ocgen/internal/tests/golden/internal/ocgrpcviews"
	"github.com/ocgen/ocgen/internal/tests/golden/ocgrpcexisting"
)

func TestSameViewsAsThePlugin(t *testing.T) { ocgrpcviews.Compare(t, ocgrpcexisting.Views()) }
